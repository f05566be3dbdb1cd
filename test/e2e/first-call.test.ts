/** The first thing a newcomer does: call what the local run has loaded. */
import { expect, inject, test } from 'vitest';
import { clientOf } from '../support/edge-client.ts';

const client = clientOf(inject('edge'));

const CALLS: readonly (readonly [
  claim: string,
  name: string,
  fn: string,
  args: unknown,
  status: number,
  result: unknown,
])[] = [
  ['hello greets', 'hello', 'greet', { name: 'world' }, 200, 'Hello, world!'],
  ['hello greets beyond ASCII', 'hello', 'greet', { name: 'Zoë 🪨' }, 200, 'Hello, Zoë 🪨!'],
  ['adder adds', 'adder', 'add', { a: 2, b: 40 }, 200, 42],
  ['adder wraps around at 2^32', 'adder', 'add', { a: 4294967295, b: 1 }, 200, 0],
  [
    'a record with an absent option',
    'text-tools',
    'demo:text/tools#process-text',
    { text: ' skerry ', options: { uppercase: true, trim: true } },
    200,
    { ok: 'SKERRY' },
  ],
  [
    'a record with an option',
    'text-tools',
    'demo:text/tools@0.1.0#process-text',
    { text: 'skerry', options: { uppercase: false, trim: false, 'max-length': 3 } },
    200,
    { ok: 'ske' },
  ],
  [
    'an err arm answers 422 in the same shape',
    'text-tools',
    'tools#process-text',
    { text: '', options: { uppercase: true, trim: true } },
    422,
    { err: { tag: 'empty' } },
  ],
  [
    'a variant with a payload',
    'text-tools',
    'tools#split',
    { text: 'a', separator: '' },
    422,
    { err: { tag: 'bad-pattern', val: 'the separator is empty' } },
  ],
  [
    'flags inside a record',
    'text-tools',
    'tools#analyse',
    { text: 'one\n2 three' },
    200,
    { characters: 11, words: 3, lines: 2, traits: ['letters', 'digits', 'multi-line'], 'longest-word': 'three' },
  ],
  [
    'no option in a record',
    'text-tools',
    'tools#analyse',
    { text: '' },
    200,
    { characters: 0, words: 0, lines: 0, traits: [], 'longest-word': null },
  ],
  [
    'a list and an enum',
    'text-tools',
    'tools#join-words',
    { words: ['Third', 'thing'], style: 'kebab' },
    200,
    'third-thing',
  ],
  [
    'a list of tuples and an option that is left out',
    'text-tools',
    'tools#count-words',
    { text: 'a b a' },
    200,
    [
      ['a', 2],
      ['b', 1],
    ],
  ],
  ['an optional argument', 'text-tools', 'tools#count-words', { text: 'a b a', limit: 1 }, 200, [['a', 2]]],
  [
    'flags as names',
    'text-tools',
    'tools#missing-traits',
    { text: 'abc', wanted: ['letters', 'digits'] },
    200,
    ['digits'],
  ],
  [
    'flags as booleans',
    'text-tools',
    'tools#missing-traits',
    { text: 'abc', wanted: { 'multi-line': true } },
    200,
    ['multi-line'],
  ],
];

test.each(CALLS)('%s', async (_claim, name, fn, args, status, result) => {
  const answer = await client.call(name, fn, args);
  expect({ status: answer.status, body: answer.json }).toEqual({ status, body: { result } });
});

test('a public component is called without a token, and the answer says what answered', async () => {
  const answer = await client.request('POST', '/call/hello/greet', {
    token: null,
    headers: { 'content-type': 'application/json' },
    body: '{"name":"world"}',
  });
  expect(answer.status).toBe(200);
  for (const header of ['x-request-id', 'x-skerry-version', 'x-skerry-instance', 'server-timing']) {
    expect(answer.headers.get(header), header).toBeTruthy();
  }
  expect(answer.headers.get('x-skerry-error')).toBeNull();
});

test('a body without a content type is read as JSON all the same', async () => {
  const answer = await client.request('POST', '/call/adder/add', { token: null, body: '{"a":1,"b":2}' });
  expect([answer.status, answer.json]).toEqual([200, { result: 3 }]);
});
