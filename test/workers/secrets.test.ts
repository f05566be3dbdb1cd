/** Secrets from the request that brings them to the call that sees them; nowhere else are they in the clear. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, inject, it } from 'vitest';
import { Ledger } from '../../durable/supervisor/ledger.ts';
import { SecretChanges } from '../../durable/supervisor/secret-changes.ts';
import { bindings, call, freshName, request, upload } from '../support/gateway-client.ts';

const VALUE = 'hunter2-is-the-value-that-nobody-may-see';

function bytes(): Uint8Array {
  return Uint8Array.from(atob(inject('settings')), (character) => character.charCodeAt(0));
}

/** A component whose policy lets it see the keys, as environment rules. */
async function component(rules: string): Promise<string> {
  const name = freshName('settings');
  expect((await upload(name, bytes())).status).toBe(201);
  expect((await policy(name, rules)).status).toBe(200);
  return name;
}

function policy(name: string, rules: string): Promise<Response> {
  const body = `version: "1.0"\npermissions: {environment: {${rules}}}\n`;
  return request(`/v1/components/${name}/policy`, { method: 'PUT', body });
}

function put(name: string, key: string, value: string, type = 'text/plain'): Promise<Response> {
  const init = { method: 'PUT', body: value, headers: { 'content-type': type } };
  return request(`/v1/components/${name}/secrets/${key}`, init);
}

async function result(name: string, fn: string, args: unknown = {}): Promise<unknown> {
  const answer = await (await call(name, fn, args)).json<{ result?: unknown }>();
  return answer.result ?? answer;
}

/** Everything that an object has in its SQLite, as text. */
function stored(stub: DurableObjectStub): Promise<string> {
  return runInDurableObject(stub, (_instance, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    return JSON.stringify(tables.map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()));
  });
}

