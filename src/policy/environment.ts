/** The environment that a policy gives to a component. The Worker's own environment has no part in it. */

import type { Policy } from './document.ts';
import type { Grants } from './grants.ts';
import { readPermission } from './permission.ts';

/** The variables whose value the policy states, in its order. A denied key is never among them. */
export function environmentOf(policy: Policy): [key: string, value: string][] {
  const values = new Map<string, string>();
  for (const { key, value } of allowed(policy)) if (value !== undefined) values.set(key, value);
  return [...values];
}

/** The keys that rules or grants are about, whatever these say: nobody else sets them. */
export function environmentKeysOf({ permissions, runtime }: Grants): ReadonlySet<string> {
  const { allow, deny } = permissions.environment;
  const granted = runtime.granted.flatMap((text) => {
    const read = readPermission(text);
    return read.ok && read.value.capability === 'environment' ? [read.value.rule.key] : [];
  });
  return new Set([...[...allow, ...deny].map(({ key }) => key), ...granted]);
}

function allowed(policy: Policy) {
  const { allow, deny } = policy.permissions.environment;
  const denied = new Set(deny.map(({ key }) => key));
  return allow.filter(({ key }) => !denied.has(key));
}
