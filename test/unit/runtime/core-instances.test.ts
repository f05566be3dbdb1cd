/** What the core instances of one component instance may hold from their start, and who pays for start functions. */
import { describe, expect, test } from 'vitest';
import { smokeRun } from '../../../functions/runtime/smoke.ts';
import { built } from '../../support/build-fixtures.ts';
import { fromWat } from '../../support/component-fixtures.ts';
import { callOf, runnable } from '../../support/run-component.ts';

/** `count` instances of a module that has `core`, and a function `f` of the first. */
const many = (core: string, count: number) =>
  fromWat(`(component (core module $m ${core} (func (export "f")))
    ${Array.from({ length: count }, (_, index) => `(core instance $i${index} (instantiate $m))`).join('\n')}
    (func (export "f") (canon lift (core func $i0 "f"))))`);

describe.each([
  ['memories', '(memory 0)', 16, 17, 'core memories'],
  ['pages', '(memory 300)', 5, 6, '1800 pages'],
  ['elements of tables', '(table 250000 funcref)', 4, 5, '1250000 elements'],
  ['core instances', '', 256, 257, 'core instances'],
])('%s', (_, core, most, tooMany, text) => {
  test('up to the limit are fine', async () => {
    const component = await runnable(await many(core, most));
    expect(await smokeRun(component)).toMatchObject({ ok: true });
    expect(await callOf(component, 'f')).toMatchObject({ kind: 'ok' });
  });

  test('beyond the limit are refused, by the smoke run and by a call', async () => {
    const component = await runnable(await many(core, tooMany));
    expect(await smokeRun(component)).toEqual({ ok: false, error: expect.stringContaining(text) });
    const outcome = await callOf(component, 'f');
    expect(outcome).toMatchObject({ kind: 'crashed', reason: 'out-of-memory', text: expect.stringContaining(text) });
  });
});

test('the manifest says what each module starts with', async () => {
  const { manifest } = await built(await many('(memory 7) (table 5 funcref) (table 6 funcref)', 1));
  expect(manifest.modules).toMatchObject([{ memories: 1, memoryPages: 7, tableElements: 11 }]);
});

describe('a start function', () => {
  const SPIN = '(func $s (loop $l (br $l))) (start $s)';

  test('that does not end is named by the smoke run', async () => {
    const component = await runnable(await many(SPIN, 1));
    expect(await smokeRun(component)).toEqual({
      ok: false,
      error: 'its start function used up the fuel of the smoke run',
    });
  });

  test('that traps is a trap', async () => {
    const component = await runnable(await many('(func $s unreachable) (start $s)', 1));
    expect(await smokeRun(component)).toEqual({ ok: false, error: 'RuntimeError: unreachable' });
  });

  test('is paid for like other code, once', async () => {
    const count =
      '(func $s (local i32) (loop $l (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 1000000))))) (start $s)';
    const one = await smokeRun(await runnable(await many(count, 1)));
    const three = await smokeRun(await runnable(await many(count, 3)));
    expect(one).toMatchObject({ ok: true });
    const [fuelOfOne, fuelOfThree] = [one, three].map((run) => (run.ok ? run.fuel : 0));
    expect(fuelOfOne).toBeGreaterThanOrEqual(1_000_000);
    expect(fuelOfThree).toBe((fuelOfOne ?? 0) * 3);
  });
});
