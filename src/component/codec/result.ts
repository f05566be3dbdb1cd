/** How a call settled → the JSON object that a client gets. */

import type { ValueType } from '../model.ts';
import { resultArm, valueToJson } from './encode-json.ts';

/**
 * What the glue's function did. `thrown` is the payload of an `err` arm (already taken out of a `ComponentError`, where
 * the glue wraps it): only the caller can tell one from a trap.
 */
export type Settled = { readonly returned: unknown } | { readonly thrown: unknown };

/** `isErr` is true when the function's own `result` has the arm `err`. */
export interface CallResult {
  readonly json: { readonly result: unknown };
  readonly isErr: boolean;
}

/**
 * The result of a function of this type. The glue returns the `ok` payload of a top-level `result` bare, and throws
 * the `err` payload; in JSON both are spelled out, `{"result": {"ok": …}}`. No result at all is `{"result": null}`.
 */
export function resultToJson(type: ValueType | undefined, settled: Settled): CallResult {
  if ('thrown' in settled) {
    if (type?.kind !== 'result') throw new TypeError('only a function whose result type is `result` has an err arm');
    return { json: { result: resultArm('err', type.err, settled.thrown) }, isErr: true };
  }
  if (type === undefined) return { json: { result: null }, isErr: false };
  const result =
    type.kind === 'result' ? resultArm('ok', type.ok, settled.returned) : valueToJson(type, settled.returned);
  return { json: { result }, isErr: false };
}
