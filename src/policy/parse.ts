/** Policy text in, policy out: the only way from the outside world to a `Policy`. */

import { err, ok, type Result } from '../core/result.ts';
import type { Policy } from './document.ts';
import { type PolicyFailure, problemsOf } from './failures.ts';
import type { PolicyMaxima } from './maxima.ts';
import { normalise } from './normalise.ts';
import { documentSchema } from './schema.ts';
import { readYaml } from './yaml-source.ts';

/**
 * Reads YAML or JSON into a policy with every default filled in. Never throws; every problem of one stage (text,
 * schema, maxima) is reported at once, with its line. An empty document means "deny everything".
 */
export function parsePolicy(text: string, maxima: PolicyMaxima): Result<Policy, PolicyFailure[]> {
  const source = readYaml(text);
  if (!source.ok) return source;
  const value = source.value.value ?? {};
  const document = documentSchema.safeParse(value);
  if (!document.success) return err(source.value.locate(problemsOf(document.error.issues, value)));
  const policy = normalise(document.data, maxima);
  return policy.ok ? ok(policy.value) : err(source.value.locate(policy.error));
}
