/** Lists, lists of a fixed length, and maps. Numbers are copied at once, everything else goes element by element. */
import type { Layout } from '../../../src/component/link/layout.ts';
import type { Border } from './border.ts';
import { type Codec, type CodecMethods, codec, numberAt, OBJECT_BYTES, SLOT_BYTES } from './codec.ts';
import type { CoreValue } from './state.ts';
import { invalid } from './trap.ts';

type Numbers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;
type NumberArray = Numbers | BigInt64Array | BigUint64Array | Float32Array | Float64Array;
type NumberArrayClass = new (buffer: ArrayBuffer) => NumberArray;

const ARRAYS: Readonly<Record<string, NumberArrayClass>> = {
  s8: Int8Array,
  u8: Uint8Array,
  s16: Int16Array,
  u16: Uint16Array,
  s32: Int32Array,
  u32: Uint32Array,
  s64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** How the elements of a list are taken out and put in, given where they are and how many. */
interface Elements {
  lift(border: Border, at: number, count: number): unknown;
  /** How many there are; throws for what is no list. */
  count(value: unknown): number;
  /** Whether `lower` copies a value as a whole, which costs far less than one element after the other. */
  isCopied?(value: unknown): boolean;
  lower(border: Border, at: number, value: unknown): void;
}

/** `list<element>`; `kind` is the kind of the element's type. */
export function list(kind: string, element: Codec, layout: Layout): Codec {
  const array = ARRAYS[kind];
  return listOf(array === undefined ? anyElements(element) : numberElements(array, kind, element), element, layout);
}

/** `map<key, value>`: a list of pairs in memory, a `Map` in JavaScript. */
export function map(pair: Codec, layout: Layout): Codec {
  const pairs = anyElements(pair);
  const elements: Elements = {
    lift: (border, at, count) => new Map(pairs.lift(border, at, count) as [unknown, unknown][]), // pairs are tuples of two
    count: (value) => asMap(value).size,
    lower: (border, at, value) => pairs.lower(border, at, [...asMap(value)]),
  };
  return listOf(elements, pair, layout);
}

/** `list<element, length>`: in place, and an array in JavaScript whatever the element is. */
export function fixedList(element: Codec, length: number, layout: Layout): Codec {
  const { size, flat } = element;
  return codec(layout, 0, {
    load(border, at) {
      border.lifting.elements(length, SLOT_BYTES + element.heap);
      const values: unknown[] = [];
      for (let index = 0; index < length; index += 1) values.push(element.load(border, at + index * size));
      return values;
    },
    store(border, at, value) {
      const values = ofLength(value, length);
      for (let index = 0; index < length; index += 1) element.store(border, at + index * size, values[index]);
    },
    lift(border, values, at) {
      border.lifting.elements(length, SLOT_BYTES + element.heap);
      const lifted: unknown[] = [];
      for (let index = 0; index < length; index += 1)
        lifted.push(element.lift(border, values, at + index * flat.length));
      return lifted;
    },
    lower(border, value, out, at) {
      const values = ofLength(value, length);
      for (let index = 0; index < length; index += 1)
        element.lower(border, values[index], out, at + index * flat.length);
    },
  });
}

function listOf(elements: Elements, { size, align }: Codec, layout: Layout): Codec {
  const lift = (border: Border, pointer: number, length: number): unknown => {
    const count = length >>> 0;
    return elements.lift(border, border.region(pointer, count * size, align), count);
  };
  const lower = (border: Border, value: unknown): number => {
    const count = elements.count(value);
    border.lifting.lowered(count * size, elements.isCopied?.(value) === true ? 1 : count);
    const at = border.allocate(count * size, align);
    elements.lower(border, at, value);
    border.lowered = count;
    return at;
  };
  const methods: CodecMethods = {
    load: (border, at) => lift(border, border.view.getUint32(at, true), border.view.getUint32(at + 4, true)),
    store: (border, at, value) => {
      const pointer = lower(border, value);
      border.view.setUint32(at, pointer, true);
      border.view.setUint32(at + 4, border.lowered, true);
    },
    lift: (border, values, at) => lift(border, numberAt(values, at), numberAt(values, at + 1)),
    lower: (border, value, out: CoreValue[], at) => {
      out[at] = lower(border, value);
      out[at + 1] = border.lowered;
    },
  };
  return codec(layout, 0, methods);
}

function anyElements(element: Codec): Elements {
  const { size, heap } = element;
  return {
    lift(border, at, count) {
      border.lifting.elements(count, SLOT_BYTES + heap);
      const values: unknown[] = [];
      for (let index = 0; index < count; index += 1) values.push(element.load(border, at + index * size));
      return values;
    },
    count: (value) => asList(value).length,
    lower(border, at, value) {
      const values = asList(value);
      const count = values.length;
      for (let index = 0; index < count; index += 1) element.store(border, at + index * size, values[index]);
    },
  };
}

function numberElements(array: NumberArrayClass, kind: string, element: Codec): Elements {
  const { size } = element;
  const any = anyElements(element);
  // Bytes become one text in JSON; every other number becomes an element of it.
  const charged = kind === 'u8' ? 0 : size;
  return {
    lift: (border, at, count) => new array(border.lifting.copy(border.bytes.buffer, at, at + count * size, charged)),
    count: any.count,
    isCopied: (value) => value instanceof array,
    lower(border, at, value) {
      if (!(value instanceof array)) return any.lower(border, at, value);
      border.bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), at);
    },
  };
}

/** What all lists of JavaScript have. */
function asList(value: unknown): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as unknown as ArrayLike<unknown>; // a typed array
  throw new TypeError('a list was expected');
}

function asMap(value: unknown): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value;
  throw new TypeError('a map was expected');
}

function ofLength(value: unknown, length: number): ArrayLike<unknown> {
  const values = asList(value);
  if (values.length !== length) invalid(`a list of ${length} values was expected`);
  return values;
}

/** Heap of the array that a tuple becomes, without what is in it. */
export function tupleHeap(elements: number): number {
  return OBJECT_BYTES + SLOT_BYTES * elements;
}
