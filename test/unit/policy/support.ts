/** Shorthands of the policy tests. */

import { expect } from 'vitest';
import {
  DEFAULT_MAXIMA,
  type Policy,
  type PolicyFailure,
  type PolicyMaxima,
  parsePolicy,
} from '../../../src/policy/index.ts';

/** The policy that a text means; fails the test with the problems where there are any. */
export function policyOf(text: string, maxima: PolicyMaxima = DEFAULT_MAXIMA): Policy {
  const parsed = parsePolicy(text, maxima);
  expect(parsed.ok ? [] : parsed.error).toEqual([]);
  if (!parsed.ok) throw new Error('unreachable');
  return parsed.value;
}

/** The problems of a text; fails the test where there are none. */
export function problemsOf(text: string, maxima: PolicyMaxima = DEFAULT_MAXIMA): PolicyFailure[] {
  const parsed = parsePolicy(text, maxima);
  expect(parsed.ok).toBe(false);
  return parsed.ok ? [] : parsed.error;
}
