/** What a compiled type can do, in memory and in core values. */
import type { CoreType, Layout } from '../../../src/component/link/layout.ts';
import type { Border } from './border.ts';
import type { CoreValue } from './state.ts';

export interface Codec {
  readonly size: number;
  readonly align: number;
  /** Empty when the type never is in core values. */
  readonly flat: readonly CoreType[];
  /** Bytes of the heap that a lifted value takes, apart from texts and lists in it. */
  readonly heap: number;
  /** Reads a value from memory. The bytes are inside it: who knows the pointer has checked. */
  load(border: Border, at: number): unknown;
  store(border: Border, at: number, value: unknown): void;
  /** Reads a value from the core values at `at`. */
  lift(border: Border, values: readonly CoreValue[], at: number): unknown;
  /** Writes a value's core values to `out`, from `at` on. */
  lower(border: Border, value: unknown, out: CoreValue[], at: number): void;
}

export type CodecMethods = Pick<Codec, 'load' | 'store' | 'lift' | 'lower'>;

/** Heap of a number that is an object, or a handle. */
export const NUMBER_BYTES = 24;
/** Heap of a property or an entry. */
export const SLOT_BYTES = 8;
/** Heap of an object without its properties. */
export const OBJECT_BYTES = 32;

export function codec({ size, align, flat }: Layout, heap: number, methods: CodecMethods): Codec {
  return { size, align, flat: flat ?? [], heap, ...methods };
}

/** A core value that is an i32, f32 or f64. */
export function numberAt(values: readonly CoreValue[], at: number): number {
  return values[at] as number; // the core function's type says so, and V8 checks it
}

/** A core value that is an i64. */
export function bigintAt(values: readonly CoreValue[], at: number): bigint {
  return values[at] as bigint; // as above
}

/** A value that the host or a codec gives where the type has a number. */
export function asNumber(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('a number was expected');
  return value;
}

export function asBigint(value: unknown): bigint {
  if (typeof value !== 'bigint') throw new TypeError('a 64-bit integer was expected');
  return value;
}

export function asText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a text was expected');
  return value;
}

export type Properties = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): Properties {
  if (typeof value !== 'object' || value === null) throw new TypeError('an object was expected');
  return value as Properties; // any object can be asked for properties
}
