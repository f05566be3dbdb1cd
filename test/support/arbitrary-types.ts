/** Random WIT types, and random canonical JSON of a given type, for property tests. */

import fc from 'fast-check';
import type { Case, Field, Label, ValueType } from '../../src/component/model.ts';

/** Labels that are property names of Object.prototype or otherwise dangerous are as likely as ordinary ones. */
const LABELS = [
  'constructor',
  'then',
  'to-string',
  'value-of',
  'has-own-property',
  'tag',
  'val',
  'ok',
  'some',
  'a1-b2',
  'x-YZ',
  'b',
  'c',
];
const SCALARS = ['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string'] as const;

const label = fc.constantFrom(...LABELS);
const docs = fc.constantFrom('Says something.', 'Ends */ early.\nTwo lines.');
const labels: fc.Arbitrary<Label[]> = fc.uniqueArray(fc.record({ name: label, docs }, { requiredKeys: ['name'] }), {
  selector: (each) => each.name,
  minLength: 1,
  maxLength: 4,
});

function members(type: fc.Arbitrary<ValueType>): fc.Arbitrary<Field[]> {
  return labels.chain((list) =>
    fc
      .tuple(...list.map(() => type))
      .map((types) => list.map((each, index) => ({ ...each, type: types[index] ?? { kind: 'bool' } }))),
  );
}

function cases(type: fc.Arbitrary<ValueType>): fc.Arbitrary<Case[]> {
  return members(type).chain((list) =>
    fc
      .array(fc.boolean(), { minLength: list.length, maxLength: list.length })
      .map((payloads) =>
        list.map(({ type: payload, ...name }, index) => (payloads[index] ? { ...name, type: payload } : name)),
      ),
  );
}

const { type } = fc.letrec<{ type: ValueType; scalar: ValueType; key: ValueType }>((tie) => {
  const inner = tie('type');
  return {
    scalar: fc.constantFrom(...SCALARS).map((kind): ValueType => ({ kind })),
    key: fc.constantFrom('string', 'string', 'u8', 's64', 'char', 'bool').map((kind) => ({ kind }) as ValueType),
    type: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      tie('scalar'),
      fc.constant<ValueType>({ kind: 'list', element: { kind: 'u8' } }),
      inner.map((element): ValueType => ({ kind: 'list', element })),
      fc.record({ element: inner, length: fc.nat(3) }).map((list): ValueType => ({ kind: 'fixed-list', ...list })),
      fc.array(inner, { minLength: 1, maxLength: 3 }).map((elements): ValueType => ({ kind: 'tuple', elements })),
      inner.map((same): ValueType => ({ kind: 'tuple', elements: [same, same] })),
      members(inner).map((fields): ValueType => ({ kind: 'record', fields })),
      cases(inner).map((list): ValueType => ({ kind: 'variant', cases: list })),
      labels.map((list): ValueType => ({ kind: 'enum', cases: list })),
      labels.map((list): ValueType => ({ kind: 'flags', labels: list })),
      inner.map((element): ValueType => ({ kind: 'option', element })),
      inner.map((element): ValueType => ({ kind: 'option', element: { kind: 'option', element } })),
      fc
        .record({ ok: inner, err: inner }, { requiredKeys: [] })
        .map((arms): ValueType => ({ kind: 'result', ...arms })),
      fc.record({ key: tie('key'), value: inner }).map((map): ValueType => ({ kind: 'map', ...map })),
    ),
  };
});

/** FNV-1a: the same structure has the same name in all the types of one run. */
function hash(structure: string): number {
  let value = 0x811c9dc5;
  for (const character of structure) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}

/** Names every second structure, so that equal names mean equal types; some in the world, some in an interface. */
function named(root: ValueType): ValueType {
  return JSON.parse(JSON.stringify(root), (_key, value) => {
    if (typeof value?.kind !== 'string') return value;
    const number = hash(JSON.stringify(value));
    const owner = number % 4 === 0 ? { interface: `demo:text/tools@0.${number % 3}.0` } : {};
    return number % 2 === 0 ? { ...value, name: { name: `t${number}`, ...owner } } : value;
  });
}

