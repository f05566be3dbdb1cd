/** A component's capabilities as they are shown: what the policy and the grants since let it do, in permission strings. */
import type { CapabilityName } from './access.ts';
import type { ComponentRule, LogLevel, NetworkRule, Permissions } from './document.ts';
import type { RuntimeGrants } from './grants.ts';
import { formatHost } from './host.ts';
import { readPermission } from './permission.ts';

/** All capabilities, in the order in which they are listed. */
export const CAPABILITIES: readonly CapabilityName[] = [
  'network',
  'storage',
  'environment',
  'keyvalue',
  'blobstore',
  'messaging',
  'components',
  'logging',
];

/** One permission and where it comes from: a rule of the policy, or a grant. */
export interface ShownPermission {
  readonly permission: string;
  readonly source: 'policy' | 'grant';
  /** As decisions name it. */
  readonly rule: string;
  /** Of `log:write` in a policy: the lowest level. */
  readonly level?: LogLevel;
}

/** One capability of a component. */
export interface ShownCapability {
  readonly capability: CapabilityName;
  /** The policy's allow rules are out of force; `permissions` are what was granted since. */
  readonly revoked: boolean;
  readonly permissions: readonly ShownPermission[];
  /** What the policy denies, whatever is granted. */
  readonly denied: readonly ShownPermission[];
}

/** Every capability, also those without any permission. */
export function showCapabilities(permissions: Permissions, { granted, revoked }: RuntimeGrants): ShownCapability[] {
  return CAPABILITIES.map((capability) => {
    const isRevoked = revoked.includes(capability);
    const ofGrants = granted.flatMap((text): ShownPermission[] => {
      const read = readPermission(text);
      if (!read.ok || read.value.capability !== capability) return [];
      return [{ permission: text, source: 'grant', rule: `grant ${text}` }];
    });
    return {
      capability,
      revoked: isRevoked,
      permissions: [...(isRevoked ? [] : ofPolicy(permissions, capability, 'allow')), ...ofGrants],
      denied: ofPolicy(permissions, capability, 'deny'),
    };
  });
}

function ofPolicy(permissions: Permissions, capability: CapabilityName, side: 'allow' | 'deny'): ShownPermission[] {
  if (capability === 'logging') {
    const { level } = permissions.logging;
    if (side === 'deny' || level === 'off') return [];
    return [{ permission: 'log:write', source: 'policy', rule: 'permissions.logging.level', level }];
  }
  return textsOf(permissions, capability, side).flatMap((texts, index) =>
    texts.map((permission): ShownPermission => {
      return { permission, source: 'policy', rule: `permissions.${capability}.${side}[${index}]` };
    }),
  );
}

/** The permission strings of each rule of a capability. */
function textsOf(permissions: Permissions, capability: Exclude<CapabilityName, 'logging'>, side: 'allow' | 'deny') {
  switch (capability) {
    case 'network':
      return permissions.network[side].map((rule) => [networkText(rule)]);
    case 'storage':
      return permissions.storage[side].map(({ path, access }) => access.map((word) => `fs:${word}:${path}`));
    case 'environment':
      return permissions.environment[side].map(({ key }) => [`env:${key}`]);
    case 'keyvalue':
      return permissions.keyvalue[side].map(({ bucket, access }) =>
        access.map((word) => (bucket === '*' ? `kv:${word}` : `kv:${word}:${bucket}`)),
      );
    case 'blobstore':
      return permissions.blobstore[side].map(({ container, access }) =>
        access.map((word) => `blob:${word}:${container}`),
      );
    case 'messaging':
      return permissions.messaging[side].map(({ topic, access }) => access.map((word) => `msg:${word}:${topic}`));
    case 'components':
      return permissions.components[side].map(callTexts);
  }
}

function networkText(rule: NetworkRule): string {
  if (rule.kind === 'cidr') return `http:cidr:${rule.cidr}`;
  const host = formatHost(rule);
  return host === '*' ? 'http:request' : `http:domain:${host}`;
}

function callTexts({ name, functions }: ComponentRule): string[] {
  return functions.map((glob) => (glob === '*' ? `call:${name}` : `call:${name}#${glob}`));
}
