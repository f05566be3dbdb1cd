/**
 * What a process keeps of hostile calls: a bounded log record, and no memory. It has an edge of its own, whose log and
 * whose memory no other test changes.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEdge, type TestEdge } from '../../support/edge.ts';
import { type Client, clientOf, freshName } from '../../support/edge-client.ts';
import { exampleBytes } from '../../support/examples.ts';
import { expectHealthy, specimen, timedCall } from '../../support/hostile.ts';
import { until } from '../../support/until.ts';
import { residentBytes, workerdsOfOurs } from '../../support/workerd-memory.ts';
import { inParallel } from '../random.ts';

const MIB = 1024 * 1024;

/** Calls of each kind; set `SKERRY_HOSTILE_CALLS=10000` for the whole of what is promised. */
const CALLS = Number(process.env['SKERRY_HOSTILE_CALLS'] ?? 1_000);
const CONCURRENT = 16;
/**
 * V8 collects late, so a process grows with every request for its first thousands, by some 40 KB each. What calls that make no
 * instance leave behind is noise; others may leave that much, and this: half of what a thousand instances hold.
 */
const NOISE_BYTES = 40 * MIB;
const NOISE_FACTOR = 1.25;
const MS_PER_CALL = 40;

const LINE_BYTES = 'one line of many\n'.length;
const LINES = 1_000_000;
/** Text kept of one call; src/core/limits.ts has the reason. */
const KEPT_BYTES = 64 * 1024;

let edge: TestEdge;
let client: Client;
let workerds: readonly number[];

beforeAll(async () => {
  const before = workerdsOfOurs();
  edge = await startEdge({ logLevel: 'log' });
  client = clientOf({ url: edge.workerUrl, token: edge.token });
  // One has the Worker, another may have wrangler's proxy, which nothing here goes through.
  workerds = [...workerdsOfOurs()].filter((each) => !before.has(each));
  if (workerds.length === 0) throw new Error('an edge has a workerd');
  expect((await client.upload('adder', await exampleBytes('adder'))).status).toBe(201);
});

afterAll(() => edge.stop());

function resident(): number {
  return workerds.reduce((sum, pid) => sum + residentBytes(pid), 0);
}

/** `droppedBytes` of the log record of this request, once it is printed. */
async function droppedBytes(request: string): Promise<number> {
  const record = new RegExp(`droppedBytes: (\\d+),[^{}]*request: '${request}'`);
  await until(async () => record.test(edge.output()));
  return Number(record.exec(edge.output())?.[1]);
}

test.each([
  ['log-lines-stdout', LINES],
  ['log-lines-stderr', 10_000],
])('%s: %i lines are one record that says how much it left out', async (name, lines) => {
  const guest = await specimen(client, name);
  const { how, answer } = await guest.bad({ lines });
  expect(how).toBe(`200 {"result":${lines}}`);
  const dropped = await droppedBytes(answer.headers.get('x-request-id') ?? '');
  expect(dropped).toBeGreaterThanOrEqual(lines * LINE_BYTES - KEPT_BYTES);
  expect(dropped).toBeLessThan(lines * LINE_BYTES);
  await expectHealthy(client, guest);
});

test(`${CALLS} calls that trap, then as many good ones: no error, and no more memory kept than of refused ones`, {
  timeout: 20_000 + 3 * CALLS * MS_PER_CALL,
}, async () => {
  const bad = await specimen(client, 'trap');
  const good = freshName('good');
  expect((await client.upload(good, await exampleBytes('adder'))).status).toBe(201);
  const growthOf = async (
    functionName: string,
    name: string,
    argument: (index: number) => unknown,
    ends: (index: number) => string,
  ) => {
    const before = resident();
    await inParallel(CALLS, CONCURRENT, async (index) => {
      expect((await timedCall(client, name, functionName, argument(index))).how).toBe(ends(index));
    });
    return resident() - before;
  };

  const refused = await growthOf(
    'add',
    good,
    () => ({}),
    () => 'INVALID_REQUEST',
  );
  const trapped = await growthOf(
    'bad',
    bad.name,
    () => ({}),
    () => 'COMPONENT_CRASHED trap',
  );
  const answered = await growthOf(
    'add',
    good,
    (a) => ({ a, b: 1 }),
    (a) => `200 {"result":${a + 1}}`,
  );
  const shown = [refused, trapped, answered].map((bytes) => (bytes / MIB).toFixed(0));
  console.log(`workerd grew by ${shown.join(', ')} MiB with ${CALLS} calls each, refused, trapped, answered`);
  const allowed = Math.max(refused, 0) * NOISE_FACTOR + NOISE_BYTES;
  expect(trapped).toBeLessThan(allowed);
  expect(answered).toBeLessThan(allowed);
  await expectHealthy(client, bad);
});
