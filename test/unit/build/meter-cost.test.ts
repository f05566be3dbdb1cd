/** What is charged: never less than what is executed, about as much, and for what costs more than an instruction, more. */
import { describe, expect, test } from 'vitest';
import {
  CALL_COST,
  CATCH_ALL_COST,
  CATCH_COST,
  FREE_LIMIT,
  GROW_COST,
  IMPORT_CALL_COST,
  TURN_COST,
} from '../../../src/build/meter/cost.ts';
import { coreModule } from '../../support/build-fixtures.ts';
import {
  endOf,
  functionOf,
  instantiateCounted,
  instantiateMetered,
  metered,
  SLACK_PER_CALL,
} from '../../support/meter/modules.ts';
import { PROGRAMS } from '../../support/meter/programs.ts';

async function spent(wat: string, ...args: number[]): Promise<number> {
  const { call, used } = await metered(`(module ${wat})`);
  endOf(() => call(...args));
  return used();
}

test.each(Object.entries(PROGRAMS))('is never below the exact count, call by call: %s', async (_, wat) => {
  const bytes = await coreModule(wat);
  const [counted, paid] = [instantiateCounted(bytes), instantiateMetered(bytes)];
  for (const argument of [0, 1, 5, 40, 999]) {
    const before = [counted.used(), paid.used()];
    for (const instance of [counted, paid]) endOf(() => functionOf(instance, 'run')(argument));
    const [exact, fuel] = [counted.used() - (before[0] ?? 0), paid.used() - (before[1] ?? 0)];
    expect(exact).toBeGreaterThan(0);
    expect(fuel).toBeGreaterThanOrEqual(exact - SLACK_PER_CALL);
  }
});

test.each([
  'recursive fib',
  'nested loops that take and give values',
  'loops that are left by return, branch and br_table',
  'a loop whose turn costs more than an advance',
  'br_table dispatch',
  'free functions in a chain',
])('is at most three times the exact count of ordinary code: %s', async (name) => {
  const bytes = await coreModule(PROGRAMS[name] ?? '');
  const [counted, paid] = [instantiateCounted(bytes), instantiateMetered(bytes)];
  for (const instance of [counted, paid]) functionOf(instance, 'run')(5_000);
  expect(paid.used()).toBeLessThan(3 * counted.used() + 100);
});

/** Frames that an exception unwinds, each of which has done much that it had not paid when it was entered. */
const unwound = (loop: string) => `(module (tag $t) (memory 1)
  (func $deep (param i32) (local $i i32) ${loop}
    (if (i32.eqz (local.get 0)) (then (throw $t)))
    (block (br_if 0 (i32.eqz (local.get 0))) ${'(i32.store (i32.const 0) (local.get $i)) '.repeat(2_000)})
    (call $deep (i32.sub (local.get 0) (i32.const 1))))
  (func (export "run") (param i32) (block $c (try_table (catch_all $c) (call $deep (local.get 0))))))`;
const TURNS = '(br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 400)))';

test.each([
  ['that did not turn', '(loop)'],
  ['that turned', `(loop $l ${TURNS})`],
  [
    'in a loop',
    `(loop $l ${TURNS}) (loop (br_if 0 (i32.const 0)) (if (i32.eq (local.get 0) (i32.const 7)) (then (throw $t))))`,
  ],
])('is not below the exact count of frames that an exception unwinds: %s', async (_, loop) => {
  const bytes = await coreModule(unwound(loop));
  const [counted, paid] = [instantiateCounted(bytes), instantiateMetered(bytes)];
  for (const instance of [counted, paid]) functionOf(instance, 'run')(500);
  expect(counted.used()).toBeGreaterThan(400 * 6_000);
  expect(paid.used()).toBeGreaterThan(counted.used() + CATCH_ALL_COST);
  expect(paid.used()).toBeLessThan(counted.used() * 3);
});

