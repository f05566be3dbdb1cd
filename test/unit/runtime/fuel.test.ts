/** The account of a call: several core modules draw from one, and what ends a guest ends it for good. */
import { describe, expect, it } from 'vitest';
import { FUEL_EXPORT, FuelMeter } from '../../../functions/runtime/fuel.ts';
import { meterChecked } from '../../../src/build/meter/rewrite.ts';
import { SLOT_WASM } from '../../../src/isolate/slot-module.ts';
import { coreModule } from '../../support/build-fixtures.ts';
import { compile } from './components.ts';

const NAME = 'a.core.wasm';
const SLOT = compile(SLOT_WASM);
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
    const meter = new FuelMeter(10 ** 9, SLOT);
    const run = await runner(meter);
    run(1);
    const one = meter.used;
    run(500_001);
    expect(meter.used).toBe(2 * one + 500_000 * TURN);
    expect(meter.exhausted).toBe(false);
  });

  it('holds more than an i32 does', async () => {
    const budget = 2 ** 32;
    const meter = new FuelMeter(budget, SLOT);
    const run = await runner(meter);
    run(300_000_000);
    expect(meter.used).toBeGreaterThan(2 ** 31);
    expect(meter.used).toBeLessThan(budget);
    expect(() => run(FOREVER)).toThrow('unreachable');
    expect([meter.used, meter.exhausted]).toEqual([budget, true]);
  });

  it('is one for all instances: together they use no more than one would', async () => {
    const budget = 50_000_000;
    const meter = new FuelMeter(budget, SLOT);
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
    const meter = new FuelMeter(10_000_000, SLOT);
    const [idle, busy] = [await runner(meter), await runner(meter)];
    idle(1);
    busy(1_200_000);
    expect(meter.used).toBeGreaterThan(9_600_000);
    idle(1_000);
    expect(meter.exhausted).toBe(false);
  });

  it('serves instances that call each other while both are below zero', async () => {
    const meter = new FuelMeter(100_000_000, SLOT);
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
    const meter = new FuelMeter(1_000_000, SLOT);
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
    const meter = new FuelMeter(1_000, SLOT);
    const first = await runner(meter);
    meter.charge(1_000);
    expect(meter.exhausted).toBe(false);
    meter.charge(1);
    const later = await runner(meter);
    expect([meter.used, meter.exhausted]).toEqual([1_000, true]);
    for (const run of [first, later]) expect(() => run(1)).toThrow('unreachable');
  });

  it('takes back what instances hold, when a charge needs it', async () => {
    const meter = new FuelMeter(1_000_000, SLOT);
    const runs = [await runner(meter), await runner(meter)];
    meter.charge(990_000);
    expect(meter.exhausted).toBe(false);
    for (const run of runs) run(1);
    expect(meter.used).toBeLessThan(1_000_000);
  });
});

describe('a drained meter', () => {
  it('ends every instance, those too that come later', async () => {
    const meter = new FuelMeter(10 ** 9, SLOT);
    const early = await runner(meter);
    early(10);
    const { used } = meter;
    meter.drain();
    const late = await runner(meter);
    for (const run of [early, late, early]) expect(() => run(1)).toThrow('unreachable');
    expect([meter.used, meter.exhausted]).toEqual([used, false]);
  });

  it('ends a guest in the middle, however much its frames give back', async () => {
    const meter = new FuelMeter(10 ** 9, SLOT);
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
    const meter = new FuelMeter(10 ** 9, SLOT);
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
