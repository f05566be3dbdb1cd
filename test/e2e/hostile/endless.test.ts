/** Guests that compute for ever, wherever they can be interrupted: each ends at its deadline, or with its fuel. */
import { describe, expect, inject, test } from 'vitest';
import { clientOf } from '../../support/edge-client.ts';
import { expectHealthy, LATENESS_MS, latenessOf, specimen } from '../../support/hostile.ts';
import { until } from '../../support/until.ts';

const client = clientOf(inject('edge'));

const TIMEOUT_MS = 300;
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
  'wait-then-spin',
];

describe.each(LOOPS)('%s', (fixture) => {
  test('ends at its deadline, then with its fuel, and leaves nothing behind', async () => {
    const loop = await specimen(client, fixture, { limits: { timeout: `${TIMEOUT_MS}ms` } });
    expect(await latenessOf(() => loop.bad(), TIMEOUT_MS)).toBeLessThan(LATENESS_MS);
    await expectHealthy(client, loop);

    await loop.permit({ limits: { fuel: SMALL_FUEL } });
    const starved = await loop.bad();
    expect(starved.how).toBe('OUT_OF_FUEL');
    expect(starved.answer.status).toBe(504);
    await expectHealthy(client, loop);
  });
});

test('a neighbour is answered again and again while three components loop', async () => {
  const limits = { timeout: '500ms' };
  const names = ['loop-plain', 'loop-catch-all', 'loop-memory-fill'];
  const loops = await Promise.all(names.map((name) => specimen(client, name, { limits })));
  let looping = true;
  const ends = Promise.all(loops.map((loop) => loop.bad())).finally(() => {
    looping = false;
  });
  let answered = 0;
  await until(async () => {
    expect((await client.call('adder', 'add', { a: 2, b: 40 })).text).toBe('{"result":42}');
    if (looping) answered += 1;
    return !looping;
  });
  expect((await ends).map(({ how }) => how)).toEqual(['TIMEOUT', 'TIMEOUT', 'TIMEOUT']);
  // 500 ms shared with three others: ten answers are one every 50 ms.
  expect(answered).toBeGreaterThanOrEqual(10);
  for (const loop of loops) await expectHealthy(client, loop);
});

test('one function that loops does not hold up another of the same component', async () => {
  const loop = await specimen(client, 'loop-plain', { limits: { timeout: '500ms' } });
  const running = loop.bad();
  const [first] = await Promise.all([Promise.race([running.then(() => 'loop'), expectHealthy(client, loop)]), running]);
  expect(first).not.toBe('loop');
  expect((await running).how).toBe('TIMEOUT');
});
