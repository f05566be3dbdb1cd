/** Policies end to end: where they come from, what happens to a bad one, and templates that are pushed. */
import { describe, expect, it } from 'vitest';
import { call, freshName, request, upload } from '../support/gateway-client.ts';

function putPolicy(name: string, text: string): Promise<Response> {
  return request(`/v1/components/${name}/policy`, { method: 'PUT', body: text });
}

describe("a component's own policy", () => {
  it('is in force at once, and gone at once', async () => {
    const name = freshName();
    await upload(name, 'adder');
    expect(await (await request(`/v1/components/${name}/policy`)).json()).toMatchObject({ source: 'none' });
    expect((await putPolicy(name, 'version: "1.0"\naccess: token\n')).status).toBe(200);
    expect((await call(name, 'add', { a: 1, b: 1 })).status).toBe(401);
    expect((await request(`/v1/components/${name}/policy`, { method: 'DELETE' })).status).toBe(200);
    expect((await call(name, 'add', { a: 1, b: 1 })).status).toBe(200);
  });

  it('that is mistyped is refused with its line, and the old one stays', async () => {
    const name = freshName();
    await upload(name, 'adder');
    await putPolicy(name, 'version: "1.0"\naccess: token\n');
    const refused = await putPolicy(name, 'version: "1.0"\nacess: public\n');
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      error_code: 'POLICY_INVALID',
      details: { line: '2', field: 'acess' },
    });
    expect((await call(name, 'add', { a: 1, b: 1 })).status).toBe(401);
  });

  it('can limit the rate of calls', async () => {
    const name = freshName();
    await upload(name, 'adder');
    await putPolicy(name, 'version: "1.0"\nresources: {rate: {perSecond: 1, burst: 2}}\n');
    const statuses: number[] = [];
    for (let round = 0; round < 4; round += 1) statuses.push((await call(name, 'add', { a: 1, b: 1 })).status);
    expect(statuses.slice(0, 2)).toEqual([200, 200]);
    expect(statuses).toContain(429);
  });

  it('refuses a component that it does not admit', async () => {
    const name = freshName();
    await upload(name, 'adder');
    const refused = await putPolicy(name, 'version: "1.0"\nvalidation: {requiredExports: [subtract]}\n');
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ error_code: 'POLICY_VIOLATION' });
  });
});

describe('the template default', () => {
  it('is pushed to components that bring no policy, and taken back', async () => {
    const [without, own] = [freshName(), freshName()];
    await upload(without, 'adder');
    await upload(own, 'adder');
    await putPolicy(own, 'version: "1.0"\n');
    const put = await request('/v1/policies/default', { method: 'PUT', body: 'version: "1.0"\naccess: token\n' });
    expect(put.status).toBe(200);
    expect((await call(without, 'add', { a: 1, b: 1 })).status).toBe(401);
    expect((await call(own, 'add', { a: 1, b: 1 })).status).toBe(200);
    expect(await (await request('/v1/policies')).json()).toMatchObject({ items: [{ name: 'default' }] });
    expect((await request('/v1/policies/default', { method: 'DELETE' })).status).toBe(204);
    expect((await call(without, 'add', { a: 1, b: 1 })).status).toBe(200);
    expect((await request('/v1/policies/default')).status).toBe(404);
  });
});
