/** From policy texts to the policy that a component runs under: own, else template, else deny everything. */
import { type Failure, failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import {
  compilePolicy,
  type Policy,
  type PolicyMaxima,
  parseMaxima,
  resolvePolicy,
  toFailure,
} from '../../src/policy/index.ts';
import type { PolicyTexts } from './record.ts';

export interface PolicyInForce {
  readonly policy: Policy;
  /** `component`, `template:<name>` or `none`. */
  readonly source: string;
  readonly hash: string;
  /** What the author wrote; absent when no policy is in force. */
  readonly text?: string;
}

/** `POLICY_INVALID` names the document it is in. */
export async function policyInForce(
  { own, template }: PolicyTexts,
  maxima: PolicyMaxima,
): Promise<Result<PolicyInForce, Failure>> {
  if (own !== undefined) {
    const compiled = await compilePolicy(own, maxima);
    if (!compiled.ok) return err(toFailure(compiled.error, "the component's policy"));
    return ok({ ...(await resolvePolicy(compiled.value, undefined, maxima)), text: own });
  }
  if (template !== undefined) {
    const { name, text } = template;
    const compiled = await compilePolicy(text, maxima);
    if (!compiled.ok) return err(toFailure(compiled.error, `the policy template ${name}`));
    return ok({ ...(await resolvePolicy(undefined, { name, ...compiled.value }, maxima)), text });
  }
  return ok(await resolvePolicy(undefined, undefined, maxima));
}

/** The platform's maxima from the Worker variable; a mistyped variable is the operator's error, said as such. */
export function maximaOf(variable: string | undefined): Result<PolicyMaxima, Failure> {
  const maxima = parseMaxima(variable);
  return maxima.ok
    ? maxima
    : err(failure('INTERNAL_ERROR', 'the variable MAXIMA of this Worker is not valid: its operator must correct it'));
}
