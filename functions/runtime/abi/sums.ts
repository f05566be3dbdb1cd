/** Variants, and what is one in other words: enums, options and results. */
import { discriminantBytes, type Layout, payloadOffset } from '../../../src/component/link/layout.ts';
import { asObject, type Codec, codec, numberAt, OBJECT_BYTES, SLOT_BYTES } from './codec.ts';
import { type Conversion, conversions } from './joins.ts';
import type { CoreValue } from './state.ts';
import { invalid } from './trap.ts';

/** How a sum looks in JavaScript: its cases are numbered. */
interface Shape {
  make(index: number, payload: unknown): unknown;
  indexOf(value: unknown): number;
  payloadOf(value: unknown): unknown;
  /** Heap of what `make` makes. */
  readonly heap: number;
}

interface Case {
  readonly codec: Codec | undefined;
  /** Undefined when the joined core types are the case's own. */
  readonly convert: readonly Conversion[] | undefined;
}

const TAGGED_BYTES = OBJECT_BYTES + 2 * SLOT_BYTES;

/** `{tag}`, or `{tag, val}` for a case with a payload. */
export function variant(cases: readonly (readonly [tag: string, codec: Codec | undefined])[], layout: Layout): Codec {
  const indices = new Map(cases.map(([tag], index) => [tag, index]));
  return sum(
    cases.map(([, payload]) => payload),
    layout,
    {
      make: (index, val) => {
        const [tag, payload] = cases[index] ?? [];
        return payload === undefined ? { tag } : { tag, val };
      },
      indexOf: (value) => known(indices.get(asObject(value)['tag'] as string)),
      payloadOf: (value) => asObject(value)['val'],
      heap: TAGGED_BYTES,
    },
  );
}

/** A text. */
export function enumeration(labels: readonly string[], layout: Layout): Codec {
  const indices = new Map(labels.map((label, index) => [label, index]));
  const cases = labels.map(() => undefined);
  return sum(cases, layout, {
    make: (index) => labels[index],
    indexOf: (value) => known(indices.get(value as string)),
    payloadOf: () => undefined,
    heap: 0,
  });
}

/** `{tag: 'ok' | 'err', val}`. */
export function result(ok: Codec | undefined, err: Codec | undefined, layout: Layout): Codec {
  return sum([ok, err], layout, {
    make: (index, val) => ({ tag: index === 0 ? 'ok' : 'err', val }),
    indexOf: (value) => known(['ok', 'err'].indexOf(asObject(value)['tag'] as string)),
    payloadOf: (value) => asObject(value)['val'],
    heap: TAGGED_BYTES,
  });
}

/** `undefined` for none; `{tag: 'some' | 'none', val}` when the element itself may be undefined. */
export function option(element: Codec, isTagged: boolean, layout: Layout): Codec {
  return sum([undefined, element], layout, isTagged ? TAGGED_OPTION : PLAIN_OPTION);
}

const PLAIN_OPTION: Shape = {
  make: (_, payload) => payload,
  indexOf: (value) => (value === undefined || value === null ? 0 : 1),
  payloadOf: (value) => value,
  heap: 0,
};

const TAGGED_OPTION: Shape = {
  make: (index, val) => (index === 0 ? { tag: 'none' } : { tag: 'some', val }),
  indexOf: (value) =>
    value === undefined || value === null ? 0 : known(['none', 'some'].indexOf(asObject(value)['tag'] as string)),
  payloadOf: (value) => asObject(value)['val'],
  heap: TAGGED_BYTES,
};

function known(index: number | undefined): number {
  if (index === undefined || index < 0) throw new TypeError('a case of the type was expected');
  return index;
}

function sum(payloads: readonly (Codec | undefined)[], layout: Layout, shape: Shape): Codec {
  const offset = payloadOffset(payloads.length, payloads);
  const bytes = discriminantBytes(payloads.length);
  const joined = (layout.flat ?? []).slice(1);
  const cases = payloads.map(
    (payload): Case => ({ codec: payload, convert: payload && conversions(payload.flat, joined) }),
  );
  const zeros = joined.map((type): CoreValue => (type === 'i64' ? 0n : 0));
  const caseAt = (index: number): Case => cases[index] ?? invalid('a discriminant of the component is out of range');
  const heap = shape.heap + payloads.reduce((most, payload) => Math.max(most, payload?.heap ?? 0), 0);
  return codec(layout, heap, {
    load(border, at) {
      const { view } = border;
      const index = bytes === 1 ? view.getUint8(at) : bytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
      const { codec: payload } = caseAt(index);
      return shape.make(index, payload?.load(border, at + offset));
    },
    store(border, at, value) {
      const index = shape.indexOf(value);
      if (bytes === 1) border.view.setUint8(at, index);
      else if (bytes === 2) border.view.setUint16(at, index, true);
      else border.view.setUint32(at, index, true);
      caseAt(index).codec?.store(border, at + offset, shape.payloadOf(value));
    },
    lift(border, values, at) {
      const index = numberAt(values, at) >>> 0;
      const { codec: payload, convert } = caseAt(index);
      if (payload === undefined) return shape.make(index, undefined);
      if (convert === undefined) return shape.make(index, payload.lift(border, values, at + 1));
      const own = convert.map(({ lift }, place) => lift(values[at + 1 + place] ?? 0));
      return shape.make(index, payload.lift(border, own, 0));
    },
    lower(border, value, out, at) {
      const index = shape.indexOf(value);
      const { codec: payload, convert } = caseAt(index);
      out[at] = index;
      let place = at;
      for (const zero of zeros) out[++place] = zero;
      if (payload === undefined) return;
      payload.lower(border, shape.payloadOf(value), out, at + 1);
      if (convert === undefined) return;
      place = at;
      for (const { lower } of convert) {
        place += 1;
        out[place] = lower(out[place] ?? 0);
      }
    },
  });
}
