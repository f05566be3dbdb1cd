/** Names that are not names: component names in addresses, nearest names in errors. */
import { expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { exampleBytes } from '../support/examples.ts';

const client = clientOf(inject('edge'));

const BAD_NAMES = [
  'Adder',
  '1adder',
  '-adder',
  'a_b',
  'a.b',
  'a%20b',
  'a%2Fb',
  '%2e%2e%2fadder',
  'a%00',
  'ä',
  'a'.repeat(64),
];

test.each(BAD_NAMES)('"%s" is refused as a component name', async (name) => {
  const component = await exampleBytes('adder');
  for (const answer of [
    await client.upload(name, component),
    await client.get(`/v1/components/${name}`),
    await client.request('POST', `/call/${name}/add`, { body: '{"a":1,"b":2}' }),
  ]) {
    expect(errorOf(answer)).toMatchObject({ status: 400, error_code: 'INVALID_REQUEST' });
  }
});

test('the longest name is a name', async () => {
  const name = freshName('long').padEnd(63, 'x');
  expect((await client.upload(name, await exampleBytes('adder'))).status).toBe(201);
  expect((await client.call(name, 'add', { a: 1, b: 2 })).status).toBe(200);
});

test.each(['constructor', 'then', 'prototype', 'to-string'])('"%s" is a name like any other', async (name) => {
  expect(errorOf(await client.call(name, 'add', {}))).toMatchObject({ error_code: 'COMPONENT_NOT_FOUND' });
  expect((await client.upload(name, await exampleBytes('adder'))).status).toBe(201);
  expect((await client.call(name, 'add', { a: 1, b: 2 })).json).toEqual({ result: 3 });
  expect((await client.remove(name)).status).toBe(204);
});

const UNKNOWN_FUNCTIONS: readonly (readonly [name: string, fn: string, nearest: string])[] = [
  ['adder', 'ad', 'add'],
  ['adder', 'Add', 'add'],
  ['text-tools', 'tools#proces-text', 'process-text'],
  ['text-tools', 'demo:text/tools@9.9.9#process-text', 'process-text'],
];

test.each(UNKNOWN_FUNCTIONS)('%s has no function "%s", and the error names "%s"', async (name, fn, nearest) => {
  const error = errorOf(await client.call(name, fn, {}));
  expect(error).toMatchObject({ status: 404, error_code: 'FUNCTION_NOT_FOUND' });
  expect(JSON.stringify(error.details)).toContain(nearest);
});

test.each(['constructor', 'then', '__proto__', 'init', 'toString', '%00', 'a'.repeat(2000)])(
  'function "%s", which the component does not export, is not found',
  async (fn) => {
    expect(errorOf(await client.call('hello', fn, {}))).toMatchObject({
      status: 404,
      error_code: 'FUNCTION_NOT_FOUND',
    });
  },
);