describe('a secret', () => {
  it('is seen by calls through the environment and through wasi:config', async () => {
    const name = await component('allow: [{key: API_KEY}, {key: MODE, value: fast}, {key: UNSET}]');
    expect((await put(name, 'API_KEY', VALUE)).status).toBe(200);
    const expected = [
      ['MODE', 'fast'],
      ['API_KEY', VALUE],
    ];
    expect(await result(name, 'environment')).toEqual(expected);
    expect(await result(name, 'get-all')).toEqual({ ok: expected });
    expect(await result(name, 'get', { key: 'API_KEY' })).toEqual({ ok: VALUE });
    expect(await result(name, 'get', { key: 'UNSET' })).toEqual({ ok: null });
    expect(await result(name, 'get', { key: 'OTHER' })).toEqual({ err: 'upstream: access denied: nothing allows it' });
  });

  it('is seen only where the policy names its key, without a value of its own', async () => {
    const name = await component('allow: [{key: MODE, value: fast}, {key: BOTH}], deny: [{key: BOTH}]');
    for (const key of ['MODE', 'OTHER', 'BOTH']) expect((await put(name, key, VALUE)).status).toBe(200);
    expect(await result(name, 'environment')).toEqual([['MODE', 'fast']]);
    expect(await result(name, 'get-all')).toEqual({ ok: [['MODE', 'fast']] });
    expect(await stored(bindings.POOLS.getByName(`${name}/0`))).not.toContain('"sealed"');
  });

  it('is seen by a grant, and not after a revoke', async () => {
    const name = await component('allow: [{key: MODE, value: fast}]');
    await put(name, 'API_KEY', VALUE);
    const body = JSON.stringify({ capability: 'environment', permissions: ['env:API_KEY'] });
    await request(`/v1/components/${name}/capabilities`, { method: 'POST', body });
    expect(await result(name, 'environment')).toEqual([
      ['MODE', 'fast'],
      ['API_KEY', VALUE],
    ]);
    await request(`/v1/components/${name}/capabilities/environment`, { method: 'DELETE' });
    expect(await result(name, 'environment')).toEqual([]);
    expect(await result(name, 'get', { key: 'MODE' })).toEqual({ err: 'upstream: access denied: revoked environment' });
  });

  it('is nowhere in the clear: not in an answer, a fact, or the storage of an object', async () => {
    const name = await component('allow: [{key: API_KEY}]');
    const answers = [
      await put(name, 'API_KEY', VALUE),
      await put(name, 'API_KEY', JSON.stringify({ value: VALUE }), 'application/json'),
    ];
    await call(name, 'get', { key: 'API_KEY' });
    await call(name, 'get', { key: 'OTHER' });
    await expect
      .poll(async () => (await request(`/v1/components/${name}/events`)).text())
      .toContain('CapabilityDenied');
    for (const path of ['', '/secrets', '/secrets/API_KEY', '/events', '/status', '/capabilities', '/policy']) {
      answers.push(await request(`/v1/components/${name}${path}`));
    }
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toContain(VALUE);
    }
    for (const object of [bindings.SUPERVISORS.getByName(name), bindings.POOLS.getByName(`${name}/0`)]) {
      const text = await stored(object);
      expect(text).toContain('API_KEY');
      expect(text).not.toContain(VALUE);
      expect(text).not.toContain(btoa(VALUE).slice(0, 16));
    }
  });

  it('is there after the objects were evicted', async () => {
    const name = await component('allow: [{key: API_KEY}]');
    await put(name, 'API_KEY', VALUE);
    await evictDurableObject(bindings.SUPERVISORS.getByName(name));
    await evictDurableObject(bindings.POOLS.getByName(`${name}/0`));
    expect(await result(name, 'get', { key: 'API_KEY' })).toEqual({ ok: VALUE });
    expect(await (await request(`/v1/components/${name}/secrets`)).json()).toMatchObject({
      items: [{ key: 'API_KEY' }],
    });
  });

  it('is replaced, listed with its times, and deleted', async () => {
    const name = await component('allow: [{key: A}, {key: B}]');
    await put(name, 'B', 'b');
    await put(name, 'A', 'first');
    expect(await result(name, 'get', { key: 'A' })).toEqual({ ok: 'first' });
    expect(await (await put(name, 'A', '{"value":"second"}', 'application/json')).json()).toMatchObject({
      key: 'A',
      applied: true,
    });
    expect(await result(name, 'get', { key: 'A' })).toEqual({ ok: 'second' });
    const { items } = await (await request(`/v1/components/${name}/secrets`)).json<{
      items: Record<string, string>[];
    }>();
    expect(items.map((item) => Object.keys(item))).toEqual([
      ['key', 'createdAt', 'updatedAt'],
      ['key', 'createdAt', 'updatedAt'],
    ]);
    expect(items.map(({ key }) => key)).toEqual(['A', 'B']);
    const path = `/v1/components/${name}/secrets/A`;
    expect((await request(path, { method: 'DELETE' })).status).toBe(204);
    expect((await request(path, { method: 'DELETE' })).status).toBe(404);
    expect((await request(path)).status).toBe(404);
    expect(await result(name, 'get', { key: 'A' })).toEqual({ ok: null });
  });

  it('goes with its component, purged or not', async () => {
    for (const query of ['', '?purge=true']) {
      const name = await component('allow: [{key: API_KEY}]');
      await put(name, 'API_KEY', VALUE);
      expect((await request(`/v1/components/${name}${query}`, { method: 'DELETE' })).status).toBe(204);
      expect(await stored(bindings.SUPERVISORS.getByName(name))).not.toContain('API_KEY');
      expect(await stored(bindings.POOLS.getByName(`${name}/0`))).not.toContain('API_KEY');
      await upload(name, bytes());
      await policy(name, 'allow: [{key: API_KEY}]');
      expect(await result(name, 'environment')).toEqual([]);
      expect(await (await request(`/v1/components/${name}/secrets`)).json()).toEqual({ items: [] });
    }
  });

  it('that cannot be opened is unset', async () => {
    const name = await component('allow: [{key: A}, {key: B}]');
    await put(name, 'A', 'a');
    await put(name, 'B', 'b');
    // What a change of SECRETS_KEY comes to: bytes that the key of today does not open.
    await runInDurableObject(bindings.SUPERVISORS.getByName(name), (_instance, { storage }) => {
      storage.sql.exec("UPDATE secret SET nonce = (SELECT nonce FROM secret WHERE key = 'B') WHERE key = 'A'");
    });
    await policy(name, 'allow: [{key: A}, {key: B}, {key: C}]');
    expect(await result(name, 'environment')).toEqual([['B', 'b']]);
  });
});

