/** Fields of `wasi:http/types`: what they hold, and what a guest may not write. */
import { expect, it } from 'vitest';
import { WasiTrap } from '../../../../../functions/runtime/wasi/failure.ts';
import { Fields, receivedFields } from '../../../../../functions/runtime/wasi/http/fields.ts';
import { MAX_FIELDS_BYTES } from '../../../../../src/core/limits.ts';
import { failureOf } from '../context.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (values: readonly Uint8Array[]) => values.map((value) => new TextDecoder().decode(value));

it('finds fields whatever their case, and keeps the order and the case they were given in', () => {
  const fields = Fields.fromList([
    ['Accept', bytes('a')],
    ['X-Other', bytes('b')],
    ['accept', bytes('c')],
  ]);
  expect(texts(fields.get('ACCEPT'))).toEqual(['a', 'c']);
  expect(fields.has('x-other')).toBe(true);
  expect(fields.entries().map(([name]) => name)).toEqual(['Accept', 'X-Other', 'accept']);
});

it('replaces and removes every value of a name', () => {
  const fields = Fields.fromList([
    ['a', bytes('1')],
    ['A', bytes('2')],
  ]);
  fields.set('a', [bytes('3')]);
  expect(texts(fields.get('A'))).toEqual(['3']);
  fields.delete('A');
  expect(fields.has('a')).toBe(false);
});

it.each([
  ['a b', 'x', 'invalid-syntax'],
  ['', 'x', 'invalid-syntax'],
  ['a', 'x\r\ny: z', 'invalid-syntax'],
  ['Host', 'example.com', 'forbidden'],
  ['a', 'x\r\n folded', 'invalid-syntax'],
  ['a', 'x\0y', 'invalid-syntax'],
  ['a:', 'x', 'invalid-syntax'],
  [' a', 'x', 'invalid-syntax'],
  ['transfer-encoding', 'chunked', 'forbidden'],
  ['Connection', 'upgrade', 'forbidden'],
  ['UPGRADE', 'websocket', 'forbidden'],
  ['TE', 'trailers', 'forbidden'],
  ['Proxy-Anything', 'x', 'forbidden'],
  ['CF-Connecting-IP', '127.0.0.1', 'forbidden'],
  ['x-forwarded-for', '127.0.0.1', 'forbidden'],
  ['X-Real-IP', '127.0.0.1', 'forbidden'],
  ['X-Skerry-Error', 'x', 'forbidden'],
])('refuses the field %j: %j as %s', (name, value, tag) => {
  expect(failureOf(() => new Fields().append(name, bytes(value)))).toEqual({ tag });
  expect(failureOf(() => new Fields().set(name, [bytes(value)]))).toEqual({ tag });
  expect(failureOf(() => Fields.fromList([[name, bytes(value)]]))).toEqual({ tag });
});

it('bounds what fields hold', () => {
  const fields = new Fields();
  expect(() => fields.append('a', new Uint8Array(MAX_FIELDS_BYTES).fill(0x61))).toThrow(WasiTrap);
});

it('reads what the host received, and changes a clone of it only', () => {
  const received = receivedFields([
    ['set-cookie', bytes('a=1')],
    ['set-cookie', bytes('b=2')],
  ]);
  expect(texts(received.get('Set-Cookie'))).toEqual(['a=1', 'b=2']);
  expect(failureOf(() => received.append('a', bytes('1')))).toEqual({ tag: 'immutable' });
  received.clone().append('a', bytes('1'));
});
