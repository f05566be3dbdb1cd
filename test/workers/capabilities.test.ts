/** Grants and revokes over HTTP: what is listed, who may change it, what is refused, and that shards hear of it first. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { PoolStore } from '../../durable/pool/store.ts';
import { openDatabase } from '../../durable/shared/database.ts';
import { bindings, freshName, request, upload } from '../support/gateway-client.ts';

const POLICY = `version: "1.0"
permissions:
  keyvalue: {allow: [{bucket: cache, access: [read, write]}], deny: [{bucket: vault, access: [read]}]}
  network: {allow: [{cidr: 203.0.113.0/24}, {host: "*"}]}
  environment: {allow: [{key: MODE, value: fast-and-secret}]}
  components: {allow: [{name: pricing, functions: [quote, get]}, {name: shop}]}
  logging: {level: warn}
`;

interface Listed {
  readonly items: readonly {
    readonly capability: string;
    readonly revoked: boolean;
    readonly permissions: readonly { readonly permission: string; readonly source: string; readonly rule: string }[];
    readonly denied: readonly { readonly permission: string }[];
  }[];
  readonly applied?: boolean;
}

/** A component under `POLICY`. */
async function component(): Promise<string> {
  const name = freshName();
  await upload(name, 'adder');
  const put = await request(`/v1/components/${name}/policy`, { method: 'PUT', body: POLICY });
  expect(put.status).toBe(200);
  return name;
}

async function listed(answer: Response | Promise<Response>): Promise<Listed> {
  return (await answer).json<Listed>();
}

function grant(name: string, capability: unknown, ...permissions: unknown[]): Promise<Response> {
  const body = JSON.stringify({ capability, permissions });
  return request(`/v1/components/${name}/capabilities`, { method: 'POST', body });
}

function revoke(name: string, capability: string): Promise<Response> {
  return request(`/v1/components/${name}/capabilities/${capability}`, { method: 'DELETE' });
}

function of({ items }: Listed, capability: string) {
  const item = items.find((one) => one.capability === capability);
  return { revoked: item?.revoked, permissions: item?.permissions.map(({ permission }) => permission) };
}

/** What the shard would decide by, as it is stored there. */
function pushed(name: string): Promise<unknown> {
  return runInDurableObject(bindings.POOLS.getByName(`${name}/0`), (_instance, { storage }) => {
    const config = new PoolStore(openDatabase(storage)).config();
    return config?.state === 'serving' ? config.grants.runtime : undefined;
  });
}

describe('the list of capabilities', () => {
  it('has each with its permissions, where they come from, and what is denied; no values', async () => {
    const name = await component();
    const answer = await request(`/v1/components/${name}/capabilities`);
    const text = await answer.text();
    expect(text).not.toContain('fast-and-secret');
    const { items } = JSON.parse(text) as Listed;
    expect(items.map(({ capability }) => capability)).toEqual([
      ...['network', 'storage', 'environment', 'keyvalue', 'blobstore', 'messaging', 'components', 'logging'],
    ]);
    expect(of({ items }, 'network').permissions).toEqual(['http:cidr:203.0.113.0/24', 'http:request']);
    expect(of({ items }, 'components').permissions).toEqual(['call:pricing#quote', 'call:pricing#get', 'call:shop']);
    expect(items.find(({ capability }) => capability === 'keyvalue')).toEqual({
      capability: 'keyvalue',
      revoked: false,
      permissions: [
        { permission: 'kv:read:cache', source: 'policy', rule: 'permissions.keyvalue.allow[0]' },
        { permission: 'kv:write:cache', source: 'policy', rule: 'permissions.keyvalue.allow[0]' },
      ],
      denied: [{ permission: 'kv:read:vault', source: 'policy', rule: 'permissions.keyvalue.deny[0]' }],
    });
    expect(items.at(-1)?.permissions).toMatchObject([{ permission: 'log:write', level: 'warn' }]);
  });

  it('may be read with the scope read, and changed with more', async () => {
    const name = await component();
    const path = `/v1/components/${name}/capabilities`;
    expect((await request(path, {}, 'read-token')).status).toBe(200);
    expect((await request(path, {}, null)).status).toBe(401);
    expect((await request(path, { method: 'POST', body: '{}' }, 'read-token')).status).toBe(403);
    expect((await request(path, { method: 'DELETE' }, 'read-token')).status).toBe(403);
    expect((await request(`${path}/network`, { method: 'DELETE' }, 'read-token')).status).toBe(403);
  });

  it('is there for components that are there', async () => {
    expect((await request(`/v1/components/${freshName('ghost')}/capabilities`)).status).toBe(404);
    expect((await grant(freshName('ghost'), 'keyvalue', 'kv:read')).status).toBe(404);
  });
});

