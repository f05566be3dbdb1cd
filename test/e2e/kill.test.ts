/** A power cut in the middle of work, ten times: every component that was acknowledged is there and answers. */
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../scripts/local/load-examples.ts';
import { startEdge, type TestEdge, temporaryStateDir } from '../support/edge.ts';
import { type Client, clientOf } from '../support/edge-client.ts';
import { exampleBytes, withNote } from '../support/examples.ts';
import { seeded } from './random.ts';

const ROUNDS = 10;
const SEED = 7;
const UPLOADERS = 4;
const CALLERS = 4;
/** The cut comes after this many acknowledgements in a round, at most. */
const MOST_ACKNOWLEDGED_PER_ROUND = 8;
const READY_TIMEOUT_MS = 30_000;

/** Uploads and calls without end; a broken connection ends them. */
async function work(client: Client, round: number, bytes: Uint8Array, acknowledged: (name: string) => void) {
  const known: string[] = [];
  const uploader = async (worker: number) => {
    for (let index = 0; ; index += 1) {
      const name = `cut-${round}-${worker}-${index}`;
      const answer = await client.upload(name, withNote(bytes, name));
      if (answer.status !== 201) throw new Error(`upload of ${name}: HTTP ${answer.status} ${answer.text}`);
      known.push(name);
      acknowledged(name);
    }
  };
  const caller = async () => {
    for (let index = 0; ; index += 1) {
      const name = known[index % Math.max(1, known.length)] ?? 'nobody';
      await client.call(name, 'add', { a: index, b: 1 });
    }
  };
  return Promise.allSettled([
    ...Array.from({ length: UPLOADERS }, (_, worker) => uploader(worker)),
    ...Array.from({ length: CALLERS }, caller),
  ]);
}

async function missing(client: Client, names: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(
    names.map(async (name) => ({ name, answer: await client.call(name, 'add', { a: 2, b: 40 }) })),
  );
  return answers
    .filter(({ answer }) => answer.status !== 200 || answer.text !== '{"result":42}')
    .map(({ name, answer }) => `${name}: HTTP ${answer.status} ${answer.text}`);
}

test('SIGKILL in the middle of uploads and calls, ten times', { timeout: 300_000 }, async () => {
  const stateDir = await temporaryStateDir();
  const bytes = await exampleBytes('adder');
  const random = seeded(SEED);
  const everAcknowledged: string[] = [];
  let edge: TestEdge | undefined;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      edge = await startEdge({ stateDir, ...(edge === undefined ? {} : { tokens: edge.tokens }) });
      const running = edge;
      await waitFor(`${running.url}/healthz`, READY_TIMEOUT_MS);
      const client = clientOf(running);
      expect(await missing(client, everAcknowledged)).toEqual([]);

      const cutAfter = 1 + Math.floor(random() * MOST_ACKNOWLEDGED_PER_ROUND);
      let inRound = 0;
      let cut: Promise<void> | undefined;
      const outcomes = await work(client, round, bytes, (name) => {
        everAcknowledged.push(name);
        inRound += 1;
        if (inRound === cutAfter) cut = running.kill();
      });
      await cut;
      expect(inRound).toBeGreaterThanOrEqual(cutAfter);
      // Whatever ended the work must be the cut: a refused upload would end it too.
      const others = outcomes.filter((outcome) => outcome.status === 'rejected' && /HTTP/.test(String(outcome.reason)));
      expect(others).toEqual([]);
    }
    edge = await startEdge({ stateDir, ...(edge === undefined ? {} : { tokens: edge.tokens }) });
    await waitFor(`${edge.url}/healthz`, READY_TIMEOUT_MS);
    const client = clientOf(edge);
    expect(await missing(client, everAcknowledged)).toEqual([]);
    const list = (await client.get('/v1/components?limit=500')).json as { items: { name: string }[] };
    expect(list.items.map((item) => item.name)).toEqual(expect.arrayContaining(everAcknowledged));
  } finally {
    await edge?.kill();
    await rm(stateDir, { recursive: true, force: true });
  }
});
