/** What idle instances and the copies that they go back to hold: within the isolate's budget, and given up for calls. */
import { beforeAll, describe, expect, test } from 'vitest';
import { runCall } from '../../../functions/runtime/call.ts';
import type { Guest } from '../../../functions/runtime/guest.ts';
import { LinkedGuest } from '../../../functions/runtime/linked-guest.ts';
import { ISOLATE_PAGES } from '../../../src/core/limits.ts';
import type { CallOutcome, CallRequest } from '../../../src/isolate/protocol.ts';
import { fromWat } from '../../support/component-fixtures.ts';
import { runnable } from '../../support/run-component.ts';
import { request } from './components.ts';

const PAGES = 100;
/** A memory of more than 8 pages has a map of those that were written. */
const MAP_PAGES = 1;

const LARGE = `(component
  (core module $m (memory ${PAGES})
    (func (export "spin") (param i32) (result i32)
      (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (memory.size))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
  (core instance $i (instantiate $m))
  (func (export "spin") (param "n" u32) (result u32) (canon lift (core func $i "spin")))
  (func (export "grow") (param "n" u32) (result s32) (canon lift (core func $i "grow"))))`;

/** More than one slice, so that others begin before it ends. */
const LONG = 3_000_000;

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await fromWat(LARGE);
});

/** Pages that the isolate has given away, the copies too. */
function taken(guest: Guest): number {
  if (!(guest instanceof LinkedGuest)) throw new Error('the component runs on generated glue');
  return guest.budget.held;
}

async function call(guest: Guest, name: string, n: number, rest: Partial<CallRequest> = {}): Promise<CallOutcome> {
  const all = { timeoutMs: 30_000, memoryBytes: ISOLATE_PAGES * 65_536, ...rest };
  return (await runCall(guest, request(name, { n }, all))).outcome;
}

function all(guest: Guest, count: number): Promise<CallOutcome[]> {
  return Promise.all(Array.from({ length: count }, () => call(guest, 'spin', LONG)));
}

test('copies are booked once, and a map for each instance', async () => {
  const guest = await runnable(bytes);
  await call(guest, 'spin', 1);
  expect(guest.held).toEqual({ pages: PAGES + MAP_PAGES, instances: 1 });
  expect(taken(guest)).toBe(2 * PAGES + MAP_PAGES);
  await all(guest, 3);
  expect(guest.held).toEqual({ pages: 3 * (PAGES + MAP_PAGES), instances: 3 });
  expect(taken(guest)).toBe(PAGES + 3 * (PAGES + MAP_PAGES));
});

test('a call tells what its own instance held, also where that grew and was thrown away', async () => {
  const guest = await runnable(bytes);
  expect(await call(guest, 'spin', 1)).toMatchObject({ callPages: PAGES + MAP_PAGES, pages: PAGES + MAP_PAGES });
  expect(await call(guest, 'grow', 50)).toMatchObject({ kind: 'ok', callPages: PAGES + 50 + MAP_PAGES, pages: 0 });
  expect(await call(guest, 'spin', 0, { fuel: 5_000_000 })).toMatchObject({
    kind: 'crashed',
    callPages: PAGES + MAP_PAGES,
  });
});

test('without reuse nothing is held after a call', async () => {
  const guest = await runnable(bytes);
  await call(guest, 'spin', 1, { reuse: false });
  expect(guest.held).toEqual({ pages: 0, instances: 0 });
});

test('no more instances wait than calls may run at a time, also when these become fewer', async () => {
  const guest = await runnable(bytes);
  await call(guest, 'spin', 1);
  const atOnce = (count: number, maxIdle: number) =>
    Promise.all(Array.from({ length: count }, () => call(guest, 'spin', LONG, { maxIdle })));
  await atOnce(4, 3);
  expect(guest.held.instances).toBe(3);
  for (let left = 2; left >= 0; left -= 1) {
    await atOnce(1, 0);
    expect(guest.held.instances).toBe(left);
  }
});

describe('when all that the isolate has is held', () => {
  const most = Math.floor((ISOLATE_PAGES - PAGES) / (PAGES + MAP_PAGES));

  async function full(): Promise<Guest> {
    const guest = await runnable(bytes);
    await call(guest, 'spin', 1);
    await all(guest, most);
    expect(guest.held.instances).toBe(most);
    expect(taken(guest)).toBe(PAGES + most * (PAGES + MAP_PAGES));
    return guest;
  }

  test('more calls at a time go on as far as there is room, and never beyond it', async () => {
    const guest = await full();
    const outcomes = await all(guest, 64);
    const ok = outcomes.filter(({ kind }) => kind === 'ok').length;
    const refused = outcomes.filter((each) => each.kind === 'crashed' && each.reason === 'out-of-memory').length;
    // The copies give way to one more instance.
    expect([ok, refused]).toEqual([Math.floor(ISOLATE_PAGES / PAGES), 64 - Math.floor(ISOLATE_PAGES / PAGES)]);
    expect(taken(guest)).toBeLessThanOrEqual(ISOLATE_PAGES);
    expect(await call(guest, 'spin', 1)).toMatchObject({ kind: 'ok' });
  });

  test('idle instances are given up for a growth, and those that are left are used again', async () => {
    const guest = await full();
    expect(await call(guest, 'grow', 500)).toMatchObject({ kind: 'ok', json: `{"result":${PAGES}}` });
    expect(guest.held.instances).toBeLessThan(most - 4);
    expect(await call(guest, 'spin', 1)).toMatchObject({ kind: 'ok', json: `{"result":${PAGES}}`, reuse: 'restored' });
  });

  test('so are the copies: a call gets what a fresh instance alone would get', async () => {
    const guest = await full();
    const rest = ISOLATE_PAGES - PAGES - MAP_PAGES;
    expect(await call(guest, 'grow', rest)).toMatchObject({ kind: 'ok', json: `{"result":${PAGES}}`, pages: 0 });
    expect(await call(guest, 'spin', 1)).toMatchObject({ kind: 'ok', reuse: 'fresh', pages: PAGES + MAP_PAGES });
    expect(await call(guest, 'spin', 1)).toMatchObject({ kind: 'ok', reuse: 'restored' });
  });

  test('an instance whose copy was given up under it serves its own call and no other', async () => {
    const guest = await runnable(bytes);
    await call(guest, 'spin', 1);
    const running = call(guest, 'spin', LONG);
    const rest = ISOLATE_PAGES - 2 * (PAGES + MAP_PAGES);
    expect(await call(guest, 'grow', rest)).toMatchObject({ kind: 'ok', json: `{"result":${PAGES}}` });
    expect(await running).toMatchObject({ kind: 'ok', reuse: 'restored', pages: 0, instances: 0 });
    expect(await call(guest, 'spin', 1)).toMatchObject({ kind: 'ok', reuse: 'fresh' });
  });
});
