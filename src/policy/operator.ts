/** The operator's own settings: the platform's maxima, from a Worker variable. */
import { type Failure, failure } from '../core/errors.ts';
import { err, type Result } from '../core/result.ts';
import { type PolicyMaxima, parseMaxima } from './maxima.ts';

/** The maxima of the variable `MAXIMA`; a mistyped one is the operator's error, said as such. */
export function maximaOf(variable: string | undefined): Result<PolicyMaxima, Failure> {
  const maxima = parseMaxima(variable);
  return maxima.ok
    ? maxima
    : err(failure('INTERNAL_ERROR', 'the variable MAXIMA of this Worker is not valid: its operator must correct it'));
}
