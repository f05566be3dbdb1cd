/** Ends of calls that come early, late or twice: none of them reaches the next call of the instance. */
import { describe, expect, test } from 'vitest';
import { runCall } from '../../../functions/runtime/call.ts';
import type { Guest } from '../../../functions/runtime/guest.ts';
import { MemoryAccount, PageBudget } from '../../../functions/runtime/memory.ts';
import type { AbortReason, CallOutcome, CallRequest } from '../../../src/isolate/protocol.ts';
import { fromWat } from '../../support/component-fixtures.ts';
import { STEP, subject } from '../../support/reuse/subject.ts';
import { runnable } from '../../support/run-component.ts';
import { callable, componentOf, manifestOf, request } from './components.ts';

const PAGE = 65_536;

function runSteps(
  guest: Guest,
  steps: readonly number[],
  rest: Partial<CallRequest> = {},
  aborted?: () => Promise<AbortReason>,
) {
  return runCall(
    guest,
    request('run', { steps }, { timeoutMs: 30_000, maxResponseBytes: 100_000, ...rest }),
    aborted && { aborted },
  );
}

async function outcomeOf(call: ReturnType<typeof runCall>): Promise<CallOutcome> {
  return (await call).outcome;
}

test('whoever is told late that a call must end does not end the call that has its instance now', async () => {
  const guest = await runnable(await subject(2));
  const told = Promise.withResolvers<AbortReason>();
  const asked = Promise.withResolvers<void>();
  const first = await outcomeOf(
    runSteps(
      guest,
      [7, 7, 7].flatMap((ms) => [STEP.wait, ms, 0]),
      {},
      () => {
        asked.resolve();
        return told.promise;
      },
    ),
  );
  await asked.promise;
  expect(first.kind).toBe('ok');
  const second = runSteps(guest, [STEP.burn, 1_000, 0, STEP.wait, 1, 0, STEP.write, 0, 0]);
  told.resolve('client-gone');
  const alone = await runSteps(guest, [STEP.burn, 1_000, 0, STEP.wait, 1, 0, STEP.write, 0, 0], { reuse: false });
  const finished = await second;
  expect(finished.outcome).toMatchObject({
    kind: 'ok',
    reuse: 'restored',
    fuel: (alone.outcome as { fuel: number }).fuel,
  });
  expect(finished.output).toEqual(alone.output);
});

test.each([
  ['that waits', [STEP.rest, 0, 0]],
  ['that computes', [STEP.spin, 0, 0]],
])('an instance whose call %s is ended by time is never used again', async (_, steps) => {
  const guest = await runnable(await subject(2));
  expect(await outcomeOf(runSteps(guest, steps, { timeoutMs: 20, fuel: 1e12 }))).toMatchObject({
    kind: 'timeout',
    pages: 0,
    instances: 0,
  });
  expect(await outcomeOf(runSteps(guest, []))).toMatchObject({ kind: 'ok', reuse: 'fresh' });
  expect(await outcomeOf(runSteps(guest, []))).toMatchObject({ kind: 'ok', reuse: 'restored' });
});

test('the last units of fuel are counted alike', async () => {
  const bytes = await subject(2);
  const [reused, fresh] = [await runnable(bytes), await runnable(bytes)];
  await runSteps(reused, []);
  for (const steps of [[], [STEP.burn, 50, 0], [STEP.wait, 0, 0], [STEP.hash, 0, 0], [STEP.environment, 0, 0]]) {
    const { fuel } = (await outcomeOf(runSteps(fresh, steps, { reuse: false }))) as { fuel: number };
    for (let units = fuel - 20; units < fuel + 3; units++) {
      const [got, wanted] = await Promise.all([
        outcomeOf(runSteps(reused, steps, { fuel: units })),
        outcomeOf(runSteps(fresh, steps, { fuel: units, reuse: false })),
      ]);
      expect({ ...got, reuse: '', pages: 0, instances: 0 }).toEqual({
        ...wanted,
        reuse: '',
        pages: 0,
        instances: 0,
        reuseReason: undefined,
      });
    }
  }
});

