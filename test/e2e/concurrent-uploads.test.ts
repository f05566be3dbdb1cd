/** Uploads that meet: at one name, and of the same bytes under many names. */
import { expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { exampleBytes, withNote } from '../support/examples.ts';

const client = clientOf(inject('edge'));

interface Component {
  readonly active: { readonly digest: string };
  readonly versions: readonly { readonly digest: string }[];
}

async function componentAt(name: string): Promise<Component> {
  return (await client.get(`/v1/components/${name}`)).json as Component;
}

test('the same bytes at once for one name make one version', async () => {
  const name = freshName('twin');
  const bytes = withNote(await exampleBytes('adder'), name);
  const answers = await Promise.all([client.upload(name, bytes), client.upload(name, bytes)]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 201]);
  expect((await componentAt(name)).versions).toHaveLength(1);
  expect((await client.call(name, 'add', { a: 1, b: 2 })).json).toEqual({ result: 3 });
});

test('different bytes at once for one name: each is deployed or refused as a conflict, and one is active', async () => {
  const name = freshName('rivals');
  const adder = await exampleBytes('adder');
  const answers = await Promise.all(
    Array.from({ length: 4 }, (_, index) => client.upload(name, withNote(adder, `${name} ${index}`))),
  );
  const accepted = answers.filter((answer) => answer.status === 201);
  for (const answer of answers.filter((other) => other.status !== 201)) {
    expect(errorOf(answer)).toMatchObject({ status: 409, error_code: 'CONFLICT' });
  }
  expect(accepted.length).toBeGreaterThan(0);
  const digests = accepted.map((answer) => (answer.json as { digest: string }).digest);
  const component = await componentAt(name);
  expect(digests).toContain(component.active.digest);
  expect(component.versions.map((version) => version.digest).sort()).toEqual(digests.sort());
  expect((await client.call(name, 'add', { a: 1, b: 2 })).json).toEqual({ result: 3 });
});

test('the same bytes at once under eight names: all are deployed and answer', async () => {
  const bytes = withNote(await exampleBytes('hello'), freshName('shared'));
  const names = Array.from({ length: 8 }, () => freshName('shared'));
  const answers = await Promise.all(names.map((name) => client.upload(name, bytes)));
  expect(answers.map((answer) => answer.status)).toEqual(names.map(() => 201));
  for (const name of names) {
    expect((await client.call(name, 'greet', { name })).json).toEqual({ result: `Hello, ${name}!` });
  }
});

test('the same bytes again change nothing, the bytes of an older version make it active again', async () => {
  const name = freshName('again');
  const first = withNote(await exampleBytes('adder'), `${name} first`);
  const second = withNote(await exampleBytes('adder'), `${name} second`);
  expect((await client.upload(name, first)).status).toBe(201);
  expect((await client.upload(name, first)).status).toBe(200);
  expect((await client.upload(name, second)).status).toBe(201);
  expect((await componentAt(name)).versions).toHaveLength(2);
});
