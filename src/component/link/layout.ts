/**
 * How values lie in linear memory and in core values (CanonicalABI.md, "Alignment", "Element Size" and "Flattening").
 * One pass over a plan's types, which refer to earlier ones only.
 */
import { type PlanType, Unplannable } from './plan.ts';

export type CoreType = 'i32' | 'i64' | 'f32' | 'f64';

export interface Layout {
  /** Bytes, padding included. */
  readonly size: number;
  readonly align: number;
  /** The core values that the type becomes; undefined when these are more than any function passes. */
  readonly flat: readonly CoreType[] | undefined;
}

/** `MAX_FLAT_PARAMS` of the specification: more parameters than that go through memory. */
export const MAX_FLAT_PARAMS = 16;

/** Largest value in bytes: lists of a fixed length can describe more than there is memory. */
const MAX_VALUE_BYTES = 2 ** 28;

const SCALARS: Readonly<Record<string, readonly [size: number, core: CoreType]>> = {
  bool: [1, 'i32'],
  s8: [1, 'i32'],
  u8: [1, 'i32'],
  s16: [2, 'i32'],
  u16: [2, 'i32'],
  s32: [4, 'i32'],
  u32: [4, 'i32'],
  s64: [8, 'i64'],
  u64: [8, 'i64'],
  f32: [4, 'f32'],
  f64: [8, 'f64'],
  char: [4, 'i32'],
  own: [4, 'i32'],
  borrow: [4, 'i32'],
};

const POINTER_AND_LENGTH: Layout = { size: 8, align: 4, flat: ['i32', 'i32'] };

/** The layouts of `types`, in their order. Throws `Unplannable` for a type that no memory holds. */
export function layoutsOf(types: readonly PlanType[]): Layout[] {
  const layouts: Layout[] = [];
  const at = (index: number): Layout => {
    const layout = layouts[index];
    if (layout === undefined) throw new Unplannable('a type refers to itself');
    return layout;
  };
  for (const type of types) {
    const layout = layoutOf(type, at);
    if (layout.size > MAX_VALUE_BYTES) throw new Unplannable(`a value takes ${layout.size} bytes`);
    layouts.push(layout);
  }
  return layouts;
}

/** The next multiple of `align`, a power of two. */
function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Bytes of the number in front of a variant of so many cases. */
export function discriminantBytes(cases: number): 1 | 2 | 4 {
  return cases <= 0x100 ? 1 : cases <= 0x1_0000 ? 2 : 4;
}

/** Bytes of flags: 32 labels at most. */
export function flagsBytes(labels: number): 1 | 2 | 4 {
  return labels <= 8 ? 1 : labels <= 16 ? 2 : 4;
}

/** Where the payload of a variant's cases lies. */
export function payloadOffset(cases: number, payloads: readonly (Layout | undefined)[]): number {
  return alignTo(discriminantBytes(cases), Math.max(1, largest(payloads, 'align')));
}

/** The offset of each of the values that lie one after the other, as in a record. */
export function offsetsOf(layouts: readonly Layout[]): number[] {
  let end = 0;
  return layouts.map(({ size, align }) => {
    const offset = alignTo(end, align);
    end = offset + size;
    return offset;
  });
}

/** A record of these, or a tuple, or a parameter list. */
export function recordLayout(layouts: readonly Layout[]): Layout {
  const align = Math.max(1, largest(layouts, 'align'));
  const last = layouts.at(-1);
  const end = (offsetsOf(layouts).at(-1) ?? 0) + (last?.size ?? 0);
  return { size: alignTo(end, align), align, flat: concat(layouts.map(({ flat }) => flat)) };
}

function layoutOf(type: PlanType, at: (index: number) => Layout): Layout {
  const optional = (index: number | null) => (index === null ? undefined : at(index));
  switch (type.kind) {
    case 'string':
    case 'list':
    case 'map':
      return POINTER_AND_LENGTH;
    case 'fixed-list': {
      const { size, align, flat } = at(type.element);
      const isLong = type.length > MAX_FLAT_PARAMS;
      return {
        size: size * type.length,
        align,
        flat: isLong ? undefined : concat(Array.from({ length: type.length }, () => flat)),
      };
    }
    case 'tuple':
      return recordLayout(type.elements.map(at));
    case 'record':
      return recordLayout(type.fields.map(([, field]) => at(field)));
    case 'variant':
      return variantLayout(type.cases.map(([, payload]) => optional(payload)));
    case 'option':
      return variantLayout([undefined, at(type.element)]);
    case 'result':
      return variantLayout([optional(type.ok), optional(type.err)]);
    case 'enum': {
      const size = discriminantBytes(type.labels.length);
      return { size, align: size, flat: ['i32'] };
    }
    case 'flags': {
      const size = flagsBytes(type.labels.length);
      return { size, align: size, flat: ['i32'] };
    }
    default: {
      const scalar = Object.hasOwn(SCALARS, type.kind) ? SCALARS[type.kind] : undefined;
      if (scalar === undefined) throw new Unplannable('a type has an unknown kind');
      const [size, core] = scalar;
      return { size, align: size, flat: [core] };
    }
  }
}

function variantLayout(payloads: readonly (Layout | undefined)[]): Layout {
  const offset = payloadOffset(payloads.length, payloads);
  const align = Math.max(discriminantBytes(payloads.length), largest(payloads, 'align'));
  const size = alignTo(offset + largest(payloads, 'size'), align);
  const joined: CoreType[] = [];
  for (const payload of payloads) {
    if (payload === undefined) continue;
    if (payload.flat === undefined) return { size, align, flat: undefined };
    for (const [index, core] of payload.flat.entries()) joined[index] = join(joined[index], core);
  }
  return { size, align, flat: concat([['i32'], joined]) };
}

function largest(layouts: readonly (Layout | undefined)[], key: 'size' | 'align'): number {
  return layouts.reduce((most, layout) => Math.max(most, layout?.[key] ?? 0), 0);
}

/** The core type that holds values of both: `join` of the specification. */
function join(a: CoreType | undefined, b: CoreType): CoreType {
  if (a === undefined || a === b) return b;
  const isWord = (type: CoreType) => type === 'i32' || type === 'f32';
  return isWord(a) && isWord(b) ? 'i32' : 'i64';
}

function concat(parts: readonly (readonly CoreType[] | undefined)[]): readonly CoreType[] | undefined {
  const all: CoreType[] = [];
  for (const part of parts) {
    if (part === undefined || all.length + part.length > MAX_FLAT_PARAMS) return undefined;
    all.push(...part);
  }
  return all;
}