describe('a running call', () => {
  it('is refused the next use of what was revoked meanwhile', async () => {
    const name = await component('allow: [{key: API_KEY}]');
    await put(name, 'API_KEY', VALUE);
    const watching = result(name, 'watch', { key: 'API_KEY' });
    await expect
      .poll(
        async () =>
          (await (await request(`/v1/components/${name}/status`)).json<{ instances: { executing: number } }>())
            .instances.executing,
      )
      .toBe(1);
    const revoked = await request(`/v1/components/${name}/capabilities/environment`, { method: 'DELETE' });
    expect(revoked.status).toBe(200);
    expect(await watching).toBe('upstream: access denied: revoked environment');
    await expect
      .poll(async () => (await request(`/v1/components/${name}/events`)).text())
      .toContain('"type":"CapabilityDenied"');
    const events = await (await request(`/v1/components/${name}/events`)).json<{ items: { type: string }[] }>();
    expect(events.items.find(({ type }) => type === 'CapabilityDenied')).toMatchObject({
      capability: 'environment',
      resource: 'API_KEY',
      rule: 'revoked environment',
      component: name,
    });
  });
});

describe('the routes', () => {
  it.each([
    [400, 'SKERRY_TOKEN', 'text/plain', 'x'],
    [400, 'skerry_token', 'text/plain', 'x'],
    [400, '1A', 'text/plain', 'x'],
    [400, 'A%2FB', 'text/plain', 'x'],
    [400, 'A', 'application/octet-stream', 'x'],
    [400, 'A', 'application/json', 'x'],
    [400, 'A', 'application/json', '{"value":7}'],
    [400, 'A', 'application/json', '{"value":"x","more":1}'],
    [400, 'A', 'text/plain', 'a\0b'],
    [413, 'A', 'text/plain', 'x'.repeat(65_537)],
    [413, 'A', 'application/json', JSON.stringify({ value: '\u00e9'.repeat(32_769) })],
    [200, 'A', 'application/json', JSON.stringify({ value: '\n'.repeat(65_536) })],
    [200, 'A', 'text/plain', ''],
  ])('answer %i to PUT %s as %s', async (status, key, type, value) => {
    const name = freshName();
    await upload(name, 'adder');
    expect((await put(name, key, value, type)).status).toBe(status);
  });

  it('hold no more secrets than fit into a config', async () => {
    const name = freshName();
    await upload(name, 'adder');
    for (const key of ['A', 'B', 'C', 'D']) expect((await put(name, key, 'x'.repeat(65_536))).status).toBe(200);
    expect((await put(name, 'E', 'x')).status).toBe(413);
    expect((await put(name, 'A', 'x')).status).toBe(200);
    expect((await put(name, 'E', 'x')).status).toBe(200);
  });

  it('need a token, and more than its scope read for a change', async () => {
    const name = freshName();
    await upload(name, 'adder');
    const path = `/v1/components/${name}/secrets`;
    expect((await request(path, {}, null)).status).toBe(401);
    expect((await request(path, {}, 'read-token')).status).toBe(200);
    const init = { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain' } };
    expect((await request(`${path}/A`, init, 'read-token')).status).toBe(403);
    expect((await request(`${path}/A`, { method: 'DELETE' }, 'read-token')).status).toBe(403);
    expect((await request(`/v1/components/${freshName('ghost')}/secrets`)).status).toBe(404);
  });

  it('are unavailable without a SECRETS_KEY, and say what to do', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), async (_instance, state) => {
      const secrets = new SecretChanges(new Ledger(state, bindings), undefined);
      const message = expect.stringMatching(/wrangler secret put SECRETS_KEY/);
      for (const answer of [await secrets.list(), await secrets.put('A', 'x'), await secrets.delete('A')]) {
        expect(answer).toMatchObject({ ok: false, error: { code: 'PROVIDER_UNAVAILABLE', message } });
      }
    });
  });
});
