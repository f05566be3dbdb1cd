/** The account of a call: several core modules draw from one, and what ends a guest ends it for good. */
import { describe, expect, it } from 'vitest';
import type { FuelMeter, Slices, Verdict } from '../../../functions/runtime/fuel.ts';
import { SLICE_FUEL } from '../../../functions/runtime/limits.ts';
import type { Growth } from '../../../functions/runtime/memory.ts';
import { meterChecked } from '../../../src/build/meter/rewrite.ts';
import { FUEL_EXPORT } from '../../../src/core/engine-names.ts';
import { coreModule } from '../../support/build-fixtures.ts';
import { meterOf } from '../../support/meter/meters.ts';
import { compile } from './components.ts';

const NAME = 'a.core.wasm';
const FOREVER = -1;

/** `run(n)` turns n times, or for ever; `again` is an import that it calls at each turn. */
const LOOP = `(func (export "run") (param i32) (loop (br_if 0
  (i32.ne (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 0)))))`;
const TURN = 8;

async function instance(wat: string, imports: WebAssembly.Imports = {}): Promise<WebAssembly.Instance> {
  const { bytes } = meterChecked(await coreModule(`(module ${wat})`), 0);
  return new WebAssembly.Instance(compile(new Uint8Array(bytes)), imports);
}

/** An instance that `meter` measures, as a function. */
async function runner(
  meter: FuelMeter,
  wat = LOOP,
  imports: WebAssembly.Imports = {},
): Promise<(n: number) => unknown> {
  const made = await instance(wat, imports);
  meter.add(made, NAME);
  return made.exports['run'] as (n: number) => unknown; // the module exports it
}

function balance({ exports }: WebAssembly.Instance): number {
  return (exports[FUEL_EXPORT] as WebAssembly.Global).value; // the module is metered
}

describe('the account', () => {
  it('counts what an instance used, exactly', async () => {
    const meter = meterOf(10 ** 9);
    const run = await runner(meter);
    run(1);
    const one = meter.used;
    run(500_001);
    expect(meter.used).toBe(2 * one + 500_000 * TURN);
    expect(meter.exhausted).toBe(false);
  });

  it('holds more than an i32 does', async () => {
    const budget = 2 ** 32;
    const meter = meterOf(budget);
    const run = await runner(meter);
    run(300_000_000);
    expect(meter.used).toBeGreaterThan(2 ** 31);
    expect(meter.used).toBeLessThan(budget);
    expect(() => run(FOREVER)).toThrow('unreachable');
    expect([meter.used, meter.exhausted]).toEqual([budget, true]);
  });

  it('is one for all instances: together they use no more than one would', async () => {
    const budget = 50_000_000;
    const meter = meterOf(budget);
    const runs = await Promise.all(Array.from({ length: 20 }, () => runner(meter)));
    const turns = 100_000;
    let ended = 0;
    let total = 0;
    while (ended === 0) {
      for (const run of runs) {
        try {
          run(turns);
          total += turns * TURN;
        } catch {
          ended++;
        }
      }
    }
    expect(ended).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(budget);
    // What was not used is less than the run that did not fit, and the advances.
    expect(total).toBeGreaterThan(budget - (turns * TURN + 50_000));
    expect([meter.used, meter.exhausted]).toEqual([budget, true]);
  });

  it('lets an instance have what the others hold', async () => {
    const meter = meterOf(10_000_000);
    const [idle, busy] = [await runner(meter), await runner(meter)];
    idle(1);
    busy(1_200_000);
    expect(meter.used).toBeGreaterThan(9_600_000);
    idle(1_000);
    expect(meter.exhausted).toBe(false);
  });

  it('serves instances that call each other while both are below zero', async () => {
    const meter = meterOf(100_000_000);
    const inner = await runner(meter);
    const outer = await runner(
      meter,
      `(import "" "inner" (func $inner (param i32))) (func (export "run") (param i32)
        (loop (call $inner (i32.const 1000)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))`,
      { '': { inner } },
    );
    outer(1_000);
    expect(meter.used).toBeGreaterThan(1_000 * 1_000 * TURN);
    expect(() => outer(FOREVER)).toThrow('unreachable');
    expect(meter.exhausted).toBe(true);
  });

  it('pays for what the host charges', async () => {
    const meter = meterOf(1_000_000);
    const run = await runner(meter);
    meter.charge(600_000);
    run(30_000);
    expect(meter.used).toBeGreaterThan(600_000 + 30_000 * TURN);
    expect(meter.used).toBeLessThan(600_000 + 31_000 * TURN);
    meter.charge(100_000);
    expect(meter.exhausted).toBe(false);
    expect(() => run(30_000)).toThrow('unreachable');
    expect([meter.used, meter.exhausted]).toEqual([1_000_000, true]);
  });

  it('ends every instance, later ones too, when a charge is more than what is left', async () => {
    const meter = meterOf(1_000);
    const first = await runner(meter);
    meter.charge(1_000);
    expect(meter.exhausted).toBe(false);
    meter.charge(1);
    const later = await runner(meter);
    expect([meter.used, meter.exhausted]).toEqual([1_000, true]);
    for (const run of [first, later]) expect(() => run(1)).toThrow('unreachable');
  });

  it('takes back what instances hold, when a charge needs it', async () => {
    const meter = meterOf(1_000_000);
    const runs = [await runner(meter), await runner(meter)];
    meter.charge(990_000);
    expect(meter.exhausted).toBe(false);
    for (const run of runs) run(1);
    expect(meter.used).toBeLessThan(1_000_000);
  });
});

