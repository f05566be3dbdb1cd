/** Who gets in, what every answer carries, and what bad requests hear. */
import { describe, expect, it } from 'vitest';
import { createGateway } from '../../src/gateway/app.ts';
import { bindings, call, freshName, request, upload } from '../support/gateway-client.ts';

describe('tokens', () => {
  it.each([
    ['no token', null],
    ['a wrong token', 'wrong'],
  ])('%s: 401 on the control plane', async (_what, token) => {
    const refused = await request('/v1/components', {}, token);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error_code: 'UNAUTHENTICATED' });
  });

  it('with none configured the control plane answers 401 to everybody', async () => {
    const { TOKENS: _none, ...env } = bindings;
    const gateway = createGateway();
    const ask = (path: string) =>
      gateway.request(path, { headers: { authorization: 'Bearer test-token' } }, { ...env, CLIENT_LIMIT: undefined });
    expect((await ask('/v1/components')).status).toBe(401);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('are limited by scope', async () => {
    const read = (path: string, method: string) => request(path, { method }, 'read-token');
    expect((await read('/v1/components', 'GET')).status).toBe(200);
    const refused = await read(`/v1/components/${freshName()}`, 'DELETE');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error_code: 'FORBIDDEN' });
  });
});

describe('every answer', () => {
  it('carries a request id and continues a trace', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const answer = await request('/healthz', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } }, null);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${trace}-`));
  });

  it('to an unknown address is an error of the platform', async () => {
    const answer = await request('/nowhere');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      error_code: 'NOT_FOUND',
      message: expect.stringContaining('/nowhere'),
    });
  });
});

describe('readiness', () => {
  it('is told when KV, R2 and the catalogue answer', async () => {
    const ready = await request('/readyz', {}, null);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ checks: { kv: 'ok', r2: 'ok', catalogue: 'ok' } });
  });
});

describe('a bad call', () => {
  it.each([
    ['a wrong type', '{"a":"1","b":1}', 'a'],
    ['a missing argument', '{"a":1}', 'b'],
    ['an unknown argument', '{"a":1,"b":1,"c":1}', 'c'],
    ['an argument out of range', '{"a":-1,"b":1}', 'a'],
  ])('with %s names the path', async (_what, body, field) => {
    const name = freshName();
    await upload(name, 'adder');
    const refused = await request(`/call/${name}/add`, { method: 'POST', body }, null);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error_code: 'INVALID_REQUEST', details: { field } });
  });

  it.each(['{', '[1]', '"x"', '\xff'])('with the body %s is refused', async (body) => {
    const name = freshName();
    await upload(name, 'adder');
    const refused = await request(`/call/${name}/add`, { method: 'POST', body }, null);
    expect(refused.status).toBe(400);
  });

  it('of an unknown function names the nearest', async () => {
    const name = freshName();
    await upload(name, 'adder');
    const refused = await call(name, 'ad', {});
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error_code: 'FUNCTION_NOT_FOUND', details: { nearest: 'add' } });
  });

  it.each(['Bad', '1x', 'a_b', `a${'b'.repeat(63)}`, 'a%20b'])('of the name %s is refused', async (name) => {
    expect((await call(name, 'add', {})).status).toBe(400);
    expect((await upload(name, 'adder')).status).toBe(400);
  });
});

describe('texts', () => {
  it('of a component are WIT, TypeScript and JSON Schemas', async () => {
    const name = freshName();
    await upload(name, 'adder');
    expect(await (await request(`/v1/components/${name}/wit`)).text()).toContain(
      'export add: func(a: u32, b: u32) -> u32;',
    );
    expect(await (await request(`/v1/components/${name}/types.d.ts`)).text()).toContain('a: number');
    expect(await (await request(`/v1/components/${name}/tools`)).json()).toMatchObject({ items: [{ name: 'add' }] });
    expect(await (await request('/v1/nodes?limit=500')).text()).toContain(`${name}/0`);
  });
});

it('the nodes are pool shards and providers, in pages', async () => {
  const items: unknown[] = [];
  let next: string | undefined;
  do {
    const cursor = next === undefined ? '' : `&cursor=${next}`;
    const page = (await (await request(`/v1/nodes?limit=3${cursor}`)).json()) as { items: unknown[]; next?: string };
    items.push(...page.items);
    next = page.next;
  } while (next !== undefined);
  expect(items).toContainEqual({
    id: 'provider/http',
    kind: 'provider',
    interfaces: ['wasi:http/outgoing-handler'],
    operations: ['request'],
    state: 'running',
  });
});

it('names every import that nothing provides', async () => {
  const refused = await upload(freshName(), 'unknownImport');
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({
    error_code: 'UNSUPPORTED_IMPORT',
    details: { 'acme:db/query@1.0.0': expect.any(String) },
  });
});
