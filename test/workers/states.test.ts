/** Start, stop and drain through the real gateway and objects; also when objects go away in the middle. */
import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { pool, supervisor } from '../../durable/shared/bindings.ts';
import type { ComponentStatus } from '../../durable/supervisor/contract.ts';
import { Supervisor } from '../../durable/supervisor/index.ts';
import { bindings, call, freshName, request, upload } from '../support/gateway-client.ts';

/** Longer than any test: what waits for it is ended by something else. */
const FOREVER_MS = 20_000;

async function waiter(): Promise<string> {
  const name = freshName();
  expect((await upload(name, 'waiter')).status).toBe(201);
  return name;
}

function command(name: string, which: 'start' | 'stop' | 'drain', body?: object): Promise<Response> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  return request(`/v1/components/${name}/${which}`, { method: 'POST', ...init });
}

async function status(name: string): Promise<ComponentStatus> {
  return (await request(`/v1/components/${name}/status`)).json<ComponentStatus>();
}

async function running(name: string, calls: number): Promise<void> {
  await expect.poll(async () => (await status(name)).instances.executing).toBe(calls);
}

async function states(name: string): Promise<readonly string[]> {
  const { items } = await (await request(`/v1/components/${name}/events?limit=500`)).json<{
    items: { type: string; from: string; to: string }[];
  }>();
  return items.filter(({ type }) => type === 'StateChanged').map(({ from, to }) => `${from} → ${to}`);
}

describe('a stopped component', () => {
  it('answers 503 STOPPED with a time to try again, also after an eviction, until it is started', async () => {
    const name = await waiter();
    const stopped = await command(name, 'stop');
    expect(stopped.status).toBe(200);
    expect(await stopped.json()).toMatchObject({ state: 'stopped', uptimeMs: 0 });
    for (let round = 0; round < 2; round += 1) {
      const refused = await call(name, 'ping');
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await refused.json()).toMatchObject({ error_code: 'STOPPED', details: { state: 'stopped' } });
      await evictAllDurableObjects();
    }
    expect((await status(name)).state).toBe('stopped');
    expect(await (await command(name, 'start')).json()).toMatchObject({ state: 'running' });
    expect(await (await call(name, 'ping')).json()).toEqual({ result: 1 });
    expect(await states(name)).toEqual([
      'stopped → running',
      'stopping → stopped',
      'running → stopping',
      'loaded → running',
    ]);
  });

  it('stays so when a new version comes, which answers once it is started', async () => {
    const name = freshName();
    await upload(name, 'adder');
    await command(name, 'stop');
    expect(await (await upload(name, 'subtractor')).json()).toMatchObject({ version: 'v2', state: 'stopped' });
    expect((await call(name, 'add', { a: 5, b: 3 })).status).toBe(503);
    await command(name, 'start');
    expect(await (await call(name, 'add', { a: 5, b: 3 })).json()).toEqual({ result: 2 });
  });

  it('cannot be drained, and says so', async () => {
    const name = await waiter();
    await command(name, 'stop');
    const refused = await command(name, 'drain');
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ error_code: 'CONFLICT', message: expect.stringContaining('stopped') });
  });

  it('is in the same state when it is stopped or started twice, and tells it once', async () => {
    const name = await waiter();
    for (const which of ['stop', 'stop', 'start', 'start'] as const)
      expect((await command(name, which)).status).toBe(200);
    expect(await states(name)).toHaveLength(4);
  });
});

