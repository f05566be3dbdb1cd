/** Isolates that are lost in the middle of a call, or cannot be loaded: told apart in the answer, the fact and the counters. */
import { runInDurableObject } from 'cloudflare:test';
import { beforeEach, expect, it, vi } from 'vitest';
import type { PoolAnswer } from '../../durable/pool/contract.ts';
import { PoolShard } from '../../durable/pool/index.ts';
import { type Bindings, pool } from '../../durable/shared/bindings.ts';
import { bindings, call, freshName, request, upload } from '../support/gateway-client.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));

/** A loader whose isolates throw `error` at every call, once their code was asked for. */
function losing(error: Error): WorkerLoader {
  const lost = async () => {
    throw error;
  };
  // A cast: only what the shard uses of a loader is there.
  return { get: () => ({ getEntrypoint: () => ({ call: lost }) }) } as unknown as WorkerLoader;
}

/** A loader whose code cannot be read. */
const BROKEN = {
  get: (_id: string, code: () => Promise<unknown>) => ({ getEntrypoint: () => ({ call: code }) }),
} as unknown as WorkerLoader; // only what the shard uses

const NO_ARTIFACTS = { get: () => Promise.reject(new Error('R2 is down')) } as unknown as R2Bucket; // likewise

async function answerOf(name: string, replaced: Partial<Bindings>): Promise<PoolAnswer> {
  return runInDurableObject(pool(bindings, name) as unknown as DurableObjectStub<PoolShard>, (_shard, state) =>
    new PoolShard(state, { ...bindings, ...replaced }).call({
      id: crypto.randomUUID(),
      // encode() never makes a shared one
      task: {
        kind: 'function',
        function: 'add',
        body: new TextEncoder().encode('{"a":1,"b":2}').buffer as ArrayBuffer,
      },
      request: crypto.randomUUID(),
      caller: { authenticated: false, invoke: false },
    }),
  );
}

it.each([
  ['connection-error', 1, { LOADER: losing(new Error('Network connection lost.')) }, 'COMMUNICATION_FAILURE'],
  ['out-of-memory', 1, { LOADER: losing(new Error('Worker exceeded memory limit.')) }, 'COMPONENT_CRASHED'],
  ['timeout', 1, { LOADER: losing(new Error('Worker exceeded CPU time limit.')) }, 'TIMEOUT'],
  ['platform', 0, { LOADER: BROKEN, ARTIFACTS: NO_ARTIFACTS }, 'COMMUNICATION_FAILURE'],
] as const)('%s', async (outcome, failed, replaced, code) => {
  const name = freshName();
  expect((await upload(name, 'adder')).status).toBe(201);
  const { answer } = await answerOf(name, replaced);
  expect(answer).toMatchObject({ kind: 'failure', failure: { code } });
  const status = async () => (await request(`/v1/components/${name}/status`)).json();
  await expect
    .poll(status, { timeout: 10_000 })
    .toMatchObject({ calls: { total: 1, failed, byOutcome: { [outcome]: 1 } } });
  const events = await (await request(`/v1/components/${name}/events?limit=5`)).json<{ items: { type: string }[] }>();
  expect(events.items.filter(({ type }) => type === 'FunctionCalled')).toMatchObject([{ outcome }]);
  expect(await (await call(name, 'add', { a: 1, b: 2 })).json()).toEqual({ result: 3 });
});

it('is not asked for again by another life of its shard, but one that works is', async () => {
  const name = freshName();
  expect((await upload(name, 'adder')).status).toBe(201);
  const asked: string[] = [];
  const recording = (answer: () => Promise<unknown>) =>
    ({
      get: (id: string) => {
        asked.push(id);
        return { getEntrypoint: () => ({ call: answer }) };
      },
    }) as unknown as WorkerLoader; // only what the shard uses
  const lost = recording(() => Promise.reject(new Error('Network connection lost.')));
  const works = recording(async () => ({ kind: 'ok', json: '{"result":3}', fuel: 1 }));
  for (const LOADER of [lost, lost, works, works]) await answerOf(name, { LOADER });
  expect(asked).toHaveLength(4);
  expect(new Set(asked.slice(0, 3)).size).toBe(3);
  expect(asked[3]).toBe(asked[2]);
});
