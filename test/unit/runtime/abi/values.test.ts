/** Values of every type through the Canonical ABI as our linker does it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WasiFailure } from '../../../../functions/runtime/wasi/failure.ts';
import { resultToJson, valueFromJson, valueToJson } from '../../../../src/component/codec/index.ts';
import type { ValueType } from '../../../../src/component/model.ts';
import { typeAndJson } from '../../../support/arbitrary-types.ts';
import { link } from '../../../support/linked.ts';
import { passingComponent } from '../../../support/passing-component.ts';

/** What the host took from the guest, and what the guest gave back, as JSON. */
async function passed(type: ValueType, json: unknown): Promise<readonly [taken: string, given: string]> {
  const decoded = valueFromJson(type, json, 'x');
  if (!decoded.ok) throw new Error(decoded.error.message);
  let taken: unknown;
  const functions = {
    't:t/host#take': (value: unknown) => {
      taken = value;
    },
    't:t/host#give': () => hostResult(type, decoded.value),
  };
  const component = await link(await passingComponent(type), ['put', 'get'], { functions });
  expect(await component.call('put', [decoded.value])).toEqual({ returned: undefined });
  const end = await component.call('get', []);
  if ('thrown' in end && end.thrown instanceof Error) throw end.thrown;
  expect(component.end()).toBe('nothing');
  return [JSON.stringify(valueToJson(type, taken)), JSON.stringify(resultToJson(type, end).json.result)];
}

/** As a host function gives it: of a `result`, the payload, returned or thrown. */
function hostResult(type: ValueType, value: unknown): unknown {
  if (type.kind !== 'result') return value;
  const { tag, val } = value as { readonly tag: 'ok' | 'err'; readonly val: unknown };
  if (tag === 'ok') return val;
  throw new WasiFailure(val);
}

test('P1: a value of any type reaches the host and comes back as it was', { timeout: 240_000 }, async () => {
  // WIT has no lists of the fixed length 0.
  const sample = typeAndJson.filter(([type]) => !JSON.stringify(type).includes('"length":0'));
  await fc.assert(
    fc.asyncProperty(sample, async ([type, json]) => {
      const expected = JSON.stringify(json);
      expect(await passed(type, json)).toEqual([expected, expected]);
    }),
    { numRuns: 150 },
  );
});

const variant = (...types: ValueType[]): ValueType => ({
  kind: 'variant',
  cases: [{ name: 'none' }, ...types.map((type, index) => ({ name: `c${index}`, type }))],
});

describe('cases that share core values', () => {
  test.each<[string, ValueType, unknown]>([
    ['f32 in an i32', variant({ kind: 'u32' }, { kind: 'f32' }), { tag: 'c1', val: -1.5 }],
    ['u32 in an i64', variant({ kind: 'u64' }, { kind: 'u32' }), { tag: 'c1', val: 4_294_967_295 }],
    ['s32 in an i64', variant({ kind: 'u64' }, { kind: 's32' }), { tag: 'c1', val: -2_147_483_648 }],
    ['f32 in an i64', variant({ kind: 'u64' }, { kind: 'f32' }), { tag: 'c1', val: -0.25 }],
    ['f64 in an i64', variant({ kind: 'u64' }, { kind: 'f64' }), { tag: 'c1', val: -1e300 }],
    ['f32 and f64 in an i64', variant({ kind: 'f32' }, { kind: 'f64' }), { tag: 'c0', val: 1.5 }],
    ['a text beside an f64', variant({ kind: 'f64' }, { kind: 'string' }), { tag: 'c1', val: 'é😀' }],
    ['nothing beside an f64', variant({ kind: 'f64' }), { tag: 'none' }],
  ])('%s', async (_, type, json) => {
    expect(await passed(type, json)).toEqual([JSON.stringify(json), JSON.stringify(json)]);
  });
});

describe('what goes through memory because it is large', () => {
  const many: ValueType = { kind: 'tuple', elements: Array.from({ length: 17 }, () => ({ kind: 'u16' as const })) };
  test('17 parameters', async () => {
    const json = Array.from({ length: 17 }, (_, index) => index * 1000);
    expect(await passed(many, json)).toEqual([JSON.stringify(json), JSON.stringify(json)]);
  });
  test('a text that takes more memory than there is', async () => {
    const text = 'ü'.repeat(300_000);
    expect(await passed({ kind: 'string' }, text)).toEqual([JSON.stringify(text), JSON.stringify(text)]);
  });
  test('flags of 9 and of 32 labels', async () => {
    for (const count of [8, 9, 16, 17, 32]) {
      const labels = Array.from({ length: count }, (_, index) => ({ name: `f${index}` }));
      const list: ValueType = { kind: 'list', element: { kind: 'flags', labels } };
      const json = [[`f${count - 1}`], [], labels.map(({ name }) => name)];
      expect(await passed(list, json)).toEqual([JSON.stringify(json), JSON.stringify(json)]);
    }
  });
  test('an enum of 300 cases', async () => {
    const type: ValueType = { kind: 'enum', cases: Array.from({ length: 300 }, (_, index) => ({ name: `c${index}` })) };
    for (const of of [type, { kind: 'list', element: type } as const]) {
      const json = of === type ? 'c299' : ['c0', 'c256', 'c299'];
      expect(await passed(of, json)).toEqual([JSON.stringify(json), JSON.stringify(json)]);
    }
  });
});

test('the linker tells of every byte that it writes', async () => {
  const type: ValueType = { kind: 'list', element: { kind: 'string' } };
  const written: (readonly [number, number])[] = [];
  const component = await link(await passingComponent(type), ['put', 'get'], {
    functions: { 't:t/host#take': () => undefined, 't:t/host#give': () => ['abc', ''] },
    wrote: (_, at, length) => void written.push([at, length]),
  });
  await component.call('get', []);
  // The place of the result, the list's two headers, and one text.
  expect(written.map(([, length]) => length)).toEqual([8, 16, 3]);
  expect(written[0]).toEqual([1024, 8]);
});
