/** Calls that are ended one by one, in a pool shard: nobody waits for them any more, or their time is over. */
import { describe, expect, it } from 'vitest';
import type { PoolAnswer, PoolCall, PoolContract } from '../../durable/pool/contract.ts';
import { pool } from '../../durable/shared/bindings.ts';
import { bindings, call, freshName, request, upload } from '../support/gateway-client.ts';

const FOREVER_MS = 20_000;

async function waiter(policy = ''): Promise<string> {
  const name = freshName();
  expect((await upload(name, 'waiter')).status).toBe(201);
  const body = `version: "1.0"\n${policy}`;
  expect((await request(`/v1/components/${name}/policy`, { method: 'PUT', body })).status).toBe(200);
  return name;
}

function poolCall(fn: string, args: object): PoolCall {
  return {
    id: crypto.randomUUID(),
    // encode() never makes a shared one
    task: {
      kind: 'function',
      function: fn,
      body: new TextEncoder().encode(JSON.stringify(args)).buffer as ArrayBuffer,
    },
    request: crypto.randomUUID(),
    caller: { authenticated: false, invoke: false },
  };
}

function failureOf({ answer }: PoolAnswer) {
  if (answer.kind !== 'failure') throw new Error(`expected a failure, got ${answer.kind}`);
  return answer.failure;
}

async function load(shard: PoolContract): Promise<readonly [executing: number, queued: number]> {
  const { executing, queued } = await shard.gauges();
  return [executing, queued];
}

describe('a client that goes away', () => {
  it('ends its call at once, and its place is free', async () => {
    const name = await waiter();
    const shard = pool(bindings, name);
    const made = poolCall('wait', { ms: FOREVER_MS });
    const answer = shard.call(made);
    await expect.poll(() => load(shard)).toEqual([1, 0]);
    await shard.abort(made.id, 'client-gone');
    expect(failureOf(await answer).details).toEqual({ reason: 'client-gone' });
    expect(await load(shard)).toEqual([0, 0]);
    await expect
      .poll(async () => (await request(`/v1/components/${name}/events?limit=1`)).json())
      .toMatchObject({ items: [{ type: 'FunctionCalled', outcome: 'client-gone', fuel: expect.any(Number) }] });
    await expect.poll(async () => (await shard.gauges()).pages).toBe(0);
  });

  it('may be told of twice, late, or without a call', async () => {
    const name = await waiter();
    const shard = pool(bindings, name);
    const made = poolCall('ping', {});
    await shard.abort(made.id, 'client-gone');
    expect((await shard.call(made)).answer).toMatchObject({ json: '{"result":1}' });
    await shard.abort(made.id, 'client-gone');
    await shard.abort(made.id, 'client-gone');
    expect(await load(shard)).toEqual([0, 0]);
  });

  it('frees its turn when it leaves the queue, and its call never starts', async () => {
    const name = await waiter('resources: {pool: {maxConcurrent: 1}}');
    const shard = pool(bindings, name);
    const [first, queued] = [poolCall('wait', { ms: FOREVER_MS }), poolCall('wait', { ms: FOREVER_MS })];
    const answers = [shard.call(first), shard.call(queued)];
    await expect.poll(() => load(shard)).toEqual([1, 1]);
    await shard.abort(queued.id, 'client-gone');
    await expect.poll(() => load(shard)).toEqual([1, 0]);
    const next = shard.call(poolCall('ping', {}));
    await shard.abort(first.id, 'client-gone');
    expect((await next).answer).toMatchObject({ json: '{"result":1}' });
    const ended = await Promise.all(answers);
    expect(ended.map(({ instance }) => instance === undefined)).toEqual([false, true]);
    expect(failureOf(ended[1] ?? (await next)).details).toEqual({ reason: 'client-gone' });
  });
});

describe('a call', () => {
  it('that waits longer than its policy allows is TIMEOUT', async () => {
    const name = await waiter('resources: {limits: {timeout: 100ms}}');
    const late = await call(name, 'wait', { ms: FOREVER_MS });
    expect(late.status).toBe(504);
    expect(await late.json()).toMatchObject({ error_code: 'TIMEOUT', details: { timeoutMs: '100' } });
  });

  it('may wait longer than others when its policy says so', async () => {
    const name = await waiter('resources: {limits: {timeout: 120s}}');
    const shown = await (await request(`/v1/components/${name}`)).json();
    expect(shown).toMatchObject({ limits: { timeoutMs: 120_000, fuel: 10_000_000_000, memoryBytes: 67_108_864 } });
  });

  it('that cannot wait for a place is RESOURCE_EXHAUSTED with a time to try again', async () => {
    const name = await waiter('resources: {pool: {maxConcurrent: 1, maxQueue: 0}}');
    const shard = pool(bindings, name);
    const first = poolCall('wait', { ms: FOREVER_MS });
    const running = shard.call(first);
    await expect.poll(() => load(shard)).toEqual([1, 0]);
    const refused = await call(name, 'ping');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error_code: 'RESOURCE_EXHAUSTED' });
    await shard.abort(first.id, 'client-gone');
    await running;
  });

  it('of a quick function gets the next place, however many of a slow one wait', async () => {
    const name = await waiter('resources: {pool: {maxConcurrent: 2, maxQueue: 4}}');
    const shard = pool(bindings, name);
    const slow = Array.from({ length: 6 }, () => poolCall('wait', { ms: FOREVER_MS }));
    const answers = slow.map((made) => shard.call(made));
    await expect.poll(() => load(shard)).toEqual([2, 4]);
    const quick = shard.call(poolCall('ping', {}));
    expect((await answers[5])?.answer).toMatchObject({ failure: { code: 'RESOURCE_EXHAUSTED' } });
    expect(await load(shard)).toEqual([2, 4]);
    await shard.abort(slow[0]?.id ?? '', 'client-gone');
    expect((await quick).answer).toMatchObject({ json: '{"result":1}' });
    for (const { id } of slow) await shard.abort(id, 'client-gone');
    await Promise.all(answers);
  });

  it('reserves the pages that its instance starts with', async () => {
    const name = await waiter();
    const shard = pool(bindings, name);
    const made = [1, 2, 3].map(() => poolCall('wait', { ms: FOREVER_MS }));
    const answers = made.map((each) => shard.call(each));
    await expect.poll(() => load(shard)).toEqual([3, 0]);
    const shown = await (await request(`/v1/components/${name}/status`)).json();
    expect(shown).toMatchObject({ memoryBytes: 3 * 2 * 65_536, instances: { live: 3, executing: 3, warm: 0 } });
    for (const { id } of made) await shard.abort(id, 'client-gone');
    await Promise.all(answers);
  });
});
