/** What can be read about a component: model, WIT, types, schemas, status, facts, lists. */
import { expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { exampleBytes, withNote } from '../support/examples.ts';

const client = clientOf(inject('edge'));

test('an upload says what was deployed', async () => {
  const name = freshName('shape');
  const answer = await client.upload(name, await exampleBytes('adder'), { version: 'blue' });
  expect([answer.status, answer.json]).toMatchObject([
    201,
    {
      name,
      version: 'blue',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      state: 'running',
      functions: ['add'],
    },
  ]);
});

test('version labels default to v1, v2', async () => {
  const name = freshName('labels');
  const adder = await exampleBytes('adder');
  const labels = [];
  for (const note of ['one', 'two']) {
    labels.push(((await client.upload(name, withNote(adder, note))).json as { version: string }).version);
  }
  expect(labels).toEqual(['v1', 'v2']);
  expect((await client.get(`/v1/components/${name}`)).json).toMatchObject({
    active: { version: 'v2' },
    versions: expect.arrayContaining([expect.objectContaining({ version: 'v1' })]),
  });
});

test('a component shows its functions with docs and types, its imports and its policy', async () => {
  const answer = await client.get('/v1/components/text-tools');
  expect(answer.json).toMatchObject({
    name: 'text-tools',
    state: 'running',
    functions: expect.arrayContaining([
      expect.objectContaining({
        name: expect.stringContaining('process-text'),
        description: 'Treats a text as the options say.',
        callable: true,
        params: [
          { name: 'text', type: expect.anything() },
          { name: 'options', type: expect.anything() },
        ],
      }),
    ]),
    imports: expect.arrayContaining([
      expect.objectContaining({ name: expect.stringMatching(/^wasi:/), provided: true }),
    ]),
    policy: { source: 'component', hash: expect.any(String) },
  });
});

test('what a toolchain exports for itself is no function of the component', async () => {
  const { functions } = (await client.get('/v1/components/hello')).json as { functions: { name: string }[] };
  expect(functions.map((item) => item.name)).toEqual(['greet']);
});

test('WIT, TypeScript and schemas name what the source names', async () => {
  const wit = await client.get('/v1/components/text-tools/wit');
  expect(wit.headers.get('content-type')).toMatch(/^text\//);
  for (const part of ['variant text-error', 'too-long(u32)', 'max-length: option<u32>', '/// Counts characters']) {
    expect(wit.text).toContain(part);
  }
  expect((await client.get('/v1/components/text-tools/types.d.ts')).text).toContain('#process-text');
  const tools = (await client.get('/v1/components/text-tools/tools')).json as { items: { inputSchema: unknown }[] };
  expect(tools.items).toHaveLength(6);
  expect(tools.items[0]).toMatchObject({ inputSchema: { type: 'object', additionalProperties: false } });
});

test('status counts calls', async () => {
  const name = freshName('counted');
  await client.upload(name, await exampleBytes('adder'));
  for (let call = 0; call < 3; call += 1) await client.call(name, 'add', { a: call, b: 1 });
  // Counters come in batches.
  await expect
    .poll(async () => (await client.get(`/v1/components/${name}/status`)).json, { timeout: 15_000, interval: 100 })
    .toMatchObject({ state: 'running', calls: { total: 3, failed: 0 } });
});

test('facts say what happened, never with what', async () => {
  const name = freshName('facts');
  await client.upload(name, await exampleBytes('hello'));
  await client.call(name, 'greet', { name: 'a-very-secret-argument' });
  const events = () => client.get(`/v1/components/${name}/events`);
  await expect
    .poll(async () => ((await events()).json as { items: { type: string }[] }).items.map((fact) => fact.type), {
      timeout: 15_000,
      interval: 100,
    })
    .toEqual(expect.arrayContaining(['ComponentLoaded', 'VersionActivated', 'FunctionCalled']));
  expect((await events()).text).not.toContain('a-very-secret-argument');
});

test('lists come in pages without gaps or repeats', async () => {
  const names = Array.from({ length: 3 }, () => freshName('paged'));
  const adder = await exampleBytes('adder');
  for (const name of names) await client.upload(name, adder);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await client.get(`/v1/components?limit=2${query}`)).json as {
      items: { name: string }[];
      next?: string;
    };
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map((item) => item.name));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(seen).toEqual(expect.arrayContaining(names));
  expect(new Set(seen).size).toBe(seen.length);
});

test.each(['limit=0', 'limit=501', 'limit=x', 'cursor=%00nonsense'])('a list with %s is refused', async (query) => {
  expect(errorOf(await client.get(`/v1/components?${query}`))).toMatchObject({
    status: 400,
    error_code: 'INVALID_REQUEST',
  });
});

test('every answer carries a request id of its own, errors and public calls included', async () => {
  const answers = [
    await client.get('/healthz'),
    await client.get('/v1/components'),
    await client.get('/v1/no-such-thing'),
    await client.request('GET', '/v1/components', { token: null }),
    await client.call('adder', 'add', { a: 1, b: 2 }),
    await client.call('adder', 'add', {}),
  ];
  const ids = answers.map((answer) => answer.headers.get('x-request-id'));
  expect(ids).not.toContain(null);
  expect(new Set(ids).size).toBe(answers.length);
});
