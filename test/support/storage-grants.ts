/** Grants for tests, as a policy has them. */
import { DEFAULT_MAXIMA, type Grants, grantsOf, parsePolicy } from '../../src/policy/index.ts';

/** The grants of some storage rules, as a policy writes them. */
export function storageGrants(rules: string): Grants {
  const policy = parsePolicy(`version: "1.0"\npermissions:\n  storage: ${rules}\n`, DEFAULT_MAXIMA);
  if (!policy.ok) throw new Error(JSON.stringify(policy.error));
  return grantsOf(policy.value);
}
