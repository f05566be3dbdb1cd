/** A power cut in the middle of publishes: every message that was acknowledged reaches its subscriber after the restart. */
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../scripts/local/load-examples.ts';
import { startEdge, type TestEdge, temporaryStateDir } from '../support/edge.ts';
import { type Client, clientOf } from '../support/edge-client.ts';
import { messagingComponent } from '../support/messaging-components.ts';

const ROUNDS = 2;
const PUBLISHERS = 4;
/** The cut comes after so many acknowledgements in a round. */
const ACKNOWLEDGED_PER_ROUND = 12;
const READY_TIMEOUT_MS = 30_000;
/** Attempts that the cut ended come again after a wait. */
const DELIVERY_TIMEOUT_MS = 60_000;

const TOPIC = 'orders.created';
/** Where the listener says what it got, a topic for each message. Their only subscriber is stopped, so that they keep it. */
const NOTES = 'notes.*';

async function start(stateDir: string, before: TestEdge | undefined): Promise<TestEdge> {
  const edge = await startEdge({ stateDir, ...(before === undefined ? {} : { tokens: before.tokens }) });
  await waitFor(`${edge.url}/healthz`, READY_TIMEOUT_MS);
  return edge;
}

function policy(rules: string): string {
  return `version: "1.0"\npermissions: {messaging: {allow: [${rules}]}}\n`;
}

async function deployAll(client: Client): Promise<void> {
  const [talker, listener] = await Promise.all([messagingComponent('talker'), messagingComponent('listener')]);
  const subscribe = (topic: string) => `{topic: "${topic}", access: [subscribe]}`;
  const publish = (topic: string) => `{topic: "${topic}", access: [publish]}`;
  const deploys = [
    ['keeper', listener, policy(subscribe(NOTES))],
    ['reader', listener, policy(`${subscribe(TOPIC)}, ${publish(NOTES)}`)],
    ['writer', talker, policy(publish(TOPIC))],
  ] as const;
  for (const [name, bytes, text] of deploys)
    expect((await client.upload(name, bytes, { policy: text })).status).toBe(201);
  expect((await client.request('POST', '/v1/components/keeper/stop')).status).toBe(200);
}

/** Publishes without end; a broken connection ends it. */
function publishing(client: Client, round: number, acknowledged: (note: string) => void) {
  const publisher = async (worker: number) => {
    for (let index = 0; ; index += 1) {
      const note = `notes.${round}-${worker}-${index}`;
      const answer = await client.call('writer', 'publish', { topic: TOPIC, text: `tell ${note}`, metadata: [] });
      if (answer.status === 200) acknowledged(note);
    }
  };
  return Promise.allSettled(Array.from({ length: PUBLISHERS }, (_, worker) => publisher(worker)));
}

async function topicStatus(client: Client, topic: string): Promise<{ messages: number }> {
  return (await client.get(`/v1/topics/${topic}`)).json as { messages: number };
}

test('SIGKILL in the middle of publishes, twice: what was acknowledged is delivered', {
  timeout: 300_000,
}, async () => {
  const stateDir = await temporaryStateDir();
  const acknowledged: string[] = [];
  let edge: TestEdge | undefined;
  try {
    edge = await start(stateDir, undefined);
    await deployAll(clientOf(edge));
    for (let round = 0; round < ROUNDS; round += 1) {
      const running: TestEdge = edge;
      let cut: Promise<void> | undefined;
      let inRound = 0;
      await publishing(clientOf(running), round, (note) => {
        acknowledged.push(note);
        inRound += 1;
        if (inRound === ACKNOWLEDGED_PER_ROUND) cut = running.kill();
      });
      await cut;
      edge = await start(stateDir, edge);
    }
    const client = clientOf(edge);
    await expect
      .poll(async () => (await topicStatus(client, TOPIC)).messages, { timeout: DELIVERY_TIMEOUT_MS })
      .toBe(0);
    const told = await Promise.all(acknowledged.map(async (note) => (await topicStatus(client, note)).messages));
    expect(acknowledged.filter((_, at) => told[at] === 0)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_PER_ROUND);
    expect((await client.get(`/v1/topics/${TOPIC}/dead-letters`)).json).toEqual({ items: [] });
  } finally {
    await edge?.kill();
    await rm(stateDir, { recursive: true, force: true });
  }
});
