/** A client whose connection is reset: its call ends at once, its place is free, and the fact says why. */
import { beforeAll, expect, inject, test } from 'vitest';
import { statusOf, untilLoad, untilOutcomes } from '../support/component-status.ts';
import { clientOf, freshName } from '../support/edge-client.ts';
import { rawCall } from '../support/raw-request.ts';
import { watComponent } from '../support/wat-components.ts';

const edge = inject('edge');
const client = clientOf(edge);
const FOREVER = JSON.stringify({ ms: 30_000 });

let waiter: Uint8Array;

beforeAll(async () => {
  waiter = await watComponent('waiter');
});

async function deployed(policy = ''): Promise<string> {
  const name = freshName('gone');
  const answer = await client.upload(name, waiter, { policy: `version: "1.0"\n${policy}` });
  expect(answer.status).toBe(201);
  return name;
}

test.each([
  ['with a body', 'wait', FOREVER],
  ['without a body', 'rest', undefined],
])('a call %s ends when its connection is reset', async (_what, fn, body) => {
  const name = await deployed();
  const call = await rawCall(edge.workerUrl, `/call/${name}/${fn}`, body);
  await untilLoad(client, name, 1);
  call.reset();
  await untilLoad(client, name, 0);
  await untilOutcomes(client, name, { 'client-gone': 1 });
  expect((await statusOf(client, name)).calls.failed).toBe(0);
  const { items } = (await client.get(`/v1/components/${name}/events?limit=1`)).json as { items: object[] };
  expect(items).toMatchObject([{ type: 'FunctionCalled', function: fn, outcome: 'client-gone' }]);
  expect((await client.call(name, 'ping', {})).json).toEqual({ result: 1 });
});

test('a call that waits for a place leaves the queue when its connection is reset, and never starts', async () => {
  const name = await deployed('resources: {pool: {maxConcurrent: 1, maxQueue: 1}}');
  const first = await rawCall(edge.workerUrl, `/call/${name}/rest`);
  await untilLoad(client, name, 1);
  const second = await rawCall(edge.workerUrl, `/call/${name}/rest`);
  await untilLoad(client, name, 1, 1);
  expect((await client.call(name, 'ping', {})).status).toBe(429);
  second.reset();
  await untilLoad(client, name, 1, 0);
  const next = client.call(name, 'ping', {});
  await untilLoad(client, name, 1, 1);
  expect(first.answered).toBe(false);
  first.reset();
  expect((await next).json).toEqual({ result: 1 });
  await untilOutcomes(client, name, { 'client-gone': 1, ok: 1 });
});

test('fifty clients that go away leave nothing behind', async () => {
  const name = await deployed('resources: {pool: {maxConcurrent: 50}}');
  const calls = await Promise.all(
    Array.from({ length: 50 }, () => rawCall(edge.workerUrl, `/call/${name}/wait`, FOREVER)),
  );
  await untilLoad(client, name, 50);
  for (const call of calls) call.reset();
  await untilLoad(client, name, 0);
  await untilOutcomes(client, name, { 'client-gone': 50 });
  expect((await client.call(name, 'ping', {})).json).toEqual({ result: 1 });
});