describe('a drained meter', () => {
  it('ends every instance, those too that come later', async () => {
    const meter = meterOf(10 ** 9);
    const early = await runner(meter);
    early(10);
    const { used } = meter;
    meter.drain();
    const late = await runner(meter);
    for (const run of [early, late, early]) expect(() => run(1)).toThrow('unreachable');
    expect([meter.used, meter.exhausted]).toEqual([used, false]);
  });

  it('ends a guest in the middle, however much its frames give back', async () => {
    const meter = meterOf(10 ** 9);
    const depth = 2_000;
    const wat = `(import "" "leave" (func $leave)) (global $back (mut i32) (i32.const 0))
      (func $down (param i32) (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else (call $leave)))
        (loop) (global.set $back (i32.add (global.get $back) (i32.const 1))) (call $check))
      (func $check (loop (br_if 0 (i32.const 0))))
      (func (export "run") (param i32) (call $down (local.get 0)))
      (func (export "back") (result i32) (global.get $back))`;
    const made = await instance(wat, { '': { leave: () => meter.drain() } });
    meter.add(made, NAME);
    expect(() => (made.exports['run'] as (n: number) => void)(depth)).toThrow('unreachable');
    expect(balance(made)).toBeLessThan(-(2 ** 29));
  });

  it('ends a guest that catches everything and goes on', async () => {
    const meter = meterOf(10 ** 9);
    const run = await runner(
      meter,
      `(import "" "leave" (func $leave)) (func (export "run") (param i32)
        (loop $l (block $c (try_table (catch_all $c) (call $leave))) (br $l)))`,
      {
        '': {
          leave: () => {
            meter.drain();
            throw new Error('caught by the guest');
          },
        },
      },
    );
    expect(() => run(0)).toThrow('unreachable');
  });
});

/** Slices whose verdicts are these, one after the other; the last one is for ever. */
function verdicts(...answers: readonly Verdict[]): Slices & { readonly asked: () => number } {
  let asked = 0;
  return {
    verdict: () => answers[Math.min(asked++, answers.length - 1)] ?? 'go',
    suspend: async () => 'go',
    asked: () => asked,
  };
}

/** `WebAssembly.promising`, which the types do not know. */
function promising(run: (n: number) => unknown): (n: number) => Promise<unknown> {
  return Reflect.get(WebAssembly, 'promising')(run);
}

const SLICES_OF_RUN = 10;
/** Turns that use that many slices. */
const TURNS = (SLICES_OF_RUN * SLICE_FUEL) / TURN;

