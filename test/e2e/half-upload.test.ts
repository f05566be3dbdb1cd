/** Uploads whose client goes away half-way: nothing is deployed, and the name stays usable. */
import { connect } from 'node:net';
import { expect, inject, test } from 'vitest';
import { clientOf, freshName } from '../support/edge-client.ts';
import { exampleBytes, withNote } from '../support/examples.ts';

const edge = inject('edge');
const client = clientOf(edge);

const FRAMING = ['content-length', 'chunked'] as const;

/** Sends the head and the first half of a body, then resets the connection. */
async function sendHalf(name: string, component: Uint8Array, framing: (typeof FRAMING)[number]): Promise<void> {
  const { hostname, port } = new URL(edge.url);
  const half = component.subarray(0, component.length >> 1);
  const head = [
    `PUT /v1/components/${name} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${edge.token}`,
    'content-type: application/wasm',
    framing === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${component.length}`,
  ].join('\r\n');
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.write(`${head}\r\n\r\n`);
      if (framing === 'chunked') socket.write(`${half.length.toString(16)}\r\n`);
      socket.write(half, () => {
        socket.resetAndDestroy();
        resolve();
      });
    });
  });
}

test.each(FRAMING)('a new name stays unknown and takes a whole upload afterwards (%s)', async (framing) => {
  const name = freshName('half');
  const component = await exampleBytes('hello');
  await sendHalf(name, component, framing);
  expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
  expect((await client.upload(name, component)).status).toBe(201);
  expect((await client.call(name, 'greet', { name: 'you' })).json).toEqual({ result: 'Hello, you!' });
});

test.each(FRAMING)('a running component keeps its version and answers (%s)', async (framing) => {
  const name = freshName('half');
  const component = await exampleBytes('hello');
  await client.upload(name, component, { version: 'first' });
  for (let round = 0; round < 5; round += 1) await sendHalf(name, withNote(component, `round ${round}`), framing);
  expect((await client.get(`/v1/components/${name}`)).json).toMatchObject({
    active: { version: 'first' },
    versions: [{ version: 'first' }],
  });
  expect((await client.call(name, 'greet', { name: 'you' })).json).toEqual({ result: 'Hello, you!' });
});
