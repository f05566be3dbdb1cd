/** The ranges of WIT's numbers, shared by the codec and the schemas, so that both refuse the same values. */

import type { Primitive } from '../model.ts';

/** Integers that fit a JSON number exactly, and their bounds. */
export const SMALL_INTEGERS = {
  s8: [-128, 127],
  u8: [0, 255],
  s16: [-32_768, 32_767],
  u16: [0, 65_535],
  s32: [-2_147_483_648, 2_147_483_647],
  u32: [0, 4_294_967_295],
} as const satisfies Partial<Record<Primitive, readonly [number, number]>>;

/** How a 64-bit integer is written in JSON: a number between `min` and `max`, or a decimal string. */
export interface BigIntegerRange {
  readonly min: number;
  readonly max: number;
  /** Bounds the length of a string before it is parsed; the exact range is checked after that. */
  readonly pattern: RegExp;
  readonly lowest: bigint;
  readonly highest: bigint;
}

/** Numbers beyond ±(2^53 − 1) are refused: by then JSON.parse may already have rounded them. */
export const BIG_INTEGERS: Readonly<Record<'s64' | 'u64', BigIntegerRange>> = {
  s64: {
    min: Number.MIN_SAFE_INTEGER,
    max: Number.MAX_SAFE_INTEGER,
    pattern: /^(0|-?[1-9][0-9]{0,18})$/,
    lowest: -(2n ** 63n),
    highest: 2n ** 63n - 1n,
  },
  u64: {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    pattern: /^(0|[1-9][0-9]{0,19})$/,
    lowest: 0n,
    highest: 2n ** 64n - 1n,
  },
};

/** The first magnitude that rounds to infinity as an f32: the largest f32 and half a unit of its last place. */
export const F32_OVERFLOW = 3.4028235677973366e38;

/** Floats that JSON has no number for. */
export const SPECIAL_FLOATS = ['NaN', 'Infinity', '-Infinity'] as const;
