/** A pool shard whose loader is the test's: what becomes of places, pages and output, whatever the isolate does. */
import { runInDurableObject } from 'cloudflare:test';
import { beforeEach, expect, it, vi } from 'vitest';
import type { PoolAnswer, PoolCall } from '../../durable/pool/contract.ts';
import { PoolShard } from '../../durable/pool/index.ts';
import { IsolateOwner } from '../../durable/pool/isolate-owner.ts';
import { PoolStore } from '../../durable/pool/store.ts';
import { pool } from '../../durable/shared/bindings.ts';
import { openDatabase } from '../../durable/shared/database.ts';
import { ISOLATE_PAGES } from '../../src/core/limits.ts';
import type { CallCapabilities, CallRequest, IsolateEntrypoint } from '../../src/isolate/protocol.ts';
import { bindings, freshName, request, upload } from '../support/gateway-client.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));

const OUTPUT = { lines: [{ stream: 'stdout', text: 'from the guest' }], droppedBytes: 0 } as const;

function poolCall(): PoolCall {
  return {
    id: crypto.randomUUID(),
    // encode() never makes a shared one
    task: { kind: 'function', function: 'add', body: new TextEncoder().encode('{"a":1,"b":2}').buffer as ArrayBuffer },
    request: crypto.randomUUID(),
    caller: { authenticated: false, invoke: false },
  };
}

/** Runs `test` on a shard of a component with one place, on this loader. */
async function onShard<T>(get: () => unknown, test: (shard: PoolShard) => Promise<T>): Promise<T> {
  const name = freshName();
  expect((await upload(name, 'adder')).status).toBe(201);
  // Casts: only what the shard uses of a loader is there, and the stub is of the real class.
  const LOADER = { get } as unknown as WorkerLoader;
  const object = pool(bindings, name) as unknown as DurableObjectStub<PoolShard>;
  return runInDurableObject(object, (_real, state) => test(new PoolShard(state, { ...bindings, LOADER })));
}

/** An isolate that answers calls so. */
function isolate(call: IsolateEntrypoint['call']) {
  return () => ({ getEntrypoint: () => ({ call }) });
}

function failureOf({ answer }: PoolAnswer) {
  return answer.kind === 'failure' ? answer.failure : undefined;
}

it('a loader that throws takes no place, and is the platform’s failure', async () => {
  const seen = await onShard(
    () => {
      throw new Error('there is no loader');
    },
    async (shard) => {
      const answers = [await shard.call(poolCall()), await shard.call(poolCall())];
      return { failures: answers.map(failureOf), gauges: await shard.gauges() };
    },
  );
  const failure = { code: 'COMMUNICATION_FAILURE', details: { reason: 'not-loaded' } };
  expect(seen.failures).toMatchObject([failure, failure]);
  expect(seen.gauges).toMatchObject({ executing: 0, queued: 0, pages: 0 });
});

it('a call that fails in a way that nobody thought of takes no place', async () => {
  const gauges = await onShard(
    () => undefined,
    async (shard) => {
      vi.spyOn(IsolateOwner.prototype, 'run').mockRejectedValueOnce(new Error('nobody thought of it'));
      await expect(shard.call(poolCall())).rejects.toThrow('nobody thought of it');
      return shard.gauges();
    },
  );
  expect(gauges).toMatchObject({ executing: 0, queued: 0, pages: 0 });
});

it('what a call wrote before it was ended is logged', async () => {
  const logged = vi.spyOn(console, 'log').mockImplementation(() => {});
  const made = poolCall();
  const answer = await onShard(
    isolate(async (_request, capabilities) => {
      const reason = await capabilities.aborted();
      // As an isolate does that hears of the end, and is asked to answer.
      await scheduler.wait(1);
      await capabilities.stdio(OUTPUT);
      return { kind: 'aborted', reason, fuel: 5 };
    }),
    async (shard) => {
      const called = shard.call(made);
      await expect.poll(async () => (await shard.gauges()).executing).toBe(1);
      await shard.abort(made.id, 'killed');
      const ended = await called;
      await expect.poll(async () => (await shard.gauges()).pages).toBe(0);
      return ended;
    },
  );
  expect(failureOf(answer)).toMatchObject({ code: 'COMPONENT_CRASHED', details: { reason: 'killed' } });
  expect(logged.mock.calls).toMatchObject([
    [{ message: 'guest output', ...OUTPUT, request: made.request, instance: answer.instance }],
  ]);
  logged.mockRestore();
});

it('an ended call whose isolate says nothing keeps its pages and its authority for a moment only', async () => {
  const logged = vi.spyOn(console, 'log').mockImplementation(() => {});
  const made = poolCall();
  const asked: [CallRequest, CallCapabilities][] = [];
  const gauges = await onShard(
    isolate((request, capabilities) => {
      asked.push([request, capabilities]);
      return new Promise(() => {});
    }),
    async (shard) => {
      const called = shard.call(made);
      await expect.poll(async () => (await shard.gauges()).executing).toBe(1);
      await shard.abort(made.id, 'client-gone');
      await called;
      await expect.poll(async () => (await shard.gauges()).pages).toBe(0);
      for (const [, capabilities] of asked) await capabilities.stdio(OUTPUT);
      return shard.gauges();
    },
  );
  expect(gauges).toMatchObject({ executing: 0, queued: 0 });
  expect(asked.map(([request]) => request)).toMatchObject([{ maxIdle: 16, reuse: true }]);
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});

it('a call of a component that no isolate can hold is refused at once, and counted as failed', async () => {
  const name = freshName();
  expect((await upload(name, 'adder')).status).toBe(201);
  const object = pool(bindings, name) as unknown as DurableObjectStub<PoolShard>; // the stub is of the real class
  const answer = await runInDurableObject(object, async (_real, state) => {
    const config = new PoolStore(openDatabase(state.storage)).config();
    if (config?.state !== 'serving') throw new Error('the shard has no config');
    const shard = new PoolShard(state, bindings);
    await shard.configure({ ...config, number: config.number + 1, startPages: ISOLATE_PAGES + 1 });
    return shard.call(poolCall());
  });
  expect(failureOf(answer)).toMatchObject({ code: 'COMPONENT_CRASHED', details: { reason: 'out-of-memory' } });
  const status = async () => (await request(`/v1/components/${name}/status`)).json();
  await expect.poll(status).toMatchObject({ calls: { total: 1, failed: 1, byOutcome: { 'out-of-memory': 1 } } });
});
