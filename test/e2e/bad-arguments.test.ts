/** Arguments that do not fit: refused with their path before an instance is made. */
import { describe, expect, inject, test } from 'vitest';
import { MAX_REQUEST_BYTES } from '../../src/core/limits.ts';
import { clientOf, errorOf } from '../support/edge-client.ts';

const client = clientOf(inject('edge'));

type Case = readonly [claim: string, args: unknown, names: string];

const ADDER: readonly Case[] = [
  ['not JSON', '{"a":1,', ''],
  ['an array', [1, 2], ''],
  ['a string', '"a"', ''],
  ['null', 'null', ''],
  ['a missing argument', { a: 1 }, 'b'],
  ['no arguments', {}, 'a'],
  ['an unknown argument', { a: 1, b: 2, c: 3 }, 'c'],
  ['a string for a number', { a: '1', b: 2 }, 'a'],
  ['a negative number', { a: -1, b: 2 }, 'a'],
  ['a number over the range', { a: 1, b: 4294967296 }, 'b'],
  ['a fraction', { a: 1, b: 1.5 }, 'b'],
  ['null for a number', { a: 1, b: null }, 'b'],
  ['a boolean for a number', { a: true, b: 2 }, 'a'],
  ['an inherited name', '{"a":1,"b":2,"__proto__":{}}', '__proto__'],
];

const PROCESS_TEXT: readonly Case[] = [
  ['a wrong type in a record', { text: 'x', options: { uppercase: 'yes', trim: true } }, 'options.uppercase'],
  ['a missing field', { text: 'x', options: { uppercase: true } }, 'options.trim'],
  ['an unknown field', { text: 'x', options: { uppercase: true, trim: true, bold: true } }, 'options.bold'],
  [
    'an option out of range',
    { text: 'x', options: { uppercase: true, trim: true, 'max-length': -1 } },
    'options.max-length',
  ],
  ['camel case', { text: 'x', options: { uppercase: true, trim: true, maxLength: 1 } }, 'options.maxLength'],
];

const JOIN_WORDS: readonly Case[] = [
  ['an unknown enum case', { words: [], style: 'loud' }, 'style'],
  ['a wrong list element', { words: ['a', 2], style: 'kebab' }, 'words'],
  ['a string for a list', { words: 'a', style: 'kebab' }, 'words'],
];

async function refused(name: string, fn: string, args: unknown, names: string): Promise<void> {
  const error = errorOf(await client.call(name, fn, args));
  expect(error).toMatchObject({ status: 400, error_code: 'INVALID_REQUEST' });
  expect(`${error.message} ${JSON.stringify(error.details ?? {})}`).toContain(names);
}

describe('refused with the path of what is wrong:', () => {
  test.each(ADDER)('%s', (_claim, args, names) => refused('adder', 'add', args, names));
  test.each(PROCESS_TEXT)('%s', (_claim, args, names) => refused('text-tools', 'tools#process-text', args, names));
  test.each(JOIN_WORDS)('%s', (_claim, args, names) => refused('text-tools', 'tools#join-words', args, names));
});

test('an error of the codec has details that are strings', async () => {
  const error = errorOf(await client.call('adder', 'add', { a: 'x', b: 2 }));
  for (const value of Object.values(error.details ?? {})) expect(typeof value).toBe('string');
});

test('arguments over the size limit are refused', async () => {
  const args = { name: 'x'.repeat(MAX_REQUEST_BYTES) };
  expect(errorOf(await client.call('hello', 'greet', args))).toMatchObject({ status: 413, error_code: 'TOO_LARGE' });
});

test.each([1_000, 200_000])('arguments nested %i deep are refused', async (depth) => {
  const args = `{"a":${'['.repeat(depth)}${']'.repeat(depth)},"b":2}`;
  expect(errorOf(await client.call('adder', 'add', args))).toMatchObject({
    status: 400,
    error_code: 'INVALID_REQUEST',
  });
});

test('bytes that are no UTF-8 are refused', async () => {
  const answer = await client.request('POST', '/call/hello/greet', {
    body: Uint8Array.from([...new TextEncoder().encode('{"name":"'), 0xff, 0xfe, ...new TextEncoder().encode('"}')]),
  });
  expect(errorOf(answer)).toMatchObject({ status: 400, error_code: 'INVALID_REQUEST' });
});

test('GET on a function is no call', async () => {
  expect((await client.get('/call/adder/add')).status).toBeGreaterThanOrEqual(400);
  expect((await client.get('/call/adder/add')).status).toBeLessThan(500);
});
