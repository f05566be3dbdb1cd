/** The large case: a StarlingMonkey component of about 12 MB goes through upload and call. Times are shown, not judged. */
import { beforeAll, expect, inject, test } from 'vitest';
import { clientOf, freshName } from '../support/edge-client.ts';
import { exampleBytes, withNote } from '../support/examples.ts';
import { starlingMonkey } from '../support/examples-starlingmonkey.ts';

const client = clientOf(inject('edge'));

beforeAll(async () => {
  await starlingMonkey();
}, 180_000);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function uploadAndCall(name: string, bytes: Uint8Array, result: string): Promise<void> {
  const upload = await client.upload(name, bytes);
  expect([upload.status, upload.text]).toEqual([201, expect.any(String)]);
  expect((await client.call(name, 'greet', { name: 'world' })).json).toEqual({ result });
}

test('a component of 12 MB is uploaded and answers, twice', { timeout: 120_000 }, async () => {
  const name = freshName('starling');
  const bytes = await starlingMonkey();
  expect(bytes.length).toBeGreaterThan(10_000_000);
  const took = await timed(() => uploadAndCall(name, bytes, 'Hello from StarlingMonkey, world!'));
  console.log(`12 MB component: first answer after ${Math.round(took)} ms`);
  expect((await client.call(name, 'greet', { name: 'you' })).json).toEqual({
    result: 'Hello from StarlingMonkey, you!',
  });
});

test('a component of 1.5 MB is uploaded and answers, and the same bytes again are recognised', async () => {
  const name = freshName('small');
  const bytes = withNote(await exampleBytes('hello'), name);
  const first = await timed(() => uploadAndCall(name, bytes, 'Hello, world!'));
  const again = await timed(async () => expect((await client.upload(name, bytes)).status).toBe(200));
  console.log(`1 MB component: first answer after ${Math.round(first)} ms, same bytes again ${Math.round(again)} ms`);
});
