/** A fresh instance per call: nothing of one call is visible to another. */
import { expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { COUNT_OF_FRESH_INSTANCE, counter, looper, trapper } from '../support/examples-wat.ts';
import { inParallel } from './random.ts';

const client = clientOf(inject('edge'));

test('a counter in memory and in a global answers 1 on each of 1,000 calls, 50 at a time', {
  timeout: 120_000,
}, async () => {
  const name = freshName('counter');
  expect((await client.upload(name, await counter())).status).toBe(201);
  const answers = new Map<string, number>();
  const instances = new Set<string | null>();
  await inParallel(1_000, 50, async () => {
    const answer = await client.call(name, 'count', {});
    answers.set(answer.text, (answers.get(answer.text) ?? 0) + 1);
    instances.add(answer.headers.get('x-skerry-instance'));
  });
  expect([...answers]).toEqual([[JSON.stringify({ result: COUNT_OF_FRESH_INSTANCE }), 1_000]]);
  expect(instances.size).toBe(1_000);
});

test('a trap is a 502 that says so, and the next call is answered', async () => {
  const name = freshName('trapper');
  expect((await client.upload(name, await trapper())).status).toBe(201);
  for (let round = 0; round < 3; round += 1) {
    const error = errorOf(await client.call(name, 'fall', {}));
    expect(error).toMatchObject({ status: 502, error_code: 'COMPONENT_CRASHED', details: { reason: 'trap' } });
    expect(`${error.message} ${JSON.stringify(error.details)}`).not.toMatch(/\n\s+at |file:|\.ts:|\.js:/);
  }
  expect((await client.call('adder', 'add', { a: 1, b: 2 })).status).toBe(200);
});

test('an endless loop ends as OUT_OF_FUEL or TIMEOUT', async () => {
  const name = freshName('looper');
  expect((await client.upload(name, await looper())).status).toBe(201);
  const error = errorOf(await client.call(name, 'spin', {}));
  expect(error.status).toBe(504);
  expect(['OUT_OF_FUEL', 'TIMEOUT']).toContain(error.error_code);
  expect((await client.call('adder', 'add', { a: 1, b: 2 })).status).toBe(200);
});
