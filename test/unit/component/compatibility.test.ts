/** Which imports an export can serve. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { valueFromJson } from '../../../src/component/codec/index.ts';
import { gapBetween, misfits } from '../../../src/component/compatibility.ts';
import type { CallableFunction, Field, ValueType } from '../../../src/component/model.ts';
import { anyType, canonicalJson } from '../../support/arbitrary-types.ts';

const U8: ValueType = { kind: 'u8' };
const U32: ValueType = { kind: 'u32' };
const TEXT: ValueType = { kind: 'string' };
const option = (element: ValueType): ValueType => ({ kind: 'option', element });
const list = (element: ValueType): ValueType => ({ kind: 'list', element });
const record = (fields: Record<string, ValueType>): ValueType => ({ kind: 'record', fields: fieldsOf(fields) });
const named = (...names: string[]) => names.map((name) => ({ name }));

function fieldsOf(fields: Record<string, ValueType>): Field[] {
  return Object.entries(fields).map(([name, type]) => ({ name, type }));
}

function func(params: Record<string, ValueType>, result?: ValueType, name = 'f'): CallableFunction {
  const id = `a:b/c@1.0.0#${name}`;
  return { id, name, params: fieldsOf(params), callable: true, ...(result === undefined ? {} : { result }) };
}

/** Changes somewhere in a type, most of which another side does not read. */
const changed = anyType.chain((from) =>
  fc.tuple(
    fc.constant(from),
    fc.oneof(
      anyType,
      fc.constant(from),
      fc.constant(option(from)),
      fc.infiniteStream(fc.nat(9)).map((choices) => mutated(from, () => choices.next().value ?? 0)),
    ),
  ),
);

/** Rewrites a type here and there: kinds of numbers, what is there and what is not, options. */
function mutated(type: ValueType, choose: () => number): ValueType {
  return JSON.parse(JSON.stringify(type), (_key, value) => {
    if (typeof value?.kind !== 'string' || choose() > 2) return value;
    if (/^[su]\d+$/.test(value.kind)) return { kind: ['u8', 's16', 'u32', 's64', 'u64', 'f64'][choose() % 6] };
    if (value.kind === 'f32') return { kind: 'f64' };
    if (value.kind === 'option') return choose() % 2 === 0 ? value.element : value;
    if (value.kind === 'record') {
      return choose() % 2 === 0
        ? { ...value, fields: value.fields.slice(1) }
        : { ...value, fields: [...value.fields, { name: 'added', type: option(TEXT) }] };
    }
    if (value.kind === 'enum' || value.kind === 'variant')
      return { ...value, cases: [...value.cases, { name: 'added' }] };
    if (value.kind === 'flags') return { ...value, labels: [...value.labels, { name: 'added' }] };
    return option(value);
  });
}

describe('properties', () => {
  test('1: each type fits itself, under any name', () => {
    fc.assert(
      fc.property(anyType, (type) => {
        expect(gapBetween(type, { ...type, name: { name: 'x' } }, 'p')).toBeUndefined();
      }),
    );
  });

  test('2: what fits is read, whatever its value', () => {
    let fits = 0;
    fc.assert(
      fc.property(
        changed
          .filter(([from, to]) => gapBetween(from, to, 'p') === undefined)
          .chain(([from, to]) => fc.tuple(fc.constant(from), fc.constant(to), canonicalJson(from))),
        ([from, to, json]) => {
          if (JSON.stringify(from) !== JSON.stringify(to)) fits += 1;
          expect(valueFromJson(to, JSON.parse(JSON.stringify(json)), 'p')).toMatchObject({ ok: true });
        },
      ),
      { numRuns: 500 },
    );
    expect(fits).toBeGreaterThan(50);
  });

  test('3: what fits one after the other fits as a whole', () => {
    fc.assert(
      fc.property(changed, fc.infiniteStream(fc.nat(9)), ([a, b], choices) => {
        const c = mutated(b, () => choices.next().value ?? 0);
        fc.pre(gapBetween(a, b, '') === undefined && gapBetween(b, c, '') === undefined);
        expect(gapBetween(a, c, '')).toBeUndefined();
      }),
    );
  });
});