describe('slices', () => {
  it('the verdict is asked once for each slice that was used, and not before the first one', async () => {
    const slices = verdicts('go');
    const meter = meterOf(10 ** 9, { slices });
    const run = await runner(meter);
    run(TURNS / SLICES_OF_RUN - 10_000);
    expect(slices.asked()).toBe(0);
    run(TURNS - TURNS / SLICES_OF_RUN);
    expect(slices.asked()).toBeGreaterThanOrEqual(SLICES_OF_RUN - 2);
    expect(slices.asked()).toBeLessThanOrEqual(SLICES_OF_RUN);
  });

  it('are used up by what the host charges, too', async () => {
    const slices = verdicts('go');
    const meter = meterOf(10 ** 9, { slices });
    const run = await runner(meter);
    for (let slice = 0; slice < SLICES_OF_RUN; slice++) {
      meter.charge(SLICE_FUEL);
      run(1);
    }
    expect(slices.asked()).toBeGreaterThanOrEqual(SLICES_OF_RUN - 1);
  });

  it('are shared: many instances in turn are looked at as often as one', async () => {
    const slices = verdicts('go');
    const meter = meterOf(10 ** 9, { slices });
    const runs = await Promise.all(Array.from({ length: 40 }, () => runner(meter)));
    for (let round = 0; round < 10; round++) for (const run of runs) run(TURNS / 400);
    expect(slices.asked()).toBeGreaterThanOrEqual(SLICES_OF_RUN - 2);
    expect(slices.asked()).toBeLessThanOrEqual(SLICES_OF_RUN + 1);
    expect(meter.used).toBeGreaterThan(SLICES_OF_RUN * SLICE_FUEL - 100_000);
  });

  it('a verdict to stop ends the guest for good, and what it used stands', async () => {
    const slices = verdicts('go', 'stop', 'go');
    const meter = meterOf(10 ** 9, { slices });
    const [run, other] = [await runner(meter), await runner(meter)];
    expect(() => run(FOREVER)).toThrow('unreachable');
    expect(meter.exhausted).toBe(false);
    expect(meter.used).toBeGreaterThan(2 * SLICE_FUEL - 200_000);
    expect(meter.used).toBeLessThan(2 * SLICE_FUEL + 20_000);
    for (const ended of [run, other]) expect(() => ended(1)).toThrow('unreachable');
    expect(slices.asked()).toBe(2);
  });

  it('a verdict to suspend lets others run before the guest goes on', async () => {
    const meter = meterOf(10 ** 9, { slices: verdicts('suspend') });
    const order: string[] = [];
    const run = promising(await runner(meter));
    const ended = run(TURNS).then(() => order.push('guest'));
    await Promise.resolve().then(() => order.push('other'));
    await ended;
    expect(order).toEqual(['other', 'guest']);
    expect(meter.used).toBeGreaterThan(SLICES_OF_RUN * SLICE_FUEL - 1_000);
  });

  it.each([
    ['refuses', async (): Promise<'stop'> => 'stop'],
    ['fails', () => Promise.reject(new Error('a host that should not'))],
  ])('a wait that %s ends the guest', async (_, suspend) => {
    const meter = meterOf(10 ** 9, { slices: { verdict: () => 'suspend', suspend } });
    const run = await runner(meter);
    await expect(promising(run)(FOREVER)).rejects.toThrow('unreachable');
    expect(() => run(1)).toThrow('unreachable');
  });

  it('a meter that is drained while its guest waits ends it when it wakes', async () => {
    const waiting = Promise.withResolvers<'go'>();
    const meter = meterOf(10 ** 9, { slices: { verdict: () => 'suspend', suspend: () => waiting.promise } });
    const run = await runner(meter);
    const ended = promising(run)(FOREVER);
    const { used } = meter;
    meter.drain();
    waiting.resolve('go');
    await expect(ended).rejects.toThrow('unreachable');
    expect(meter.used).toBe(used);
  });

  it('a guest that was told to wait where it cannot asks again at its next step', async () => {
    const slices = verdicts('suspend', 'suspend', 'stop');
    const meter = meterOf(10 ** 9, { slices });
    const run = await runner(meter);
    for (let call = 0; call < 2; call++) expect(() => run(FOREVER)).toThrow('unreachable');
    expect(() => run(1)).toThrow('unreachable');
    expect(slices.asked()).toBe(3);
  });
});

describe('a meter that begins again', () => {
  it.each([
    ['drained', (meter: FuelMeter) => meter.drain()],
    ['in use', () => {}],
    ['exhausted', (meter: FuelMeter) => meter.charge(10 ** 12)],
  ])('serves the same instances as a new one would: %s', async (_, end) => {
    const meter = meterOf(20_000_000);
    const made = [await instance(LOOP), await instance(LOOP)];
    for (const each of made) meter.add(each, NAME);
    const [run, other] = made.map(({ exports }) => exports['run'] as (n: number) => unknown);
    run?.(100_000);
    end(meter);
    for (const { exports } of made) (exports[FUEL_EXPORT] as WebAssembly.Global).value = 12_345;
    meter.begin(10_000_000, verdicts('go'));
    expect([meter.used, meter.exhausted, meter.refusal]).toEqual([0, false, undefined]);
    run?.(100_000);
    other?.(100_000);
    const fresh = meterOf(10_000_000);
    for (let index = 0; index < 2; index++) (await runner(fresh))(100_000);
    expect(meter.used).toBe(fresh.used);
    expect(() => run?.(FOREVER)).toThrow('unreachable');
    expect([meter.used, meter.exhausted]).toEqual([10_000_000, true]);
  });

  it('a guest of the run before that wakes late is ended, and takes nothing', async () => {
    const waiting = Promise.withResolvers<'go'>();
    const meter = meterOf(10 ** 9, { slices: { verdict: () => 'suspend', suspend: () => waiting.promise } });
    const run = await runner(meter);
    const late = promising(run)(FOREVER);
    meter.drain();
    meter.begin(1_000_000, verdicts('go'));
    waiting.resolve('go');
    await expect(late).rejects.toThrow('unreachable');
    expect([meter.used, meter.exhausted]).toEqual([0, false]);
    run(1);
  });

  it('does not run before it has begun', async () => {
    const meter = meterOf(1_000);
    meter.drain();
    const run = await runner(meter);
    expect(() => run(1)).toThrow('unreachable');
  });
});

it('asks for growths on behalf of its instances', async () => {
  const [wat, told] = [
    '(memory 1 5) (func (export "run") (param i32) (result i32) (memory.grow (local.get 0)))',
    [] as string[],
  ];
  const growth: Growth = {
    allow: (what, delta) => told.push(`${what} ${delta}`) > 0 && delta < 9,
    failed: (what, delta) => void told.push(`${what} ${delta} failed`),
  };
  const run = await runner(meterOf(10 ** 9, { growth }), wat);
  expect([run(2), run(20), run(3)]).toEqual([1, -1, -1]);
  expect(told).toEqual(['memory 2', 'memory 20', 'memory 3', 'memory 3 failed']);
});
