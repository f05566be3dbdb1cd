/**
 * A function of another component, as a guest calls it: its values become JSON, the shard finds the component that the
 * policy binds and calls it, and the JSON that comes back becomes the result.
 */
import type { ComponentAnswer, ComponentCall } from '../../src/capability/components/contract.ts';
import { hasMoreValues, valueFromJson, valueToJson } from '../../src/component/codec/index.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { MAX_ARGUMENT_VALUES } from '../../src/core/limits.ts';
import type { CapabilityAnswer } from '../../src/isolate/protocol.ts';
import type { HostFunction } from './abi/state.ts';
import { UNITS_PER_HOST_CALL, UNITS_PER_JSON_BYTE } from './limits.ts';
import type { WasiContext } from './wasi/context.ts';
import { WasiFailure, WasiTrap } from './wasi/failure.ts';

const encoder = new TextEncoder();

/** The host function behind an import. What goes wrong ends the guest, unless the function can say so with a text. */
export function componentFunction(fn: CallableFunction, { capabilities, toll }: WasiContext): HostFunction {
  return async (...values) => {
    toll.take(UNITS_PER_HOST_CALL);
    const bytes = encoder.encode(argumentsToJson(fn, values));
    toll.take(UNITS_PER_JSON_BYTE * bytes.length);
    // A cast: what the encoder made is not shared.
    const body = bytes.buffer as ArrayBuffer;
    const input: ComponentCall = { interface: fn.interface ?? '', function: fn.name, body };
    const answer = read(await capabilities.use('components', 'call', input));
    if ('failed' in answer) throw failureOf(fn, answer.failed);
    toll.take(UNITS_PER_JSON_BYTE * answer.json.length);
    return resultOf(fn, answer.json);
  };
}

function argumentsToJson({ params }: CallableFunction, values: readonly unknown[]): string {
  const json: Record<string, unknown> = Object.create(null);
  for (const [index, { name, type }] of params.entries()) json[name] = valueToJson(type, values[index]);
  return JSON.stringify(json);
}

/** Why there is no result, as the end of a sentence. */
type Outcome = { readonly json: string } | { readonly failed: string };

function read(answer: CapabilityAnswer): Outcome {
  switch (answer.kind) {
    case 'refused':
      return { failed: `was refused (${answer.reason}): ${answer.message}` };
    case 'done': {
      const value = answer.value as ComponentAnswer; // the shard is trusted, and its provider answers with this
      if (value.kind === 'answer') return { json: value.json };
      return { failed: `failed in the component ${value.component} with ${value.code}: ${value.message}` };
    }
  }
}

function resultOf(fn: CallableFunction, json: string): unknown {
  const { result: type } = fn;
  if (type === undefined) return undefined;
  if (hasMoreValues(encoder.encode(json), MAX_ARGUMENT_VALUES)) {
    throw failureOf(fn, `failed: its result has more than ${MAX_ARGUMENT_VALUES} values`);
  }
  const { result } = JSON.parse(json) as { readonly result: unknown }; // the other component's harness wrote it
  const value = valueFromJson(type, result, 'result');
  if (!value.ok) throw failureOf(fn, `failed, for its result does not fit: ${value.error.message}`);
  if (type.kind !== 'result') return value.value;
  const { tag, val } = value.value as { readonly tag: 'ok' | 'err'; readonly val: unknown }; // the codec of a result made it
  if (tag === 'err') throw new WasiFailure(val);
  return val;
}

/** The error of a function that has one for a text; for all others there is none, and their caller ends. */
function failureOf(fn: CallableFunction, why: string): Error {
  const text = `the call of ${fn.id} ${why}`;
  return fn.result?.kind === 'result' && fn.result.err?.kind === 'string' ? new WasiFailure(text) : new WasiTrap(text);
}
