/** The three places of the slot: what a metered module asks, and what it does with each answer. */
import { describe, expect, test } from 'vitest';
import { createSlot, type SlotHost } from '../../../functions/runtime/slot.ts';
import { GROW_COST } from '../../../src/build/meter/cost.ts';
import { meterChecked } from '../../../src/build/meter/rewrite.ts';
import { FUEL_EXPORT, PLACE, SLOT_EXPORT } from '../../../src/core/engine-names.ts';
import { SLOT_WASM } from '../../../src/isolate/slot-module.ts';
import { compile, coreModule } from '../../support/build-fixtures.ts';
import { endOf } from '../../support/meter/modules.ts';

const FUEL = 1_000_000;
const SLOT = compile(SLOT_WASM);
const LOOP =
  '(module (func (export "run") (param i32) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))';

type Answer = (fuel: WebAssembly.Global) => number;

interface Host {
  readonly ask?: Answer;
  readonly wait?: Answer;
  readonly allow?: (what: string, delta: number) => boolean;
}

/** `run` of a metered module whose slot is filled with what the test says; `told` is what it asked for its growths. */
async function slotted(wat: string, { ask = () => 1, wait = () => 1, allow = () => true }: Host = {}) {
  const { exports } = new WebAssembly.Instance(compile(meterChecked(await coreModule(wat), FUEL).bytes));
  const fuel = exports[FUEL_EXPORT] as WebAssembly.Global; // the module is metered
  const told: string[] = [];
  const host: SlotHost = {
    ask: () => ask(fuel),
    wait: async () => wait(fuel),
    growth: {
      allow: (what, delta) => {
        told.push(`${what} ${delta}`);
        return allow(what, delta);
      },
      failed: (what, delta) => void told.push(`${what} ${delta} failed`),
    },
  };
  const table = exports[SLOT_EXPORT] as WebAssembly.Table;
  for (const [place, target] of createSlot(SLOT, host)) table.set(place, target);
  return { exports, fuel, told, table, run: exports['run'] as (...args: unknown[]) => unknown };
}

/** `WebAssembly.promising`, which the types do not know. */
function promising(run: (...args: unknown[]) => unknown): (...args: unknown[]) => Promise<unknown> {
  return Reflect.get(WebAssembly, 'promising')(run);
}

const topUp: Answer = (fuel) => {
  fuel.value = FUEL;
  return 0;
};

describe('a verdict', () => {
  test.each([
    ['to go on', topUp, 'undefined'],
    ['to go on, with fuel that was not topped up', () => 0, 'RuntimeError: unreachable'],
    ['to stop', () => 1, 'RuntimeError: unreachable'],
    ['of another number', () => 3, 'RuntimeError: unreachable'],
    ['of a negative number', () => -1, 'RuntimeError: unreachable'],
  ])('%s', async (_, ask, end) => {
    const { run } = await slotted(LOOP, { ask: (fuel) => Math.min(ask(fuel), 3) });
    expect(endOf(() => run(1_000_000))).toBe(end);
  });

  test.each([
    ['topped up', topUp, 'undefined'],
    ['left as it was', () => 0, 'RuntimeError: unreachable'],
    ['topped up, but to be stopped', (fuel: WebAssembly.Global) => topUp(fuel) + 1, 'RuntimeError: unreachable'],
    ['told to suspend again', (fuel: WebAssembly.Global) => topUp(fuel) + 2, 'RuntimeError: unreachable'],
  ])('to suspend, then %s', async (_, wait, end) => {
    const { run } = await slotted(LOOP, { ask: () => 2, wait });
    const ended = await promising(run)(1_000_000).then(String, String);
    expect(ended).toBe(end);
  });

  test('to suspend is asked as often as one to go on, and waits each time', async () => {
    let asked = 0;
    const count: Answer = (fuel) => {
      asked++;
      return topUp(fuel);
    };
    const going = await slotted(LOOP, { ask: count });
    going.run(1_000_000);
    const expected = asked;
    asked = 0;
    const waiting = await slotted(LOOP, { ask: () => 2, wait: count });
    await promising(waiting.run)(1_000_000);
    expect(asked).toBe(expected);
    expect(asked).toBeGreaterThan(3);
  });

  test.each(Object.keys(PLACE))('is a trap without a function in the place `%s`', async (name) => {
    const grow = '(module (memory 1) (func (export "run") (param i32) (loop (br_if 0 (memory.grow (i32.const 0))))))';
    const { run, table } = await slotted(name === 'grow' ? grow : LOOP, { ask: () => 2 });
    table.set(PLACE[name as keyof typeof PLACE], null); // a key of it
    const ended = await promising(run)(1_000_000).then(String, String);
    expect(ended).toContain('RuntimeError: null function');
  });
});

/** Counts what it swallows, and goes on. `dive` asks its slot at every depth of a recursion without end. */
const SWALLOWING = `(module (memory 1) (global $swallowed (export "swallowed") (mut i32) (i32.const 0))
  (func $work (loop $again (br $again)))
  (func $grow (drop (memory.grow (i32.const 1))))
  (func $dive (call $grow) (call $dive))
  (func $swallow (global.set $swallowed (i32.add (global.get $swallowed) (i32.const 1))))
  (func (export "run") (block $b (try_table (catch_all $b) (call $work) (return))) (call $swallow))
  (func (export "grow") (block $b (try_table (catch_all $b) (call $grow) (return))) (call $swallow))
  (func (export "dive") (block $b (try_table (catch_all $b) (call $dive) (return))) (call $swallow)))`;

