/** Numbers, booleans and characters. */
import type { Layout } from '../../../src/component/link/layout.ts';
import {
  asBigint,
  asNumber,
  asText,
  bigintAt,
  type Codec,
  type CodecMethods,
  codec,
  NUMBER_BYTES,
  numberAt,
} from './codec.ts';
import { invalid } from './trap.ts';

/** A NaN has no payload that the other side could see. */
function canonical(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

/** Every number but zero is true (`convert_int_to_bool`). */
const BOOL: CodecMethods = {
  load: ({ view }, at) => view.getUint8(at) !== 0,
  store: ({ view }, at, value) => view.setUint8(at, value ? 1 : 0),
  lift: (_, values, at) => numberAt(values, at) !== 0,
  lower: (_, value, out, at) => {
    out[at] = value ? 1 : 0;
  },
};

const S8: CodecMethods = {
  load: ({ view }, at) => view.getInt8(at),
  store: ({ view }, at, value) => view.setInt8(at, asNumber(value)),
  lift: (_, values, at) => (numberAt(values, at) << 24) >> 24,
  lower: (_, value, out, at) => {
    out[at] = (asNumber(value) << 24) >> 24;
  },
};

const U8: CodecMethods = {
  load: ({ view }, at) => view.getUint8(at),
  store: ({ view }, at, value) => view.setUint8(at, asNumber(value)),
  lift: (_, values, at) => numberAt(values, at) & 0xff,
  lower: (_, value, out, at) => {
    out[at] = asNumber(value) & 0xff;
  },
};

const S16: CodecMethods = {
  load: ({ view }, at) => view.getInt16(at, true),
  store: ({ view }, at, value) => view.setInt16(at, asNumber(value), true),
  lift: (_, values, at) => (numberAt(values, at) << 16) >> 16,
  lower: (_, value, out, at) => {
    out[at] = (asNumber(value) << 16) >> 16;
  },
};

const U16: CodecMethods = {
  load: ({ view }, at) => view.getUint16(at, true),
  store: ({ view }, at, value) => view.setUint16(at, asNumber(value), true),
  lift: (_, values, at) => numberAt(values, at) & 0xffff,
  lower: (_, value, out, at) => {
    out[at] = asNumber(value) & 0xffff;
  },
};

const S32: CodecMethods = {
  load: ({ view }, at) => view.getInt32(at, true),
  store: ({ view }, at, value) => view.setInt32(at, asNumber(value), true),
  lift: (_, values, at) => numberAt(values, at) | 0,
  lower: (_, value, out, at) => {
    out[at] = asNumber(value) | 0;
  },
};

const U32: CodecMethods = {
  load: ({ view }, at) => view.getUint32(at, true),
  store: ({ view }, at, value) => view.setUint32(at, asNumber(value), true),
  lift: (_, values, at) => numberAt(values, at) >>> 0,
  lower: (_, value, out, at) => {
    out[at] = asNumber(value) | 0;
  },
};

const S64: CodecMethods = {
  load: ({ view }, at) => view.getBigInt64(at, true),
  store: ({ view }, at, value) => view.setBigInt64(at, asBigint(value), true),
  lift: (_, values, at) => BigInt.asIntN(64, bigintAt(values, at)),
  lower: (_, value, out, at) => {
    out[at] = BigInt.asIntN(64, asBigint(value));
  },
};

const U64: CodecMethods = {
  load: ({ view }, at) => view.getBigUint64(at, true),
  store: ({ view }, at, value) => view.setBigUint64(at, asBigint(value), true),
  lift: (_, values, at) => BigInt.asUintN(64, bigintAt(values, at)),
  lower: (_, value, out, at) => {
    out[at] = BigInt.asIntN(64, asBigint(value));
  },
};

const F32: CodecMethods = {
  load: ({ view }, at) => canonical(view.getFloat32(at, true)),
  store: ({ view }, at, value) => view.setFloat32(at, canonical(asNumber(value)), true),
  lift: (_, values, at) => canonical(numberAt(values, at)),
  lower: (_, value, out, at) => {
    out[at] = canonical(Math.fround(asNumber(value)));
  },
};

const F64: CodecMethods = {
  load: ({ view }, at) => canonical(view.getFloat64(at, true)),
  store: ({ view }, at, value) => view.setFloat64(at, canonical(asNumber(value)), true),
  lift: (_, values, at) => canonical(numberAt(values, at)),
  lower: (_, value, out, at) => {
    out[at] = canonical(asNumber(value));
  },
};

const CHAR: CodecMethods = {
  load: ({ view }, at) => character(view.getUint32(at, true)),
  store: ({ view }, at, value) => view.setUint32(at, codePoint(value), true),
  lift: (_, values, at) => character(numberAt(values, at) >>> 0),
  lower: (_, value, out, at) => {
    out[at] = codePoint(value);
  },
};

const SCALARS: Readonly<Record<string, readonly [methods: CodecMethods, heap: number]>> = {
  bool: [BOOL, 0],
  s8: [S8, 0],
  u8: [U8, 0],
  s16: [S16, 0],
  u16: [U16, 0],
  s32: [S32, 0],
  u32: [U32, 0],
  s64: [S64, NUMBER_BYTES],
  u64: [U64, NUMBER_BYTES],
  f32: [F32, NUMBER_BYTES],
  f64: [F64, NUMBER_BYTES],
  char: [CHAR, NUMBER_BYTES],
};

export function scalar(kind: string, layout: Layout): Codec {
  const [methods, heap] = SCALARS[kind] ?? [];
  if (methods === undefined || heap === undefined) throw new Error(`the plan has a type of the kind ${kind}`);
  return codec(layout, heap, methods);
}

/** `convert_i32_to_char`. */
function character(code: number): string {
  if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) invalid('a number of the component is not a valid char');
  return String.fromCodePoint(code);
}

function codePoint(value: unknown): number {
  const code = asText(value).codePointAt(0);
  if (code === undefined || (code >= 0xd800 && code <= 0xdfff)) throw new TypeError('a character was expected');
  return code;
}
