/**
 * What a policy means, written a second time: slow, obvious, and with other means than `compileGrants` (regular
 * expressions, numbers, one rule at a time). Tests compare the two.
 */
import type { AccessRequest, Decision } from '../../../src/policy/access.ts';
import type { Permissions } from '../../../src/policy/document.ts';
import type { Grants } from '../../../src/policy/grants.ts';
import { readPermission } from '../../../src/policy/permission.ts';
import { allowsNetwork, deniesNetwork } from './reference-network.ts';

type Side = 'allow' | 'deny';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

/** The decision; `rule` is what `decide` says where a rule decided, and anything where none did. */
export function referenceDecide({ permissions, runtime }: Grants, request: AccessRequest): Decision {
  const { capability } = request;
  const denied = matching(permissions, request, 'deny');
  if (denied !== undefined) return { allowed: false, rule: denied };
  const isRevoked = runtime.revoked.includes(capability);
  const allowed = isRevoked ? undefined : matching(permissions, request, 'allow');
  if (allowed !== undefined) return { allowed: true, rule: allowed };
  for (const text of runtime.granted) {
    const granted = readPermission(text);
    if (!granted.ok || granted.value.capability !== capability) continue;
    const alone = withOneRule(permissions, capability, granted.value.rule);
    if (matching(alone, request, 'allow') !== undefined) return { allowed: true, rule: `grant ${granted.value.text}` };
  }
  return { allowed: false, rule: isRevoked ? `revoked ${capability}` : 'nothing' };
}

/** Permissions that have one allow rule and no other. */
function withOneRule(permissions: Permissions, capability: AccessRequest['capability'], rule: object): Permissions {
  return capability === 'logging'
    ? { ...permissions, logging: { level: 'info' } }
    : { ...permissions, [capability]: { allow: [rule], deny: [] } };
}

/** The first rule of a side that is about a request. */
export function matching(permissions: Permissions, request: AccessRequest, side: Side): string | undefined {
  const { capability } = request;
  if (request.capability === 'logging') {
    const { level } = permissions.logging;
    const allowed = side === 'allow' && level !== 'off' && LEVELS.indexOf(request.level) >= LEVELS.indexOf(level);
    return allowed ? 'permissions.logging.level' : undefined;
  }
  const index = indexOf(permissions, request, side);
  return index < 0 ? undefined : `permissions.${capability}.${side}[${index}]`;
}

function indexOf(permissions: Permissions, request: Exclude<AccessRequest, { capability: 'logging' }>, side: Side) {
  switch (request.capability) {
    case 'network':
      return permissions.network[side].findIndex((rule) =>
        side === 'allow' ? allowsNetwork(rule, request) : deniesNetwork(rule, request),
      );
    case 'storage':
      return permissions.storage[side].findIndex(
        ({ path, access }) => access.includes(request.access) && pathPattern(path).test(request.path),
      );
    case 'environment':
      return permissions.environment[side].findIndex(({ key }) => key === request.key);
    case 'keyvalue':
      return permissions.keyvalue[side].findIndex(
        ({ bucket, access }) => access.includes(request.access) && starPattern(bucket, '.*').test(request.bucket),
      );
    case 'blobstore':
      return permissions.blobstore[side].findIndex(
        ({ container, access }) =>
          access.includes(request.access) && starPattern(container, '.*').test(request.container),
      );
    case 'messaging':
      return permissions.messaging[side].findIndex(
        ({ topic, access }) =>
          access.includes(request.access) && starPattern(topic, topic === '*' ? '.*' : '[^.]*').test(request.topic),
      );
    case 'components':
      return permissions.components[side].findIndex(
        ({ name, functions }) =>
          starPattern(name, '.*').test(request.name) &&
          functions.some((glob) =>
            namesOf(request.function).some((spelling) => starPattern(glob, '.*').test(spelling)),
          ),
      );
  }
}

function starPattern(pattern: string, star: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(escaped).join(star)}$`, 'su');
}

function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

function pathPattern(path: string): RegExp {
  if (path === '/') return /^/;
  const parts = path.slice(1).split('/');
  const texts = parts.map((part) =>
    part === '**' ? '(/[^/]+)*' : `/(?=[^/])${part.split('*').map(escaped).join('[^/]*')}`,
  );
  // `/**` alone is also the root itself.
  return new RegExp(`^${texts.join('')}${parts.every((part) => part === '**') ? '/?' : ''}$`, 'su');
}

function namesOf(name: string): string[] {
  const parts = /^(?:(.*)\/)?([^/#@]*)(@[^#]*)?#(.*)$/.exec(name);
  if (parts === null) return [name];
  const [, path, last, , short = ''] = parts;
  return [name, `${path === undefined ? '' : `${path}/`}${last}#${short}`, `${last}#${short}`, short];
}