/** Its start function asks for 8 pages, and its answer is what it got. */
const GROWS_AT_START = `(component
  (core module $m (memory 1) (global $got (mut i32) (i32.const 0))
    (func $init (global.set $got (memory.grow (i32.const 8)))) (start $init)
    (func (export "got") (result i32) (global.get $got)))
  (core instance $i (instantiate $m))
  (func (export "got") (result s32) (canon lift (core func $i "got"))))`;

describe('an instance that was refused memory while it was linked', () => {
  test('does not serve a call that would have got it', async () => {
    const guest = await runnable(await fromWat(GROWS_AT_START));
    const got = (pages: number) => outcomeOf(runCall(guest, request('got', {}, { memoryBytes: pages * PAGE })));
    expect(await got(4)).toMatchObject({ kind: 'ok', json: '{"result":-1}', reuse: 'fresh' });
    expect(await got(20)).toMatchObject({ kind: 'ok', json: '{"result":1}', reuse: 'fresh' });
    expect(await got(20)).toMatchObject({ kind: 'ok', json: '{"result":1}', reuse: 'restored' });
    // One that got it does not serve a call that would not have.
    expect(await got(4)).toMatchObject({ kind: 'ok', json: '{"result":-1}', reuse: 'fresh' });
  });
});

describe('an account of memory that was released', () => {
  test('books nothing more, for nobody would give it back', () => {
    const budget = new PageBudget(100);
    const account = new MemoryAccount(50, budget);
    expect(account.start(10, 0)).toBeUndefined();
    account.release();
    expect(account.start(10, 0)).toBe('isolate');
    expect(account.allow('memory', 5)).toBe(false);
    expect(account.allow('table', 5_000)).toBe(false);
    account.failed('memory', 5);
    expect(budget.held).toBe(0);
  });
});

test('an instance that was released cannot be released once more, nor be taken for two calls', async () => {
  const guest = await runnable(await subject(2));
  await runSteps(guest, []);
  const wish = { maxPages: 100, reuse: true, maxIdle: 8 };
  const instance = guest.take(wish);
  expect(() => guest.take(wish)).not.toThrow();
  instance.release(false);
  expect(() => instance.release(true)).toThrow('INTERNAL');
});

/** It catches what ends its wait, and asks for memory before its next step. */
const STUBBORN = `(component
  (import "wasi:io/poll@0.2.6" (instance $poll
    (export "pollable" (type $p (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $p))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.6" (instance $clock
    (alias outer 1 $pollable (type $outer))
    (export "pollable" (type $q (eq $outer)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $q))))))
  (core func $subscribe (canon lower (func $clock "subscribe-duration")))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core module $m
    (import "h" "subscribe" (func $subscribe (param i64) (result i32)))
    (import "h" "block" (func $block (param i32)))
    (memory 1) (table $t 1 funcref)
    (func (export "rest") (local $timer i32)
      (local.set $timer (call $subscribe (i64.const 60000000000)))
      (block $caught (try_table (catch_all $caught) (call $block (local.get $timer))))
      (drop (memory.grow (i32.const 9))) (drop (table.grow $t (ref.null func) (i32.const 9000)))
      (drop (memory.grow (i32.const 9)))))
  (core instance $i (instantiate $m (with "h" (instance (export "subscribe" (func $subscribe)) (export "block" (func $block))))))
  (func (export "rest") (canon lift (core func $i "rest"))))`;

test('a guest that catches its end and asks for memory leaves nothing booked', async () => {
  const guest = await runnable(await fromWat(STUBBORN));
  for (let call = 0; call < 5; call++) {
    expect(await outcomeOf(runCall(guest, request('rest', {}, { timeoutMs: 5 })))).toMatchObject({ kind: 'timeout' });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(guest.held).toEqual({ pages: 0, instances: 0 });
});

test('a call that fails for a fault of ours gives its instance back all the same', async () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const guest = componentOf((module, _, core) => core(module('no.wasm')).exports, manifestOf([callable('f')]), {
    'no.wasm': empty,
  });
  await expect(runCall(guest, request('f'))).rejects.toThrow('INTERNAL');
  expect(guest.held).toEqual({ pages: 0, instances: 0 });
});
