/** From policy texts to the policy that a component runs under: own, else template, else deny everything. */
import type { Failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import {
  compilePolicy,
  DEFAULT_TEMPLATE,
  type Policy,
  type PolicyMaxima,
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
  if (template.text !== null) {
    const compiled = await compilePolicy(template.text, maxima);
    if (!compiled.ok) return err(toFailure(compiled.error, `the policy template ${DEFAULT_TEMPLATE}`));
    const named = { name: DEFAULT_TEMPLATE, ...compiled.value };
    return ok({ ...(await resolvePolicy(undefined, named, maxima)), text: template.text });
  }
  return ok(await resolvePolicy(undefined, undefined, maxima));
}
