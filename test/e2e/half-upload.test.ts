/** Uploads whose client goes away before their end: nothing is deployed, and the name stays usable. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, inject, test } from 'vitest';
import { clientOf, freshName } from '../support/edge-client.ts';
import { exampleBytes, withNote } from '../support/examples.ts';

const edge = inject('edge');
const client = clientOf(edge);

/** What a description is read for here. */
interface Described {
  readonly active: { readonly version: string };
  readonly versions: readonly { readonly version: string }[];
}

const FRAMING = ['content-length', 'chunked'] as const;

/** How much of a component arrives. All of it is one that would run, had its request been finished. */
const AMOUNT = { half: 0.5, all: 1 } as const;

interface Unfinished {
  readonly framing: (typeof FRAMING)[number];
  readonly amount: keyof typeof AMOUNT;
}

const UNFINISHED: readonly Unfinished[] = FRAMING.flatMap((framing) => [
  { framing, amount: 'half' },
  { framing, amount: 'all' },
]);

/** Reads of a name between which a deployment that was under way would show. */
const LOOKS = 20;

/** An upload that does not come to its end: one byte, or the last chunk, is still to come. */
function unfinished(name: string, component: Uint8Array, { framing, amount }: Unfinished): readonly Uint8Array[] {
  const { hostname, port } = new URL(edge.url);
  const sent = component.subarray(0, Math.floor(component.length * AMOUNT[amount]));
  const head = [
    `PUT /v1/components/${name} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${edge.token}`,
    'content-type: application/wasm',
    framing === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${component.length + 1}`,
  ].join('\r\n');
  const size = framing === 'chunked' ? `${sent.length.toString(16)}\r\n` : '';
  return [Buffer.from(`${head}\r\n\r\n${size}`), sent, Buffer.from(framing === 'chunked' ? '\r\n' : '')];
}

/** Sends `pieces`, stops sending, and waits until the edge has read them all and hung up. */
async function sendAndStop(pieces: readonly Uint8Array[]): Promise<void> {
  const socket = await connected();
  const closed = once(socket, 'close');
  socket.resume();
  socket.end(Buffer.concat(pieces));
  await closed;
}

/** Sends `pieces` and resets the connection: the edge may not have read them all. */
async function sendAndReset(pieces: readonly Uint8Array[]): Promise<void> {
  const socket = await connected();
  await new Promise<void>((resolve) => socket.write(Buffer.concat(pieces), () => resolve()));
  socket.resetAndDestroy();
}

async function connected(): Promise<Socket> {
  const { hostname, port } = new URL(edge.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  return socket;
}

/** Deploys and calls another component: then the edge has had the time for a deployment that it should not make. */
async function deployAnother(): Promise<void> {
  const name = freshName('other');
  expect((await client.upload(name, withNote(await exampleBytes('hello'), name))).status).toBe(201);
  expect((await client.call(name, 'greet', { name: 'you' })).status).toBe(200);
}

async function expectThroughout(look: () => Promise<void>): Promise<void> {
  for (let round = 0; round < LOOKS; round += 1) await look();
  await deployAnother();
  for (let round = 0; round < LOOKS; round += 1) await look();
}

test.each(UNFINISHED)(
  'a new name stays unknown and takes a whole upload afterwards ($framing, $amount)',
  async (kind) => {
    const name = freshName('half');
    const component = withNote(await exampleBytes('hello'), name);
    await sendAndStop(unfinished(name, component, kind));
    await sendAndReset(unfinished(name, component, kind));
    await expectThroughout(async () => {
      expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
    });
    const whole = await client.upload(name, component);
    expect(whole.json).toMatchObject({ version: 'v1' });
    expect(whole.status).toBe(201);
    expect((await client.call(name, 'greet', { name: 'you' })).json).toEqual({ result: 'Hello, you!' });
  },
);

test.each(UNFINISHED)('a running component keeps its version and answers ($framing, $amount)', async (kind) => {
  const name = freshName('half');
  const component = await exampleBytes('hello');
  await client.upload(name, component, { version: 'first' });
  for (let round = 0; round < 5; round += 1) {
    await sendAndStop(unfinished(name, withNote(component, `${name} ${round}`), kind));
  }
  await expectThroughout(async () => {
    const { versions, active } = (await client.get(`/v1/components/${name}`)).json as Described;
    expect(active.version).toBe('first');
    expect(versions.map(({ version }) => version)).toEqual(['first']);
  });
  expect((await client.call(name, 'greet', { name: 'you' })).json).toEqual({ result: 'Hello, you!' });
});
