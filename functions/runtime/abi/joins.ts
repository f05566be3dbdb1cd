/** Core values of a variant's case in the places that all its cases share (CanonicalABI.md, `lift_flat_variant`). */
import type { CoreType } from '../../../src/component/link/layout.ts';
import type { CoreValue } from './state.ts';

/** From the shared place to the case's own core type, and back. */
export interface Conversion {
  lift(value: CoreValue): CoreValue;
  lower(value: CoreValue): CoreValue;
}

const bits = new DataView(new ArrayBuffer(8));

const asIs: Conversion = { lift: (value) => value, lower: (value) => value };

const floatInWord: Conversion = {
  lift: (value) => floatOf(Number(value)),
  lower: (value) => wordOf(Number(value)),
};

const wordInLong: Conversion = {
  lift: (value) => Number(BigInt.asIntN(32, BigInt(value))),
  lower: (value) => BigInt.asUintN(32, BigInt(value)),
};

const floatInLong: Conversion = {
  lift: (value) => floatOf(Number(BigInt.asIntN(32, BigInt(value)))),
  lower: (value) => BigInt.asUintN(32, BigInt(wordOf(Number(value)))),
};

const doubleInLong: Conversion = {
  lift(value) {
    bits.setBigInt64(0, BigInt(value));
    return bits.getFloat64(0);
  },
  lower(value) {
    bits.setFloat64(0, Number(value));
    return bits.getBigInt64(0);
  },
};

function floatOf(word: number): number {
  bits.setInt32(0, word);
  return bits.getFloat32(0);
}

function wordOf(float: number): number {
  bits.setFloat32(0, float);
  return bits.getInt32(0);
}

/** What a case with the core types `own` needs in the places `joined`; undefined when nothing. */
export function conversions(own: readonly CoreType[], joined: readonly CoreType[]): Conversion[] | undefined {
  if (own.every((type, index) => type === joined[index])) return undefined;
  return own.map((type, index) => conversion(type, joined[index] ?? type));
}

function conversion(own: CoreType, joined: CoreType): Conversion {
  if (own === joined) return asIs;
  if (joined === 'i32') return floatInWord;
  if (own === 'i32') return wordInLong;
  return own === 'f32' ? floatInLong : doubleInLong;
}
