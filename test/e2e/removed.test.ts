/** What is left of a component that was removed: nothing to call, nothing to read, a free name. */
import { expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { exampleBytes } from '../support/examples.ts';

const client = clientOf(inject('edge'));

test('a removed component is not found anywhere, and its name can be used again', async () => {
  const name = freshName('removed');
  const adder = await exampleBytes('adder');
  expect((await client.upload(name, adder)).status).toBe(201);
  expect((await client.call(name, 'add', { a: 1, b: 2 })).status).toBe(200);
  expect((await client.remove(name)).status).toBe(204);

  const gone = [
    await client.call(name, 'add', { a: 1, b: 2 }),
    await client.get(`/v1/components/${name}`),
    await client.get(`/v1/components/${name}/wit`),
    await client.get(`/v1/components/${name}/policy`),
    await client.remove(name),
  ];
  for (const answer of gone) expect(errorOf(answer)).toMatchObject({ status: 404, error_code: 'COMPONENT_NOT_FOUND' });
  const list = (await client.get('/v1/components?limit=500')).json as { items: { name: string }[] };
  expect(list.items.map((item) => item.name)).not.toContain(name);

  expect((await client.upload(name, adder)).status).toBe(201);
  expect((await client.call(name, 'add', { a: 1, b: 2 })).json).toEqual({ result: 3 });
});

test('a component that shares its bytes with a removed one goes on answering', async () => {
  const [kept, removed] = [freshName('kept'), freshName('removed')];
  const adder = await exampleBytes('adder');
  await client.upload(kept, adder);
  await client.upload(removed, adder);
  expect((await client.request('DELETE', `/v1/components/${removed}?purge=true`)).status).toBe(204);
  expect((await client.call(kept, 'add', { a: 1, b: 2 })).json).toEqual({ result: 3 });
});
