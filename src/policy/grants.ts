/** What a component may do at this moment: its policy's rules, with what was granted and revoked at run time. */
import type { CapabilityName, Decide, Decision } from './access.ts';
import { bucketStore } from './bucket-store.ts';
import { DENY_ALL } from './defaults.ts';
import type { KeyValueStore, Permissions, Policy, Rules } from './document.ts';
import { type AllowRules, type Permission, type PermissionOf, readPermission } from './permission.ts';
import * as subjects from './subjects.ts';

/** What was decided about a component after its policy: each permission string in its one spelling. */
export interface RuntimeGrants {
  readonly granted: readonly string[];
  /** Capabilities whose policy rules allow nothing any more. */
  readonly revoked: readonly CapabilityName[];
}

/** Plain data (it survives JSON), pushed to shards as part of their config. */
export interface Grants {
  readonly permissions: Permissions;
  readonly runtime: RuntimeGrants;
}

/** Nothing was granted and nothing revoked: the policy alone. */
export const POLICY_ALONE: RuntimeGrants = { granted: [], revoked: [] };

/** Nothing is allowed. */
export const NO_GRANTS: Grants = { permissions: DENY_ALL.permissions, runtime: POLICY_ALONE };

/** The `rule` of a request that no rule is about. */
export const NOTHING = 'nothing allows it';

/** The grants of a policy and of what was decided since. */
export function grantsOf({ permissions }: Policy, runtime: RuntimeGrants = POLICY_ALONE): Grants {
  return { permissions, runtime };
}

/**
 * Compiles grants once, for many decisions. A deny rule of the policy beats everything, runtime grants included; then
 * the policy's allow rules hold, unless their capability was revoked; then what was granted.
 */
export function compileGrants({ permissions, runtime }: Grants): Decide {
  const { level } = permissions.logging;
  const compile = <C extends CapabilityName, Request, Deny, Target>(
    capability: C,
    subject: subjects.Subject<Request, AllowRules[C], Deny, Target>,
    rules: Rules<AllowRules[C], Deny>,
  ) => decider(capability, subject, rules, runtime);
  const network = compile('network', subjects.NETWORK, permissions.network);
  const storage = compile('storage', subjects.STORAGE, permissions.storage);
  const environment = compile('environment', subjects.ENVIRONMENT, permissions.environment);
  const keyvalue = compile('keyvalue', subjects.KEY_VALUE, permissions.keyvalue);
  const blobstore = compile('blobstore', subjects.BLOBSTORE, permissions.blobstore);
  const messaging = compile('messaging', subjects.MESSAGING, permissions.messaging);
  const components = compile('components', subjects.COMPONENTS, permissions.components);
  const logging = compile('logging', subjects.LOGGING, { allow: [{ level }], deny: [] });
  return (request) => {
    switch (request.capability) {
      case 'network':
        return network(request);
      case 'storage':
        return storage(request);
      case 'environment':
        return environment(request);
      case 'keyvalue':
        return withStore(keyvalue(request), bucketStore(permissions.keyvalue.allow, request.bucket));
      case 'blobstore':
        return blobstore(request);
      case 'messaging':
        return messaging(request);
      case 'components':
        return components(request);
      case 'logging':
        return logging(request);
    }
  };
}

function withStore(decision: Decision, store: KeyValueStore): Decision {
  return decision.allowed && store !== 'durable' ? { ...decision, store } : decision;
}

interface Compiled<Target> {
  readonly name: string;
  readonly matches: (target: Target) => boolean;
}

function decider<C extends CapabilityName, Request, Deny, Target>(
  capability: C,
  subject: subjects.Subject<Request, AllowRules[C], Deny, Target>,
  rules: Rules<AllowRules[C], Deny>,
  { granted, revoked }: RuntimeGrants,
): (request: Request) => Decision {
  const isRevoked = revoked.includes(capability);
  const deny = rules.deny.map((rule, index): Compiled<Target> => {
    return { name: `permissions.${capability}.deny[${index}]`, matches: subject.denies(rule) };
  });
  const ofPolicy = rules.allow.map((rule, index): Compiled<Target> => {
    const name = capability === 'logging' ? 'permissions.logging.level' : `permissions.${capability}.allow[${index}]`;
    return { name, matches: subject.allows(rule) };
  });
  const ofGrants = granted.flatMap((text): Compiled<Target>[] => {
    const permission = permissionOf(capability, text);
    return permission === undefined
      ? []
      : [{ name: `grant ${permission.text}`, matches: subject.allows(permission.rule) }];
  });
  const allow = isRevoked ? ofGrants : [...ofPolicy, ...ofGrants];
  return (request) => {
    const target = subject.targetOf(request);
    if (target === undefined) return { allowed: false, rule: NOTHING };
    const denied = deny.find(({ matches }) => matches(target));
    if (denied !== undefined) return { allowed: false, rule: denied.name };
    const allowed = allow.find(({ matches }) => matches(target));
    if (allowed !== undefined) return { allowed: true, rule: allowed.name };
    return { allowed: false, rule: isRevoked ? `revoked ${capability}` : (subject.hint?.(target) ?? NOTHING) };
  };
}

/** A permission string as a rule of one capability; undefined for another's, and for one that this release does not know. */
function permissionOf<C extends CapabilityName>(capability: C, text: string): PermissionOf<C> | undefined {
  const read = readPermission(text);
  if (!read.ok) return undefined;
  const isOfThis = (permission: Permission): permission is Permission & PermissionOf<C> =>
    permission.capability === capability;
  return isOfThis(read.value) ? read.value : undefined;
}
