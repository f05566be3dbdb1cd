/** A component's life through the real gateway, objects and isolates: upload, call, replace, remove, evict. */
import { evictAllDurableObjects } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { call, componentBytes, freshName, request, upload } from '../support/gateway-client.ts';

describe('upload', () => {
  it('builds, deploys and answers a call', async () => {
    const name = freshName();
    const uploaded = await upload(name, 'adder');
    expect(uploaded.status).toBe(201);
    expect(await uploaded.json()).toMatchObject({ name, version: 'v1', state: 'running', functions: ['add'] });
    const answer = await call(name, 'add', { a: 2, b: 3 });
    expect(await answer.json()).toEqual({ result: 5 });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-skerry-version')).toBe('v1');
    expect(answer.headers.get('x-skerry-instance')).toBeTruthy();
    expect(answer.headers.get('server-timing')).toMatch(/call;dur=/);
  });

  it('answers 200 to the same digest again and changes nothing', async () => {
    const name = freshName();
    await upload(name, 'adder');
    const again = await upload(name, 'adder');
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ version: 'v1' });
    expect(await (await request(`/v1/components/${name}`)).json()).toMatchObject({ versions: [{ version: 'v1' }] });
  });

  it('replaces the active version and goes back when the older bytes come again', async () => {
    const name = freshName();
    await upload(name, 'adder');
    expect(await (await upload(name, 'subtractor')).json()).toMatchObject({ version: 'v2' });
    expect(await (await call(name, 'add', { a: 5, b: 3 })).json()).toEqual({ result: 2 });
    expect((await upload(name, 'adder')).status).toBe(200);
    expect(await (await call(name, 'add', { a: 5, b: 3 })).json()).toEqual({ result: 8 });
  });

  it('takes a label, and refuses it for other bytes', async () => {
    const name = freshName();
    expect(await (await upload(name, 'adder', '?version=1.0.0')).json()).toMatchObject({ version: '1.0.0' });
    const conflict = await upload(name, 'subtractor', '?version=1.0.0');
    expect(conflict.status).toBe(409);
    expect(await (await call(name, 'add', { a: 5, b: 3 })).json()).toEqual({ result: 8 });
  });

  it('lets two uploads for one name both succeed, one after the other', async () => {
    const name = freshName();
    const both = await Promise.all([upload(name, 'adder'), upload(name, 'subtractor')]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    const shown = await (await request(`/v1/components/${name}`)).json<{ active: { version: string } }>();
    expect(shown.active.version).toBe('v2');
  });

  it('reads a form with a policy', async () => {
    const name = freshName();
    const form = new FormData();
    form.set('component', new File([componentBytes('adder')], 'adder.wasm'));
    form.set('policy', 'version: "1.0"\naccess: token\n');
    expect((await request(`/v1/components/${name}`, { method: 'PUT', body: form })).status).toBe(201);
    const refused = await call(name, 'add', { a: 1, b: 1 });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('x-skerry-error')).toBe('UNAUTHENTICATED');
  });
});

describe('removal', () => {
  it('ends calls and lists, and the name can be used again', async () => {
    const name = freshName();
    await upload(name, 'adder');
    expect((await request(`/v1/components/${name}`, { method: 'DELETE' })).status).toBe(204);
    const gone = await call(name, 'add', { a: 1, b: 1 });
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ error_code: 'COMPONENT_NOT_FOUND' });
    expect((await request(`/v1/components/${name}`)).status).toBe(404);
    expect((await request(`/v1/components/${name}`, { method: 'DELETE' })).status).toBe(404);
    expect((await upload(name, 'adder')).status).toBe(201);
    expect(await (await call(name, 'add', { a: 1, b: 1 })).json()).toEqual({ result: 2 });
  });
});

describe('eviction', () => {
  it('loses nothing that was acknowledged', async () => {
    const name = freshName();
    await upload(name, 'adder');
    await evictAllDurableObjects();
    expect(await (await call(name, 'add', { a: 20, b: 22 })).json()).toEqual({ result: 42 });
    await evictAllDurableObjects();
    expect(await (await request(`/v1/components/${name}`)).json()).toMatchObject({ name, active: { version: 'v1' } });
    await evictAllDurableObjects();
    expect((await upload(name, 'adder')).status).toBe(200);
    const list = await (await request('/v1/components?limit=500')).json<{ items: { name: string }[] }>();
    expect(list.items.map((item) => item.name)).toContain(name);
  });
});
