/** A pool shard whose loader is the test's: what becomes of places, pages and output, whatever the isolate does. */
import { runInDurableObject } from 'cloudflare:test';
import { beforeEach, expect, it, vi } from 'vitest';
import type { PoolAnswer, PoolCall } from '../../durable/pool/contract.ts';
import { PoolShard } from '../../durable/pool/index.ts';
import { IsolateOwner } from '../../durable/pool/isolate-owner.ts';
import { pool } from '../../durable/shared/bindings.ts';
import { bindings, freshName, upload } from '../support/gateway-client.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));

function poolCall(): PoolCall {
  return {
    id: crypto.randomUUID(),
    function: 'add',
    body: new TextEncoder().encode('{"a":1,"b":2}').buffer as ArrayBuffer, // encode() never makes a shared one
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