describe('what costs more than an instruction', () => {
  test('a call, and more so one of an import', async () => {
    const one = await spent('(func $f (loop)) (func (export "run") (call $f))');
    expect(await spent('(func $f (loop)) (func (export "run") (call $f) (call $f))')).toBe(2 * one - TURN_COST);
    const bytes = await coreModule('(module (import "" "f" (func $f)) (func (export "run") (call $f) (call $f)))');
    const { exports, used } = instantiateMetered(bytes, { imports: { '': { f: () => {} } } });
    (exports['run'] as () => void)();
    expect(used()).toBe(3 + 2 * IMPORT_CALL_COST);
  });

  test('bulk operations, by their length', async () => {
    const fill = '(memory 2) (func (export "run") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0)))';
    expect((await spent(fill, 65_536)) - (await spent(fill, 0))).toBe(65_536 / 4);
    const table =
      '(table 100 funcref) (func (export "run") (param i32) (table.fill (i32.const 0) (ref.null func) (local.get 0)))';
    expect((await spent(table, 100)) - (await spent(table, 0))).toBe(100 * 128);
  });

  test('references that go into tables, and vectors that are divided, by what they take', async () => {
    const table = (times: number) =>
      `(table 1 funcref) (func (export "run") ${'(table.set (i32.const 0) (ref.null func))'.repeat(times)})`;
    expect((await spent(table(11))) - (await spent(table(1)))).toBe(10 * (128 + 2));
    const divisions = (times: number) =>
      `(func (export "run") (local v128) ${'(local.set 0 (f64x2.div (local.get 0) (local.get 0)))'.repeat(times)})`;
    // Functions above what is free.
    expect((await spent(divisions(21))) - (await spent(divisions(11)))).toBe(10 * (16 + 3));
  });

  test('a length that traps is not charged as if it were there', async () => {
    const fill = '(memory 1) (func (export "run") (memory.fill (i32.const 0) (i32.const 1) (i32.const -1)))';
    expect(await spent(fill)).toBeLessThan(40_000_000);
  });

  test('growing, by what is there and what is added', async () => {
    const grow = '(memory 1) (func (export "run") (param i32) (drop (memory.grow (local.get 0))))';
    expect(await spent(grow, 1)).toBeGreaterThanOrEqual(GROW_COST + 2 * 512);
    expect((await spent(grow, 11)) - (await spent(grow, 1))).toBe(10 * 512);
    const table =
      '(table 1 funcref) (func (export "run") (param i32) (drop (table.grow (ref.null func) (local.get 0))))';
    expect(await spent(table, 1)).toBeGreaterThanOrEqual(GROW_COST + 128);
    expect((await spent(table, 11)) - (await spent(table, 1))).toBe(10 * 128);
  });

  test('catching, whoever threw', async () => {
    const tagged = '(tag $t) (func (export "run") (block $c (try_table (catch $t $c) (throw $t))))';
    expect(await spent(tagged)).toBeGreaterThanOrEqual(CATCH_COST);
    expect(await spent(tagged)).toBeLessThan(CATCH_COST + 300);
    expect(
      await spent('(tag $t) (func (export "run") (block $c (try_table (catch_all $c) (throw $t))))'),
    ).toBeGreaterThan(CATCH_ALL_COST);
    expect(await spent('(tag $t) (func (export "run") (try_table (catch_all 0) (throw $t)))')).toBeGreaterThan(
      CATCH_ALL_COST,
    );
  });
});

test('a free function costs its callers what it costs', async () => {
  const body = 'nop '.repeat(FREE_LIMIT - 1);
  const call = (count: number) => spent(`(func $free ${body}) (func (export "run") ${'(call $free) '.repeat(count)})`);
  expect((await call(3)) - (await call(2))).toBe(1 + CALL_COST + FREE_LIMIT);
  expect(await spent(`(func (export "run") ${body})`)).toBe(0);
  expect(await spent(`(func (export "run") nop ${body})`)).toBe(FREE_LIMIT + 1);
});