/** Any type that JSON can hold, up to four levels deep, some of its nodes named. */
export const anyType: fc.Arbitrary<ValueType> = type.map(named);

/** Any text without lone surrogates. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '__proto__', 'constructor', '😀'),
);

/** An object without a prototype, so that `__proto__` is a key like others. */
export function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) object[key] = value;
  return object;
}

function bigJson(min: bigint, max: bigint): fc.Arbitrary<unknown> {
  return fc
    .bigInt({ min, max })
    .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()));
}

function special(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function recordJson(fields: readonly Field[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(...fields.map((field) => canonicalJson(field.type)))
    .map((values) => objectOf(fields.map((field, index) => [field.name, values[index]])));
}

function armJson(arm: string, payload: ValueType | undefined): fc.Arbitrary<unknown> {
  return (payload === undefined ? fc.constant(null) : canonicalJson(payload)).map((value) => ({ [arm]: value }));
}

/** The JSON that the codec itself writes for values of the type. */
export function canonicalJson(of: ValueType): fc.Arbitrary<unknown> {
  switch (of.kind) {
    case 'bool':
      return fc.boolean();
    case 's8':
    case 's16':
    case 's32':
    case 'u8':
    case 'u16':
    case 'u32': {
      const span = 2 ** Number(of.kind.slice(1));
      const min = of.kind.startsWith('s') ? -span / 2 : 0;
      return fc.integer({ min, max: min + span - 1 });
    }
    case 's64':
      return fc.oneof(bigJson(-(2n ** 63n), 2n ** 63n - 1n), bigJson(-9n, 9n));
    case 'u64':
      return fc.oneof(bigJson(0n, 2n ** 64n - 1n), bigJson(2n ** 53n - 3n, 2n ** 53n + 3n));
    case 'f32':
      return fc.float().map(special);
    case 'f64':
      return fc.double().map(special);
    case 'char':
      return fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
    case 'string':
      return text;
    case 'list':
      if (of.element.kind === 'u8') return fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));
      return fc.array(canonicalJson(of.element), { maxLength: 3 });
    case 'fixed-list':
      return fc.array(canonicalJson(of.element), { minLength: of.length, maxLength: of.length });
    case 'tuple':
      return fc.tuple(...of.elements.map(canonicalJson));
    case 'record':
      return recordJson(of.fields);
    case 'variant':
      return fc.oneof(
        ...of.cases.map((each) =>
          each.type === undefined
            ? fc.constant({ tag: each.name })
            : canonicalJson(each.type).map((val) => ({ tag: each.name, val })),
        ),
      );
    case 'enum':
      return fc.constantFrom(...of.cases.map((each) => each.name));
    case 'flags':
      return fc.subarray(of.labels.map((each) => each.name));
    case 'option': {
      const wrap = of.element.kind === 'option';
      return fc.option(canonicalJson(of.element).map((some) => (wrap ? { some } : some)));
    }
    case 'result':
      return fc.oneof(armJson('ok', of.ok), armJson('err', of.err));
    case 'map':
      return mapJson(of.key, of.value);
    default:
      throw new Error(`${of.kind} has no JSON`);
  }
}

function mapJson(key: ValueType, value: ValueType): fc.Arbitrary<unknown> {
  const entries = fc.uniqueArray(fc.tuple(canonicalJson(key), canonicalJson(value)), {
    selector: ([each]) => each,
    maxLength: 3,
  });
  return entries.map((list) =>
    key.kind === 'string'
      ? objectOf(list.map(([each, of]) => [String(each), of]))
      : list.map(([each, of]) => ({ key: each, value: of })),
  );
}

/** A type together with canonical JSON of it. */
export const typeAndJson: fc.Arbitrary<readonly [ValueType, unknown]> = anyType.chain((of) =>
  fc.tuple(fc.constant(of), canonicalJson(of)),
);
