/** Guests that compute for long: in a callee as in its caller they give way, and where they cannot they are ended soon. */
import { describe, expect, it } from 'vitest';
import { runCall } from '../../../functions/runtime/call.ts';
import { fromWat } from '../../support/component-fixtures.ts';
import { runnable } from '../../support/run-component.ts';
import { request } from './components.ts';

/** A component around another, whose `spin` it calls. */
const NESTED = `(component
  (component $inner
    (core module $m (func (export "spin") (param i32) (result i32)
      (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (i32.const 7)))
    (core instance $i (instantiate $m))
    (func (export "spin") (param "n" u32) (result u32) (canon lift (core func $i "spin"))))
  (instance $inner (instantiate $inner))
  (core func $spin (canon lower (func $inner "spin")))
  (core module $start (import "h" "spin" (func $spin (param i32) (result i32)))
    (func $s (drop (call $spin (i32.const 20000000)))) (start $s))
  (core module $m (import "h" "spin" (func $spin (param i32) (result i32)))
    (func (export "spin") (param i32) (result i32) (i32.add (call $spin (local.get 0)) (i32.const 1))))
  (core instance $h (export "spin" (func $spin)))
  (core instance $i (instantiate $m (with "h" (instance $h))))
  (func (export "spin") (param "n" u32) (result u32) (canon lift (core func $i "spin"))))`;

const PLAIN = `(component
  (core module $m (func (export "spin") (param i32) (result i32)
    (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (i32.const 7)))
  (core instance $i (instantiate $m))
  (func (export "spin") (param "n" u32) (result u32) (canon lift (core func $i "spin"))))`;

/** Rounds of a loop that costs more than 25 slices of two million units, and more than 50 of them. */
const LONG = 40_000_000;

describe('a callee that computes for more than the slices that a guest gets in a row', () => {
  it('ends as it wants, and others have their turn meanwhile', async () => {
    const guest = await runnable(await fromWat(NESTED));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const { outcome } = await runCall(guest, request('spin', { n: LONG }, { timeoutMs: 30_000 }));
    clearInterval(timer);
    expect(outcome).toMatchObject({ kind: 'ok', json: '{"result":8}' });
    expect(turns).toBeGreaterThan(3);
  });

  it('ends as it wants where a start function calls it', async () => {
    const started = NESTED.replace(
      '(core instance $i (instantiate $m (with',
      '(core instance (instantiate $start (with "h" (instance $h)))) (core instance $i (instantiate $m (with',
    );
    const guest = await runnable(await fromWat(started));
    const { outcome } = await runCall(guest, request('spin', { n: 1 }, { timeoutMs: 30_000 }));
    expect(outcome).toMatchObject({ kind: 'ok', json: '{"result":8}' });
  });

  it('ends with its deadline', async () => {
    const guest = await runnable(await fromWat(NESTED));
    const { outcome } = await runCall(guest, request('spin', { n: 0 }, { timeoutMs: 100, fuel: 1_000_000_000_000 }));
    expect(outcome).toMatchObject({ kind: 'timeout', of: 'wall' });
  });

  it('is entered again after it', async () => {
    const guest = await runnable(await fromWat(NESTED));
    for (const n of [LONG, 1, 2]) {
      const { outcome } = await runCall(guest, request('spin', { n }, { timeoutMs: 30_000 }));
      expect(outcome).toMatchObject({ kind: 'ok', json: '{"result":8}', reuse: n === LONG ? 'fresh' : 'restored' });
    }
  });
});

it('on the glue of jco a call ends after a twentieth of a second of computing', async () => {
  const guest = await runnable(await fromWat(PLAIN), { glue: 'jco' });
  const short = await runCall(guest, request('spin', { n: 1_000_000 }, { timeoutMs: 30_000 }));
  expect(short.outcome).toMatchObject({ kind: 'ok' });
  const { outcome } = await runCall(guest, request('spin', { n: 0 }, { timeoutMs: 30_000, fuel: 1_000_000_000_000 }));
  expect(outcome).toMatchObject({ kind: 'crashed', reason: 'out-of-fuel' });
  const fuel = 'fuel' in outcome ? outcome.fuel : 0;
  expect(fuel).toBeGreaterThan(95_000_000);
  expect(fuel).toBeLessThan(105_000_000);
});
