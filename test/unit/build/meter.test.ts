/** What metering keeps, what it clamps and what it refuses. */
import { describe, expect, test } from 'vitest';
import { MeterError } from '../../../src/build/meter/reader.ts';
import { meter } from '../../../src/build/meter/rewrite.ts';
import { FUEL_EXPORT, SLOT_EXPORT } from '../../../src/core/engine-names.ts';
import { coreModule } from '../../support/build-fixtures.ts';
import {
  endOf,
  functionOf,
  instantiateMetered,
  instantiatePlain,
  metered,
  stateOf,
} from '../../support/meter/modules.ts';
import { PROGRAMS } from '../../support/meter/programs.ts';

async function refusal(wat: string): Promise<string> {
  const bytes = await coreModule(wat);
  try {
    meter(bytes, 0);
  } catch (error) {
    if (error instanceof MeterError) return error.message;
    throw error;
  }
  throw new Error('the module was not refused');
}

describe('metered modules', () => {
  test.each(Object.entries(PROGRAMS))('answer, trap and leave behind what they did before: %s', async (_, wat) => {
    const bytes = await coreModule(wat);
    const before = instantiatePlain(bytes);
    const after = instantiateMetered(bytes);
    for (const argument of [0, 1, 2, 7, 15, 1_000]) {
      const [expected, actual] = [before, after].map((instance) => endOf(() => functionOf(instance, 'run')(argument)));
      expect(actual).toBe(expected);
      expect(stateOf(after)).toEqual(stateOf(before));
    }
  });

  test.each(Object.keys(PROGRAMS))('pay the same for the same: %s', async (name) => {
    const wat = PROGRAMS[name] ?? '';
    const [one, other] = [await metered(wat), await metered(wat)];
    for (const { call } of [one, other]) endOf(() => call(15));
    expect(one.used()).toBe(other.used());
  });

  test('keep every index: functions, globals, tables and types are where they were', async () => {
    const wat = `(module (type $t (func (result i32))) (import "" "f" (func $f (result i32))) (table $a 2 funcref) (table $b 2 funcref)
      (global $g (mut i32) (i32.const 3)) (func $h (result i32) i32.const 5) (elem (table $b) (i32.const 1) func $h)
      (func (export "run") (result i32) (global.set $g (i32.add (global.get $g) (call $f)))
        (i32.mul (global.get $g) (call_indirect $b (type $t) (i32.const 1)))))`;
    const { call } = await metered(wat, undefined, { '': { f: () => 4 } });
    expect(call()).toBe(35);
  });

  test('export a mutable i32 and a table of three places, whatever else they export', async () => {
    const { exports } = await metered('(module (func (export "run")))');
    expect(exports[FUEL_EXPORT]).toBeInstanceOf(WebAssembly.Global);
    expect(exports[SLOT_EXPORT]).toBeInstanceOf(WebAssembly.Table);
    expect((exports[SLOT_EXPORT] as WebAssembly.Table).length).toBe(3);
    expect(await refusal('(module (global (export "__fuel_slot") i32 (i32.const 1)))')).toContain('reserved');
  });
});

test('equal input gives equal output', async () => {
  const bytes = await coreModule(PROGRAMS['bulk memory and tables'] ?? '');
  expect(meter(bytes, 1).bytes).toEqual(meter(bytes, 1).bytes);
});

describe('ceilings', () => {
  test('a memory without a maximum gets one, and growing beyond it fails', async () => {
    const wat = (limits: string) =>
      `(module (memory ${limits}) (func (export "run") (param i32) (result i32) (memory.grow (local.get 0))))`;
    for (const limits of ['1', '1 65536']) {
      expect((await metered(wat(limits))).call(1535)).toBe(1);
      expect((await metered(wat(limits))).call(1536)).toBe(-1);
    }
    expect((await metered(wat('1 2'))).call(2)).toBe(-1);
  });

  test('a table without a maximum gets one', async () => {
    const run = await metered(
      '(module (table 1 funcref) (func (export "run") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))',
    );
    expect(run.call(1_000_000)).toBe(-1);
    expect(run.call(999_999)).toBe(1);
  });

  test.each([
    ['(module (memory 1537))', 'starts with 1537 pages'],
    ['(module (memory 800) (memory 800))', 'more than 1536 pages together'],
    [`(module ${'(memory 0) '.repeat(17)})`, '17 memories'],
    [`(module ${'(memory 0) '.repeat(10_000)})`, '10000 memories'],
    ['(module (table 1000001 funcref))', 'starts with 1000001 elements'],
    [`(module ${'(table 0 funcref) '.repeat(17)})`, '17 tables'],
    ['(module (memory 1 1 shared))', 'threads are not supported'],
    ['(module (import "a" "b" (memory 1 1 shared)))', 'threads are not supported'],
    ['(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))', 'threads are not supported'],
    ['(module (func atomic.fence))', 'threads are not supported'],
    ['(module (type (struct (field i32))))', 'garbage-collected types'],
    ['(module (type (array i8)))', 'garbage-collected types'],
    ['(module (func (param anyref)))', 'garbage-collected types'],
    ['(module (func (drop (ref.i31 (i32.const 1)))))', 'garbage-collected types'],
    [`(module (func ${'nop '.repeat(2_100_000)}))`, 'the most is 2097152'],
    [`(module (func ${'nop '.repeat(1_000_001)}))`, 'more than 1000000 instructions without a branch'],
    [`(module (func (local ${'i32 '.repeat(50_000)})))`, 'more than 49999 locals'],
  ])('refuses %.60s', async (wat, reason) => {
    expect(await refusal(wat)).toContain(reason);
  });
});

describe('features', () => {
  test.each([
    ['(module (func (drop (v128.const i32x4 0 0 0 0))))', ['simd']],
    ['(module (func (param v128)))', ['simd']],
    [
      '(module (func (param v128 v128 v128) (drop (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))))',
      ['relaxed-simd', 'simd'],
    ],
    ['(module (func $f return_call $f))', ['tail-call']],
    ['(module (memory i64 1))', ['memory64']],
    ['(module (memory 1) (memory 1))', ['multi-memory']],
    ['(module (tag $t) (func (throw $t)))', ['exceptions']],
    ['(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))', ['bulk-memory']],
    [
      '(module (func (param i64 i64 i64 i64) (drop (drop (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3))))))',
      ['wide-arithmetic'],
    ],
    ['(module (func))', []],
  ])('of %s', async (wat, features) => {
    expect(meter(await coreModule(wat), 0).features).toEqual(features);
  });
});
