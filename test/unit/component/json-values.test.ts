/** How many values arguments may have. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentsFromJson, hasMoreValues } from '../../../src/component/codec/index.ts';
import type { ValueType } from '../../../src/component/model.ts';
import { MAX_ARGUMENT_VALUES } from '../../../src/core/limits.ts';
import { callable } from '../runtime/components.ts';

/** Values of `json`, where a member counts as four. */
function valuesIn(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  if (Array.isArray(json)) return json.reduce((sum: number, each) => sum + valuesIn(each), 1);
  return Object.values(json).reduce((sum: number, each) => sum + 3 + valuesIn(each), 1);
}

const list = (element: ValueType): ValueType => ({ kind: 'list', element });

describe('the values of a JSON text', () => {
  it('are counted as its parser counts them', () => {
    const strings = fc.string({ unit: fc.constantFrom('"', '\\', ',', ':', '[', '}', 'é', 'x') });
    const json = fc.oneof(fc.jsonValue(), fc.array(strings), fc.dictionary(strings, fc.array(strings)));
    fc.assert(
      fc.property(json, fc.constantFrom(0, 2), (value, indent) => {
        const text = new TextEncoder().encode(JSON.stringify(value, null, indent));
        const count = valuesIn(JSON.parse(JSON.stringify(value)));
        expect(hasMoreValues(text, count - 1)).toBe(true);
        expect(hasMoreValues(text, count)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are not looked for beyond the end of what is not JSON', () => {
    for (const text of ['"', '"\\', '[', '[[[["', ',,,,', '{"a":'])
      expect(hasMoreValues(new TextEncoder().encode(text), 0)).toBe(true);
  });
});

describe('what is converted', () => {
  it('ends at the limit, at its path, where options are left out', () => {
    const option: ValueType = { kind: 'option', element: { kind: 'u32' } };
    const fields = Array.from({ length: 19 }, (_, index) => ({ name: `f${index}`, type: option }));
    const fn = callable('go', { a: list({ kind: 'record', fields }) });
    const of = (length: number) => argumentsFromJson(fn, { a: Array.from({ length }, () => ({})) });
    // One for the list, then 20 for each record.
    const most = Math.floor((MAX_ARGUMENT_VALUES - 1) / 20);
    expect(of(most).ok).toBe(true);
    expect(of(most + 1)).toMatchObject({
      ok: false,
      error: {
        path: expect.stringMatching(new RegExp(`^a\\[${most}\\]`)),
        message: expect.stringContaining(`at most ${MAX_ARGUMENT_VALUES} values`),
      },
    });
  });

  it('counts the labels of flags', () => {
    const labels = Array.from({ length: 32 }, (_, index) => ({ name: `l${index}` }));
    const fn = callable('go', { a: list({ kind: 'flags', labels }) });
    const a = Array.from({ length: MAX_ARGUMENT_VALUES / 32 }, () => []);
    expect(argumentsFromJson(fn, { a })).toMatchObject({ ok: false });
  });

  it('takes bytes as one value', () => {
    const fn = callable('go', { a: list({ kind: 'u8' }) });
    expect(argumentsFromJson(fn, { a: 'AAAA'.repeat(MAX_ARGUMENT_VALUES) })).toMatchObject({ ok: true });
  });
});
