/** The JSON object of a call → the positional arguments of the function that jco's glue exports. */

import { err, ok, type Result } from '../../core/result.ts';
import type { CallableFunction } from '../model.ts';
import { decodeFields } from './decode-json.ts';
import { toFailure, type ValueFailure } from './mismatch.ts';
import { ValueCount } from './value-count.ts';

/**
 * The arguments in the order of the parameters. Unknown and missing parameters are refused by name; a parameter whose
 * type is an option may be left out.
 */
export function argumentsFromJson(fn: CallableFunction, json: unknown): Result<unknown[], ValueFailure> {
  const names = fn.params.map((param) => param.name);
  const decoded = decodeFields(fn.params, json, { noun: 'parameter', keys: names, left: new ValueCount() });
  if (!decoded.ok) return err(toFailure('', decoded.error));
  return ok(names.map((name) => decoded.value[name]));
}
