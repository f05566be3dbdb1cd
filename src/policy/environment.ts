/** The environment that a policy gives to a component. The Worker's own environment has no part in it. */

import type { Policy } from './document.ts';

/** The variables whose value the policy states, in its order. A denied key is never among them. */
export function environmentOf(policy: Policy): [key: string, value: string][] {
  const values = new Map<string, string>();
  for (const { key, value } of allowed(policy)) if (value !== undefined) values.set(key, value);
  return [...values];
}

/** The keys that the component may see and whose value is the secret of that name, if there is one. */
export function secretKeysOf(policy: Policy): string[] {
  return [...new Set(allowed(policy).flatMap(({ key, value }) => (value === undefined ? [key] : [])))];
}

function allowed(policy: Policy) {
  const { allow, deny } = policy.permissions.environment;
  const denied = new Set(deny.map(({ key }) => key));
  return allow.filter(({ key }) => !denied.has(key));
}
