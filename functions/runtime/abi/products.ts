/** Records, tuples and flags. */
import { flagsBytes, type Layout, offsetsOf } from '../../../src/component/link/layout.ts';
import { lowerCamelCase } from '../../../src/component/names.ts';
import { asObject, type Codec, codec, numberAt, OBJECT_BYTES, SLOT_BYTES } from './codec.ts';
import { tupleHeap } from './lists.ts';
import type { CoreValue } from './state.ts';

type Fields = Record<string, unknown>;

/** An object without anything inherited, so that no field's name has a meaning; faster to fill than a dictionary. */
const PlainObject = function PlainObject() {} as unknown as new () => Fields;
PlainObject.prototype = Object.freeze(Object.create(null));
Object.freeze(PlainObject);

export function record(fields: readonly (readonly [name: string, codec: Codec])[], layout: Layout): Codec {
  const keys = fields.map(([name]) => lowerCamelCase(name));
  const codecs = fields.map(([, field]) => field);
  return product(codecs, layout, {
    make: (values) => {
      const made = new PlainObject();
      for (let index = 0; index < keys.length; index += 1) made[keys[index] as string] = values[index];
      return made;
    },
    take: (value) => {
      const object = asObject(value);
      return keys.map((key) => object[key]);
    },
  });
}

export function tuple(codecs: readonly Codec[], layout: Layout): Codec {
  return product(codecs, layout, {
    make: (values) => values,
    take: (value) => {
      if (!Array.isArray(value)) throw new TypeError('an array was expected');
      return value;
    },
  });
}

/** How values in order become one, and back. */
interface Shape {
  make(values: unknown[]): unknown;
  take(value: unknown): readonly unknown[];
}

interface Part {
  readonly codec: Codec;
  /** Where it lies in memory, and among the core values. */
  readonly offset: number;
  readonly flatAt: number;
}

function product(codecs: readonly Codec[], layout: Layout, { make, take }: Shape): Codec {
  const parts = partsOf(codecs);
  const heap = codecs.reduce((sum, each) => sum + each.heap, tupleHeap(codecs.length));
  return codec(layout, heap, {
    load(border, at) {
      const values: unknown[] = [];
      for (const part of parts) values.push(part.codec.load(border, at + part.offset));
      return make(values);
    },
    store(border, at, value) {
      const values = take(value);
      let index = 0;
      for (const part of parts) part.codec.store(border, at + part.offset, values[index++]);
    },
    lift(border, flat, at) {
      const values: unknown[] = [];
      for (const part of parts) values.push(part.codec.lift(border, flat, at + part.flatAt));
      return make(values);
    },
    lower(border, value, out, at) {
      const values = take(value);
      let index = 0;
      for (const part of parts) part.codec.lower(border, values[index++], out, at + part.flatAt);
    },
  });
}

/** Where each of these lies when they follow each other. */
export function partsOf(codecs: readonly Codec[]): Part[] {
  const offsets = offsetsOf(codecs);
  let flatAt = 0;
  return codecs.map((each, index) => {
    const part = { codec: each, offset: offsets[index] ?? 0, flatAt };
    flatAt += each.flat.length;
    return part;
  });
}

/** An object of booleans. A bit that no flag has means nothing (`unpack_flags_from_int`). */
export function flags(labels: readonly string[], layout: Layout): Codec {
  const keys = labels.map(lowerCamelCase);
  const bytes = flagsBytes(labels.length);
  const unpack = (bits: number): Fields => {
    const made = new PlainObject();
    for (let index = 0; index < keys.length; index += 1) made[keys[index] as string] = ((bits >>> index) & 1) === 1;
    return made;
  };
  const pack = (value: unknown): number => {
    const object = asObject(value);
    let bits = 0;
    for (let index = 0; index < keys.length; index += 1) if (object[keys[index] as string]) bits |= 1 << index;
    return bits;
  };
  return codec(layout, OBJECT_BYTES + SLOT_BYTES * labels.length, {
    load: ({ view }, at) =>
      unpack(bytes === 1 ? view.getUint8(at) : bytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true)),
    store: ({ view }, at, value) => {
      if (bytes === 1) view.setUint8(at, pack(value));
      else if (bytes === 2) view.setUint16(at, pack(value), true);
      else view.setUint32(at, pack(value), true);
    },
    lift: (_, values, at) => unpack(numberAt(values, at)),
    lower: (_, value, out: CoreValue[], at) => {
      out[at] = pack(value);
    },
  });
}
