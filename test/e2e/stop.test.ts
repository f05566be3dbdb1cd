/** Stop, start and drain as an operator uses them, with calls that would go on for a minute. */
import { beforeAll, expect, inject, test } from 'vitest';
import { statusOf, untilLoad, untilOutcomes } from '../support/component-status.ts';
import { type Answer, clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { watComponent } from '../support/wat-components.ts';

const client = clientOf(inject('edge'));
const RUNNING = 16;

/** More than a stop takes by far, on a machine that has other work too, and far less than its calls would. */
const SOON_MS = 2_000;

let waiter: Uint8Array;

beforeAll(async () => {
  waiter = await watComponent('waiter');
});

async function deployed(): Promise<string> {
  const name = freshName('stop');
  expect((await client.upload(name, waiter)).status).toBe(201);
  return name;
}

function command(name: string, which: 'start' | 'stop' | 'drain', body?: object): Promise<Answer> {
  const options = body === undefined ? {} : { body: JSON.stringify(body) };
  return client.request('POST', `/v1/components/${name}/${which}`, options);
}

function resting(name: string, calls = RUNNING): Promise<Answer>[] {
  return Array.from({ length: calls }, () => client.call(name, 'rest', {}));
}

test('a stop ends sixteen running calls at once, and a start serves again', async () => {
  const name = await deployed();
  const calls = resting(name);
  await untilLoad(client, name, RUNNING);
  const started = performance.now();
  const stopped = await command(name, 'stop', { timeoutMs: 0 });
  const ended = await Promise.all(calls);
  expect(performance.now() - started).toBeLessThan(SOON_MS);
  expect(stopped).toMatchObject({ status: 200, json: { state: 'stopped', instances: { executing: 0, queued: 0 } } });
  for (const answer of ended) {
    expect(errorOf(answer)).toMatchObject({
      status: 502,
      error_code: 'COMPONENT_CRASHED',
      details: { reason: 'killed' },
    });
  }
  const refused = await client.call(name, 'ping', {});
  expect(errorOf(refused)).toMatchObject({ status: 503, error_code: 'STOPPED' });
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await command(name, 'start')).json).toMatchObject({ state: 'running' });
  expect((await client.call(name, 'ping', {})).json).toEqual({ result: 1 });
  await untilOutcomes(client, name, { killed: RUNNING, ok: 1 });
});

test('a drain lets calls end, and the list shows the state', async () => {
  const name = await deployed();
  const called = client.call(name, 'wait', { ms: 500 });
  await untilLoad(client, name, 1);
  expect((await command(name, 'drain')).json).toMatchObject({ state: 'draining' });
  expect(errorOf(await client.call(name, 'ping', {})).error_code).toBe('STOPPED');
  expect((await called).json).toEqual({ result: 500 });
  await expect
    .poll(async () => (await client.get('/v1/components?limit=500')).json)
    .toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name, state: 'draining' })]),
    });
  expect((await statusOf(client, name)).instances).toMatchObject({ executing: 0, queued: 0 });
});

test('a removal ends calls after the time that the policy gives them', async () => {
  const name = await deployed();
  const policy = 'version: "1.0"\nsupervision: {shutdownMs: 100}\n';
  await client.request('PUT', `/v1/components/${name}/policy`, { body: policy });
  const calls = resting(name, 2);
  await untilLoad(client, name, 2);
  const started = performance.now();
  expect((await client.remove(name)).status).toBe(204);
  for (const answer of await Promise.all(calls)) expect(errorOf(answer).details).toEqual({ reason: 'killed' });
  expect(performance.now() - started).toBeLessThan(SOON_MS);
});

test('whoever may only read may not stop', async () => {
  const refused = await client.request('POST', `/v1/components/${freshName('x')}/stop`, {
    token: inject('edge').tokens.read,
  });
  expect(errorOf(refused)).toMatchObject({ status: 403, error_code: 'FORBIDDEN' });
});