describe('a type', () => {
  it.each<[string, ValueType, ValueType]>([
    ['more integers', U8, { kind: 's16' }],
    ['more digits', { kind: 'f32' }, { kind: 'f64' }],
    ['a value for an option', TEXT, option(TEXT)],
    ['an option that is not known', record({ a: U8 }), record({ a: U32, b: option(TEXT) })],
    ['more cases', { kind: 'enum', cases: named('x') }, { kind: 'enum', cases: named('y', 'x') }],
    ['more flags', { kind: 'flags', labels: named('x') }, { kind: 'flags', labels: named('y', 'x') }],
    ['fields in another order', record({ a: U8, b: TEXT }), record({ b: TEXT, a: U8 })],
  ])('is read as one with %s, and not the other way round', (claim, from, to) => {
    expect(gapBetween(from, to, 'p')).toBeUndefined();
    if (claim !== 'fields in another order') expect(gapBetween(to, from, 'p')).toBeDefined();
  });

  it.each<[string, ValueType, ValueType, string]>([
    ['signs', { kind: 's8' }, U32, 'p'],
    ['bytes, which are base64', list(U8), list(U32), 'p'],
    ['an option of an option', option(TEXT), option(option(TEXT)), 'p'],
    ['a value and an option of an option', TEXT, option(option(TEXT)), 'p'],
    ['a field that is not read', record({ a: U8, b: U8 }), record({ a: U8 }), 'p.b'],
    ['a field that is not written', record({}), record({ a: U8 }), 'p.a'],
    ['the element of a list', list(list(TEXT)), list(list(U32)), 'p[][]'],
    ['keys of a map', { kind: 'map', key: TEXT, value: U8 }, { kind: 'map', key: U8, value: U8 }, 'p'],
    ['an arm without a payload', { kind: 'result', ok: U8 }, { kind: 'result' }, 'p.ok'],
    ['an integer and a float', U8, { kind: 'f64' }, 'p'],
  ])('does not fit for %s, and the path says where', (_, from, to, path) => {
    expect(gapBetween(from, to, 'p')?.path).toBe(path);
  });
});

describe('functions', () => {
  it('fit when the export takes more and answers less', () => {
    const imported = func({ item: U8 }, { kind: 'enum', cases: named('low', 'high') });
    const exported = func({ item: U32, currency: option(TEXT) }, { kind: 'enum', cases: named('low') });
    expect(misfits([imported], [exported])).toEqual([]);
  });

  it.each([
    [
      'is not exported',
      func({}, U8, 'gone'),
      { function: 'a:b/c@1.0.0#gone', path: '', imported: 'a function', exported: 'nothing' },
    ],
    ['takes less', func({ item: U32 }, TEXT), { path: 'item', imported: 'u32', exported: 'u8' }],
    ['takes more', func({}, TEXT), { path: 'item', imported: 'nothing', exported: 'u8' }],
    [
      'takes something else',
      func({ item: U8, extra: TEXT }, TEXT),
      { path: 'extra', imported: 'string', exported: 'nothing' },
    ],
    ['answers something else', func({ item: U8 }, U32), { path: 'result', imported: 'u32', exported: 'string' }],
    ['answers what nobody wants', func({ item: U8 }), { path: 'result', imported: 'nothing', exported: 'string' }],
  ])('do not fit when the export %s', (_, imported, misfit) => {
    expect(misfits([imported], [func({ item: U8 }, TEXT)])).toEqual([expect.objectContaining(misfit)]);
  });

  it('tell a parameter named result from the result', () => {
    expect(misfits([func({ result: TEXT })], [func({ result: U8 })])).toMatchObject([
      { path: 'parameter result', imported: 'string', exported: 'u8' },
    ]);
  });
});
