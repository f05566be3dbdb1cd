/** A power cut after changes by HTTP: secrets, grants and revokes hold as before it, and what components wrote is there. */
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../scripts/local/load-examples.ts';
import { blobKeeper } from '../support/blob-components.ts';
import { configComponent } from '../support/config-component.ts';
import { startEdge, type TestEdge, temporaryStateDir } from '../support/edge.ts';
import { type Client, clientOf } from '../support/edge-client.ts';
import { jsComponent } from '../support/js-components.ts';

const READY_TIMEOUT_MS = 30_000;
const MIB = 1024 * 1024;
const SECRET = 'hunter2-is-the-value';

async function start(stateDir: string, before: TestEdge | undefined): Promise<TestEdge> {
  const edge = await startEdge({ stateDir, ...(before === undefined ? {} : { tokens: before.tokens }) });
  await waitFor(`${edge.url}/healthz`, READY_TIMEOUT_MS);
  return edge;
}

async function deploy(client: Client, name: string, bytes: Uint8Array, permissions: string): Promise<void> {
  const policy = `version: "1.0"\npermissions: {${permissions}}\n`;
  expect((await client.upload(name, bytes, { policy })).status).toBe(201);
}

/** What the component with a bucket comes to, step by step. */
async function steps(client: Client, bucket: string, ...taken: readonly (readonly string[])[]): Promise<unknown> {
  const { json } = await client.call('counter', 'run', { bucket, steps: JSON.stringify(taken) });
  return JSON.parse((json as { result: string }).result);
}

async function store(client: Client, name: string, bytes: number, end: string): Promise<unknown> {
  return (await client.call('keeper', 'store', { container: 'box', name, bytes, end })).json;
}

/** Everything that a client sees of what was changed and written. */
async function seen(client: Client): Promise<unknown> {
  const range = { container: 'box', name: 'whole', start: 0, end: 9 * MIB, streamed: true };
  return {
    secret: (await client.call('settings', 'get', { key: 'API_KEY' })).json,
    unseen: (await client.call('settings', 'get', { key: 'OTHER' })).json,
    granted: await steps(client, 'granted', ['get', 'a']),
    kept: await steps(client, 'kept', ['get', 'a']),
    object: (await client.call('keeper', 'read', range)).json,
    objects: (await client.call('keeper', 'names', { container: 'box' })).json,
    revoked: (await client.call('listener', 'names', { container: 'box' })).json,
  };
}

test('SIGKILL after secrets, grants, a revoke and writes, in the middle of an upload', {
  timeout: 240_000,
}, async () => {
  const stateDir = await temporaryStateDir();
  let edge: TestEdge | undefined;
  try {
    edge = await start(stateDir, undefined);
    let client = clientOf(edge);
    const keeper = await blobKeeper();
    const box = (access: string) => `blobstore: {allow: [{container: box, access: [${access}]}]}`;
    await deploy(client, 'settings', await configComponent(), 'environment: {allow: [{key: API_KEY}]}');
    const bucket = '{bucket: kept, access: [read, write]}';
    await deploy(client, 'counter', await jsComponent('keyvalue'), `keyvalue: {allow: [${bucket}]}`);
    await deploy(client, 'keeper', keeper, box('read, write'));
    await deploy(client, 'listener', keeper, box('read'));
    for (const key of ['API_KEY', 'OTHER']) {
      const put = await client.request('PUT', `/v1/components/settings/secrets/${key}`, {
        body: SECRET,
        headers: { 'content-type': 'text/plain' },
      });
      expect(put.status).toBe(200);
    }
    const grant = { capability: 'keyvalue', permissions: ['kv:read:granted', 'kv:write:granted'] };
    expect(
      (await client.request('POST', '/v1/components/counter/capabilities', { body: JSON.stringify(grant) })).status,
    ).toBe(200);
    expect((await client.request('DELETE', '/v1/components/listener/capabilities/blobstore')).status).toBe(200);
    expect(await steps(client, 'granted', ['set', 'a', '1'])).toEqual([{ ok: null }]);
    expect(await steps(client, 'kept', ['set', 'a', '2'])).toEqual([{ ok: null }]);
    expect((await client.call('keeper', 'create', { container: 'box' })).status).toBe(200);
    expect(await store(client, 'whole', 6 * MIB, 'finish')).toEqual({ result: { ok: null } });

    const before = await seen(client);
    expect(before).toEqual({
      secret: { result: { ok: SECRET } },
      unseen: { result: { err: expect.stringContaining('access denied') } },
      granted: [{ ok: '1' }],
      kept: [{ ok: '2' }],
      object: { result: { ok: [6 * MIB, 0, ((6 * MIB) / 4_096 - 1) % 251] } },
      objects: { result: { ok: ['whole'] } },
      revoked: { result: { err: expect.stringMatching(/^access-denied: /) } },
    });
    const half = store(client, 'half', 6 * MIB, 'wait').catch(() => 'cut');
    const executing = async () => {
      const { json } = await clientOf(edge as TestEdge).get('/v1/components/keeper/status');
      return (json as { instances: { executing: number } }).instances.executing;
    };
    await expect.poll(executing, { timeout: 10_000 }).toBe(1);
    await edge.kill();
    await half;
    edge = await start(stateDir, edge);
    client = clientOf(edge);
    expect(await seen(client)).toEqual(before);
  } finally {
    await edge?.kill();
    await rm(stateDir, { recursive: true, force: true });
  }
});