describe('a function of the slot that throws ends the guest, which cannot catch that', () => {
  const throws: () => never = () => {
    throw new Error('a defect of the host');
  };

  const hosts: readonly (readonly [place: string, name: string, host: Host])[] = [
    ['the verdict', 'run', { ask: throws }],
    ['the wait', 'run', { ask: () => 2, wait: throws }],
    ['the growth', 'grow', { allow: throws }],
  ];

  test.each(hosts)('%s', async (_, name, host) => {
    const { exports } = await slotted(SWALLOWING, host);
    const run = exports[name] as () => unknown; // the module exports it
    expect(await promising(run)().then(String, String)).toBe('RuntimeError: unreachable');
    expect((exports['swallowed'] as WebAssembly.Global).value).toBe(0);
  });

  test('a wait where nothing can be suspended', async () => {
    const { exports, run } = await slotted(SWALLOWING, { ask: () => 2 });
    expect(endOf(() => run())).toBe('RuntimeError: unreachable');
    expect((exports['swallowed'] as WebAssembly.Global).value).toBe(0);
  });

  test('at the end of the stack', async () => {
    const { exports } = await slotted(SWALLOWING, { ask: topUp });
    for (let round = 0; round < 5; round += 1) {
      expect(endOf(exports['dive'] as () => unknown)).toMatch(/call stack|unreachable/);
    }
    expect((exports['swallowed'] as WebAssembly.Global).value).toBe(0);
  });
});

/** Memories and tables of both address types; each with a function that grows it. */
const GROWING = `(module
  (memory $a (export "a") 1 3) (memory $b (export "b") i64 2)
  (table $s 1 externref) (table $t 3 9 funcref) (table $u i64 4 funcref)
  (func (export "run"))
  (func (export "grow a") (param i32) (result i32) (memory.grow $a (local.get 0)))
  (func (export "grow b") (param i64) (result i64) (memory.grow $b (local.get 0)))
  (func (export "grow s") (param i32) (result i32) (table.grow $s (ref.null extern) (local.get 0)))
  (func (export "grow t") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0)))
  (func (export "grow u") (param i64) (result i64) (table.grow $u (ref.null func) (local.get 0))))`;

describe('growing', () => {
  test.each([
    ['a', 1, 1, ['memory 1']],
    ['a', 2, 1, ['memory 2']],
    ['a', 3, -1, ['memory 3', 'memory 3 failed']],
    ['a', -1, -1, ['memory 4294967295', 'memory 4294967295 failed']],
    ['b', 1n, 2n, ['memory 1']],
    ['b', 0n, 2n, ['memory 0']],
    ['b', 1_535n, -1n, ['memory 1535', 'memory 1535 failed']],
    ['b', 0xffff_ffffn, -1n, ['memory 4294967295', 'memory 4294967295 failed']],
    ['b', 2n ** 32n, -1n, []],
    ['b', 2n ** 32n + 1n, -1n, []],
    ['b', -1n, -1n, []],
    ['s', 5, 1, ['table 5']],
    ['t', 6, 3, ['table 6']],
    ['t', 7, -1, ['table 7', 'table 7 failed']],
    ['u', 2n, 4n, ['table 2']],
    ['u', 2n ** 40n, -1n, []],
  ])('%s by %s answers %s, and the host is asked', async (name, delta, answer, asked) => {
    const { exports, told } = await slotted(GROWING);
    const grow = exports[`grow ${name}`] as (delta: unknown) => unknown;
    expect(grow(delta)).toBe(answer);
    expect(told).toEqual(asked);
  });

  test.each(['a', 'b', 's', 't', 'u'])('%s does not happen when the host refuses', async (name) => {
    const { exports, told } = await slotted(GROWING, { allow: () => false });
    const grow = exports[`grow ${name}`] as (delta: unknown) => unknown;
    const one = name === 'b' || name === 'u' ? 1n : 1;
    expect(String(grow(one))).toBe('-1');
    expect(told).toHaveLength(1);
    if (name === 'a') expect((exports['a'] as WebAssembly.Memory).buffer.byteLength).toBe(65_536);
  });

  test('is paid before the host is asked', async () => {
    const { exports, fuel } = await slotted(GROWING, { allow: () => false });
    (exports['grow a'] as (delta: number) => void)(1);
    expect(FUEL - fuel.value).toBeGreaterThanOrEqual(GROW_COST + 2 * 512);
  });

  test('keeps the operands and what is below them on the stack', async () => {
    const { run } = await slotted(`(module (memory 2) (table 1 funcref) (func $f)  (elem declare func $f)
      (func (export "run") (param i32) (result i32) (local $i i32)
        (i32.const 1000)
        (loop $l (drop (table.grow (ref.func $f) (local.get 0)))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
        (i32.add (memory.grow (local.get 0)))
        (i32.add (i32.mul (i32.const 10) (table.size)))))`);
    expect(run(5)).toBe(1000 + 2 + 10 * 16);
  });
});