describe('stop', () => {
  it('lets calls end that end in time', async () => {
    const name = await waiter();
    const called = call(name, 'wait', { ms: 150 });
    await running(name, 1);
    expect(await (await command(name, 'stop')).json()).toMatchObject({ state: 'stopped' });
    expect(await (await called).json()).toEqual({ result: 150 });
  });

  it('ends those that do not, as COMPONENT_CRASHED for the reason killed', async () => {
    const name = await waiter();
    const calls = [1, 2, 3].map(() => call(name, 'wait', { ms: FOREVER_MS }));
    await running(name, 3);
    expect(await (await command(name, 'stop', { timeoutMs: 20 })).json()).toMatchObject({
      state: 'stopped',
      instances: { live: 0, executing: 0, queued: 0 },
    });
    for (const ended of await Promise.all(calls)) {
      expect(ended.status).toBe(502);
      expect(await ended.json()).toMatchObject({ error_code: 'COMPONENT_CRASHED', details: { reason: 'killed' } });
    }
    await expect.poll(async () => (await status(name)).calls).toMatchObject({ failed: 0, byOutcome: { killed: 3 } });
  });

  it('turns those away that wait for a place, as STOPPED', async () => {
    const name = await waiter();
    const policy = 'version: "1.0"\nresources: {pool: {maxConcurrent: 1}}\n';
    await request(`/v1/components/${name}/policy`, { method: 'PUT', body: policy });
    const first = call(name, 'wait', { ms: FOREVER_MS });
    await running(name, 1);
    const second = call(name, 'ping');
    await expect.poll(async () => (await status(name)).instances.queued).toBe(1);
    await command(name, 'stop', { timeoutMs: 0 });
    expect((await first).status).toBe(502);
    expect((await second).headers.get('x-skerry-error')).toBe('STOPPED');
  });

  it.each(['{"timeoutMs":-1}', '{"timeoutMs":"1"}', '{"timeout":1}', '[]', '{'])(
    'refuses the body %s',
    async (body) => {
      const refused = await request(`/v1/components/${freshName()}/stop`, { method: 'POST', body });
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ error_code: 'INVALID_REQUEST', details: { field: 'timeoutMs' } });
    },
  );

  it('of a component that is not there is 404', async () => {
    for (const which of ['start', 'stop', 'drain'] as const) {
      expect((await command(freshName(), which)).headers.get('x-skerry-error')).toBe('COMPONENT_NOT_FOUND');
    }
  });

  it('can be hurried, and cannot be undone until it is over', async () => {
    const name = await waiter();
    const called = call(name, 'wait', { ms: FOREVER_MS });
    await running(name, 1);
    const slow = command(name, 'stop', { timeoutMs: FOREVER_MS });
    await expect.poll(async () => (await status(name)).state).toBe('stopping');
    expect((await command(name, 'start')).status).toBe(409);
    expect((await call(name, 'ping')).status).toBe(503);
    expect((await command(name, 'stop', { timeoutMs: 0 })).status).toBe(200);
    expect((await slow).status).toBe(200);
    expect((await called).status).toBe(502);
  });

  it('answers that it goes on when the shard is out of reach, and is finished later', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const name = await waiter();
    const lost = () => Promise.reject(new Error('the shard is out of reach'));
    // A cast: only what a supervisor asks of a shard is there.
    const POOLS = {
      getByName: () => ({ configure: lost, gauges: lost, drain: lost }),
    } as unknown as DurableObjectNamespace;
    const object = supervisor(bindings, name) as unknown as DurableObjectStub<Supervisor>;
    const answer = await runInDurableObject(object, (_real, state) =>
      new Supervisor(state, { ...bindings, POOLS }).stop({ timeoutMs: 0 }),
    );
    expect(answer).toMatchObject({ ok: true, value: { state: 'stopping', unreachable: true, instances: { live: 0 } } });
    await expect.poll(async () => (await status(name)).state, { timeout: 10_000 }).toBe('stopped');
    expect(await status(name)).not.toHaveProperty('unreachable');
    warned.mockRestore();
  });

  it('is finished although its objects go away in the middle', async () => {
    const name = await waiter();
    const called = call(name, 'wait', { ms: FOREVER_MS }).catch(() => undefined);
    await running(name, 1);
    const stop = command(name, 'stop', { timeoutMs: 300 }).catch(() => undefined);
    await expect.poll(async () => (await status(name)).state).toBe('stopping');
    await abortAllDurableObjects();
    await Promise.all([called, stop]);
    await expect.poll(async () => (await status(name)).state, { timeout: 10_000 }).toBe('stopped');
    expect((await call(name, 'ping')).headers.get('x-skerry-error')).toBe('STOPPED');
  });
});

describe('drain', () => {
  it('refuses new calls, lets those that are there end, and is undone by start', async () => {
    const name = await waiter();
    const called = call(name, 'wait', { ms: 300 });
    await running(name, 1);
    expect(await (await command(name, 'drain')).json()).toMatchObject({ state: 'draining' });
    expect((await call(name, 'ping')).headers.get('x-skerry-error')).toBe('STOPPED');
    expect(await (await called).json()).toEqual({ result: 300 });
    await evictAllDurableObjects();
    expect((await call(name, 'ping')).headers.get('x-skerry-error')).toBe('STOPPED');
    await command(name, 'start');
    expect((await call(name, 'ping')).status).toBe(200);
  });
});

describe('a removed component', () => {
  it('has its calls ended after its drain time', async () => {
    const name = await waiter();
    const policy = 'version: "1.0"\nsupervision: {shutdownMs: 20}\n';
    await request(`/v1/components/${name}/policy`, { method: 'PUT', body: policy });
    const called = call(name, 'wait', { ms: FOREVER_MS });
    await running(name, 1);
    expect((await request(`/v1/components/${name}`, { method: 'DELETE' })).status).toBe(204);
    expect(await (await called).json()).toMatchObject({ details: { reason: 'killed' } });
    expect(await pool(bindings, name).gauges()).toMatchObject({ executing: 0, queued: 0 });
  });
});

describe('a new version', () => {
  it('lets the calls of the old one end', async () => {
    const name = await waiter();
    const called = call(name, 'wait', { ms: 300 });
    await running(name, 1);
    expect(await (await upload(name, 'adder')).json()).toMatchObject({ version: 'v2' });
    expect(await (await call(name, 'add', { a: 1, b: 2 })).json()).toEqual({ result: 3 });
    const old = await called;
    expect([old.headers.get('x-skerry-version'), await old.json()]).toEqual(['v1', { result: 300 }]);
  });
});
