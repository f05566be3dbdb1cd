/** Guests that compute for ever, wherever they can be interrupted: each ends at its deadline, or with its fuel. */
import { describe, expect, inject, test } from 'vitest';
import { untilLoad } from '../../support/component-status.ts';
import { clientOf } from '../../support/edge-client.ts';
import { expectHealthy, LATENESS_MS, latenessOf, specimen } from '../../support/hostile.ts';

const client = clientOf(inject('edge'));

const TIMEOUT_MS = 150;
const SMALL_FUEL = 20_000_000;

const LOOPS = [
  'loop-plain',
  'loop-catch-all',
  'loop-indirect',
  'loop-tail-call',
  'loop-tail-call-indirect',
  'loop-memory-fill',
  'loop-memory-copy',
  'loop-table-fill',
  'loop-grow-zero',
  'loop-grow-one',
  'loop-grow-table',
  'loop-host-calls',
  'loop-start-again',
  'loop-in-callee',
  'wait-then-spin',
];

describe.each(LOOPS)('%s', (fixture) => {
  test('ends at its deadline, then with its fuel, and leaves nothing behind', async () => {
    const loop = await specimen(client, fixture);
    await loop.permit({ limits: { timeout: `${TIMEOUT_MS}ms` } });
    expect(await latenessOf(() => loop.bad(), TIMEOUT_MS)).toBeLessThan(LATENESS_MS);

    await loop.permit({ limits: { fuel: SMALL_FUEL } });
    await expectHealthy(client, loop);
    const starved = await loop.bad();
    expect(starved.how).toBe('OUT_OF_FUEL');
    expect(starved.answer.status).toBe(504);
    await expectHealthy(client, loop);
  });
});

/** So long that a loop has not ended by itself when a test looks at it. */
const LONG = { limits: { timeout: '30s', fuel: 1_000_000_000_000 } };
const ANSWERS = 10;

test('a neighbour is answered again and again while three components loop', async () => {
  const names = ['loop-plain', 'loop-catch-all', 'loop-memory-fill'];
  const loops = await Promise.all(names.map((name) => specimen(client, name, LONG)));
  let ended = 0;
  const ends = loops.map((loop) => loop.bad().finally(() => ended++));
  for (const { name } of loops) await untilLoad(client, name, 1);
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    expect((await client.call('adder', 'add', { a: 2, b: 40 })).text).toBe('{"result":42}');
  }
  expect(ended).toBe(0);
  for (const loop of loops) expect((await loop.change('stop')).status).toBe(200);
  expect((await Promise.all(ends)).map(({ how }) => how)).toEqual(names.map(() => 'COMPONENT_CRASHED killed'));
  for (const loop of loops) {
    await loop.change('start');
    await expectHealthy(client, loop);
  }
});

test('one function that loops does not hold up another of the same component', async () => {
  const loop = await specimen(client, 'loop-plain', LONG);
  let ended = false;
  const end = loop.bad().finally(() => {
    ended = true;
  });
  await untilLoad(client, loop.name, 1);
  for (let answer = 0; answer < ANSWERS; answer += 1) await expectHealthy(client, loop);
  expect(ended).toBe(false);
  await loop.change('stop');
  expect((await end).how).toBe('COMPONENT_CRASHED killed');
});
