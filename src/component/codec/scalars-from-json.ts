/** JSON → the JavaScript value of a primitive WIT type. */

import { err, ok, type Result } from '../../core/result.ts';
import type { Primitive } from '../model.ts';
import { type Mismatch, mismatch } from './mismatch.ts';
import { BIG_INTEGERS, F32_OVERFLOW, SMALL_INTEGERS, SPECIAL_FLOATS } from './numbers.ts';

/** A decoded value, or why there is none. */
export type Decoded = Result<unknown, Mismatch>;

function smallInteger(kind: keyof typeof SMALL_INTEGERS, json: unknown): Decoded {
  const [min, max] = SMALL_INTEGERS[kind];
  // Adding zero makes 0 of -0, which is the same integer.
  if (typeof json === 'number' && Number.isInteger(json) && json >= min && json <= max) return ok(json + 0);
  return err(mismatch(`an integer from ${min} to ${max} (${kind})`, json));
}

function bigInteger(kind: 's64' | 'u64', json: unknown): Decoded {
  const range = BIG_INTEGERS[kind];
  if (typeof json === 'number' && Number.isInteger(json) && json >= range.min && json <= range.max) {
    return ok(BigInt(json));
  }
  if (typeof json === 'string' && range.pattern.test(json)) {
    const value = BigInt(json);
    if (value >= range.lowest && value <= range.highest) return ok(value);
  }
  const expected = `an integer from ${range.lowest} to ${range.highest} (${kind}), or the same as a decimal string`;
  const inexact = typeof json === 'number' && Math.abs(json) > Number.MAX_SAFE_INTEGER;
  return err(mismatch(expected, json, inexact ? 'write numbers beyond 2^53 - 1 as a string' : undefined));
}

function float(kind: 'f32' | 'f64', json: unknown): Decoded {
  if (typeof json === 'number' && Number.isFinite(json)) {
    if (kind === 'f64') return ok(json);
    if (Math.abs(json) < F32_OVERFLOW) return ok(Math.fround(json));
  }
  const special = SPECIAL_FLOATS.find((name) => name === json);
  if (special !== undefined) return ok(Number(special));
  return err(mismatch(`a finite number (${kind}), or "NaN", "Infinity" or "-Infinity"`, json));
}

function char(json: unknown): Decoded {
  const point = typeof json === 'string' ? json.codePointAt(0) : undefined;
  if (
    typeof json === 'string' &&
    point !== undefined &&
    json.isWellFormed() &&
    json.length === (point > 0xffff ? 2 : 1)
  ) {
    return ok(json);
  }
  return err(mismatch('a string of one Unicode character', json));
}

function text(json: unknown): Decoded {
  if (typeof json !== 'string') return err(mismatch('a string', json));
  if (!json.isWellFormed()) return err(mismatch('a string without lone surrogates', json));
  return ok(json);
}

/** Decodes a primitive, with its range checked. `error-context` has no JSON form. */
export function scalarFromJson(kind: Primitive, json: unknown): Decoded {
  switch (kind) {
    case 'bool':
      return typeof json === 'boolean' ? ok(json) : err(mismatch('true or false', json));
    case 's64':
    case 'u64':
      return bigInteger(kind, json);
    case 'f32':
    case 'f64':
      return float(kind, json);
    case 'char':
      return char(json);
    case 'string':
      return text(json);
    case 'error-context':
      return err(mismatch('a value that JSON cannot hold (error-context)', json));
    default:
      return smallInteger(kind, json);
  }
}
