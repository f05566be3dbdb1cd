/** Which policy is in force: the component's own, else the template `default`, else deny everything. */

import { ok, type Result } from '../core/result.ts';
import type { Policy } from './document.ts';
import type { PolicyFailure } from './failures.ts';
import { policyHash } from './hash.ts';
import { DEFAULT_MAXIMA, type PolicyMaxima } from './maxima.ts';
import { normalise } from './normalise.ts';
import { parsePolicy } from './parse.ts';

/** The template for components that bring no policy. */
export const DEFAULT_TEMPLATE = 'default';

/** A policy as it is kept: what its author wrote, what it means, and the hash of that. */
export interface StoredPolicy {
  readonly text: string;
  readonly policy: Policy;
  readonly hash: string;
}

/** A stored policy that has a template's name. */
export interface StoredTemplate extends StoredPolicy {
  readonly name: string;
}

/** The policy in force and where it came from, as the contract spells it. */
export interface ResolvedPolicy {
  readonly policy: Policy;
  readonly source: 'component' | 'none' | `template:${string}`;
  readonly hash: string;
}

/** Parses a text and hashes what it means. */
export async function compilePolicy(
  text: string,
  maxima: PolicyMaxima,
): Promise<Result<StoredPolicy, PolicyFailure[]>> {
  const parsed = parsePolicy(text, maxima);
  return parsed.ok ? ok({ text, policy: parsed.value, hash: await policyHash(parsed.value) }) : parsed;
}

/** The first of own and template that is there; else deny everything, within the platform's maxima. */
export async function resolvePolicy(
  own?: StoredPolicy,
  template?: StoredTemplate,
  maxima: PolicyMaxima = DEFAULT_MAXIMA,
): Promise<ResolvedPolicy> {
  if (own !== undefined) return { policy: own.policy, source: 'component', hash: own.hash };
  if (template !== undefined) {
    return { policy: template.policy, source: `template:${template.name}`, hash: template.hash };
  }
  const policy = denyAll(maxima);
  return { policy, source: 'none', hash: await policyHash(policy) };
}

/** `DENY_ALL` with its limits cut to lowered maxima. */
export function denyAll(maxima: PolicyMaxima): Policy {
  const policy = normalise({}, maxima);
  if (!policy.ok) throw new Error('an empty document states nothing that could be above a maximum');
  return policy.value;
}