describe('a grant', () => {
  it('is listed, pushed to the shard before the answer, and recorded', async () => {
    const name = await component();
    const answer = await grant(name, 'keyvalue', 'kv:delete:cache', 'kv:read:*');
    expect(answer.status).toBe(200);
    const list = await listed(answer);
    expect(list.applied).toBe(true);
    expect(of(list, 'keyvalue').permissions).toEqual(['kv:read:cache', 'kv:write:cache', 'kv:delete:cache', 'kv:read']);
    expect(await pushed(name)).toEqual({ granted: ['kv:delete:cache', 'kv:read'], revoked: [] });
    const events = await (await request(`/v1/components/${name}/events?limit=1`)).json<{ items: unknown[] }>();
    expect(events.items).toMatchObject([
      {
        type: 'CapabilityGranted',
        capability: 'keyvalue',
        permissions: ['kv:delete:cache', 'kv:read'],
        component: name,
      },
    ]);
  });

  it.each([
    ['keyvalu', 'kv:read', 'capability', 'keyvalue'],
    ['keyvalue', 'kv:raed', 'permissions[0]', 'kv:read[:<bucket>]'],
    ['keyvalue', 'env:A', 'permissions[0]', undefined],
    ['environment', 'env:SKERRY_TOKEN', 'permissions[0]', undefined],
    ['memory', 'kv:read', 'capability', undefined],
  ])('of %s with %s is refused', async (capability, permission, field, meant) => {
    const answer = await grant(await component(), capability, permission);
    expect(answer.status).toBe(400);
    const { error_code, details } = await answer.json<{ error_code: string; details: Record<string, string> }>();
    expect({ error_code, field: details['field'], meant: details['nearest'] }).toEqual({
      error_code: 'INVALID_REQUEST',
      field,
      meant,
    });
    expect(details['expected']).toBeTruthy();
  });

  it('is refused where the body is no JSON', async () => {
    const path = `/v1/components/${await component()}/capabilities`;
    expect((await request(path, { method: 'POST', body: 'kv:read' })).status).toBe(400);
  });
});

describe('a revoke', () => {
  it('puts the allow rules of the policy out of force; a grant then allows what it names', async () => {
    const name = await component();
    await grant(name, 'keyvalue', 'kv:read:other');
    const gone = await listed(revoke(name, 'keyvalue'));
    expect(of(gone, 'keyvalue')).toEqual({ revoked: true, permissions: [] });
    expect(of(gone, 'network').revoked).toBe(false);
    expect(await pushed(name)).toEqual({ granted: [], revoked: ['keyvalue'] });
    const again = await listed(grant(name, 'keyvalue', 'kv:read:cache'));
    expect(of(again, 'keyvalue')).toEqual({ revoked: true, permissions: ['kv:read:cache'] });
    const events = await (await request(`/v1/components/${name}/events?limit=2`)).json<{ items: unknown[] }>();
    expect(events.items[1]).toMatchObject({ type: 'CapabilityRevoked', permissions: ['kv:read:other'] });
  });

  it('of something that is no capability is refused', async () => {
    expect((await revoke(await component(), 'keyvalu')).status).toBe(400);
  });

  it('is there after the objects were evicted', async () => {
    const name = await component();
    await revoke(name, 'network');
    await evictDurableObject(bindings.SUPERVISORS.getByName(name));
    await evictDurableObject(bindings.POOLS.getByName(`${name}/0`));
    expect(of(await listed(request(`/v1/components/${name}/capabilities`)), 'network').revoked).toBe(true);
    expect(await pushed(name)).toEqual({ granted: [], revoked: ['network'] });
  });

  it('outlives a new version and a new policy, and not the component', async () => {
    const name = await component();
    await revoke(name, 'network');
    await upload(name, 'subtractor');
    await request(`/v1/components/${name}/policy`, { method: 'PUT', body: 'version: "1.0"\n' });
    expect(of(await listed(request(`/v1/components/${name}/capabilities`)), 'network').revoked).toBe(true);
    await request(`/v1/components/${name}`, { method: 'DELETE' });
    await upload(name, 'adder');
    expect(of(await listed(request(`/v1/components/${name}/capabilities`)), 'network').revoked).toBe(false);
  });

  it('says when a shard could not be told, and reaches it when asked again', async () => {
    const name = await component();
    const shard = bindings.POOLS.getByName(`${name}/0`);
    // A shard that a newer release has written to refuses whatever this one pushes.
    const schema = (version: string) =>
      runInDurableObject(shard, (_instance, { storage }) => {
        storage.sql.exec(`UPDATE schema_version SET version = ${version}`);
      });
    await schema('version + 100');
    const answer = await revoke(name, 'network');
    expect(answer.status).toBe(202);
    expect(await listed(answer)).toMatchObject({ applied: false });
    await schema('version - 100');
    const again = await revoke(name, 'network');
    expect(again.status).toBe(200);
    expect(await pushed(name)).toEqual({ granted: [], revoked: ['network'] });
  });
});

describe('a reset', () => {
  it('leaves the policy alone', async () => {
    const name = await component();
    await grant(name, 'storage', 'fs:read:/work');
    await revoke(name, 'network');
    const list = await listed(request(`/v1/components/${name}/capabilities`, { method: 'DELETE' }));
    expect(of(list, 'storage')).toEqual({ revoked: false, permissions: [] });
    expect(of(list, 'network').revoked).toBe(false);
    expect(await pushed(name)).toEqual({ granted: [], revoked: [] });
  });
});
