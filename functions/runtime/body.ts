/** The body of a call: a JSON object, or nothing, which stands for one without members. */
import { argumentsFromJson, hasMoreValues } from '../../src/component/codec/index.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { MAX_ARGUMENT_VALUES } from '../../src/core/limits.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import type { CallOutcome } from '../../src/isolate/protocol.ts';

type Refusal = Extract<CallOutcome, { kind: 'refused' }>;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** The arguments of `fn` as the glue takes them, in order. */
export function readArguments(fn: CallableFunction, body: ArrayBuffer): Result<unknown[], Refusal> {
  const json = parseBody(body);
  if (!json.ok) return json;
  const converted = argumentsFromJson(fn, json.value);
  if (converted.ok) return converted;
  const { path, expected, message } = converted.error;
  return err({ kind: 'refused', path, expected, message });
}

function parseBody(body: ArrayBuffer): Result<object, Refusal> {
  if (body.byteLength === 0) return ok({});
  if (hasMoreValues(new Uint8Array(body), MAX_ARGUMENT_VALUES)) {
    return err(
      refusal(`the body has more than ${MAX_ARGUMENT_VALUES} values, where a member of an object counts as four`),
    );
  }
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return err(refusal('the body must be UTF-8 text: it has bytes that are not'));
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return err(refusal(`the body must be JSON: ${error instanceof Error ? error.message : 'it could not be parsed'}`));
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    const got = json === null ? 'null' : Array.isArray(json) ? 'an array' : `a ${typeof json}`;
    return err(refusal(`the body must be a JSON object with one member per parameter, not ${got}`));
  }
  return ok(json);
}

/** A refusal of the body as a whole. */
export function refusal(message: string): Refusal {
  return { kind: 'refused', path: '', expected: 'a JSON object with one member per parameter', message };
}
