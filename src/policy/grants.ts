/** What a component may do at this moment: its policy's rules, with what was granted and revoked at run time. */
import type { AccessRequest, Decide, Decision } from './access.ts';
import type { Permissions, Policy } from './document.ts';

/** Plain data, pushed to shards as part of their config. */
export interface Grants {
  readonly permissions: Permissions;
}

/** The grants of a policy. */
export function grantsOf({ permissions }: Policy): Grants {
  return { permissions };
}

/** Compiles grants once, for many decisions. */
export function compileGrants({ permissions }: Grants): Decide {
  return (request) => decide(permissions, request);
}

function decide(permissions: Permissions, request: AccessRequest): Decision {
  if (request.capability !== 'keyvalue') return { allowed: false, rule: 'nothing allows it' };
  const { allow, deny } = permissions.keyvalue;
  const about = (rule: Permissions['keyvalue']['allow'][number]) =>
    rule.access.includes(request.access) &&
    (rule.bucket.endsWith('*') ? request.bucket.startsWith(rule.bucket.slice(0, -1)) : rule.bucket === request.bucket);
  const denied = deny.findIndex(about);
  if (denied >= 0) return { allowed: false, rule: `permissions.keyvalue.deny[${denied}]` };
  const allowed = allow.findIndex(about);
  return allowed >= 0
    ? { allowed: true, rule: `permissions.keyvalue.allow[${allowed}]` }
    : { allowed: false, rule: 'nothing allows it' };
}
