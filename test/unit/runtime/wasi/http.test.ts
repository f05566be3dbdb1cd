/** Fields and requests of `wasi:http/types`, up to the point where one would be sent. */
import { expect, it } from 'vitest';
import { MAX_FIELDS_BYTES } from '../../../../functions/runtime/limits.ts';
import { WasiTrap } from '../../../../functions/runtime/wasi/failure.ts';
import { Fields } from '../../../../functions/runtime/wasi/fields.ts';
import { OutgoingRequest } from '../../../../functions/runtime/wasi/http.ts';
import { failureOf } from './context.ts';

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
  ['transfer-encoding', 'chunked', 'forbidden'],
])('refuses the field %j: %j as %s', (name, value, tag) => {
  expect(failureOf(() => new Fields().append(name, bytes(value)))).toEqual({ tag });
  expect(failureOf(() => new Fields().set(name, [bytes(value)]))).toEqual({ tag });
  expect(failureOf(() => Fields.fromList([[name, bytes(value)]]))).toEqual({ tag });
});

it('bounds what fields hold', () => {
  const fields = new Fields();
  expect(() => fields.append('a', new Uint8Array(MAX_FIELDS_BYTES).fill(0x61))).toThrow(WasiTrap);
});

it("lets nobody change a request's headers, while the guest's own fields stay its own", () => {
  const own = new Fields();
  own.append('a', bytes('1'));
  const request = new OutgoingRequest(own);
  expect(failureOf(() => request.headers().delete('a'))).toEqual({ tag: 'immutable' });
  own.append('a', bytes('2'));
  expect(texts(request.headers().get('a'))).toEqual(['1']);
  request.headers().clone().append('b', bytes('3'));
});

it('gives the body once, and its stream once', () => {
  const body = new OutgoingRequest(new Fields()).body();
  body.write().blockingWriteAndFlush(bytes('ignored'));
  expect(failureOf(() => body.write())).toBeUndefined();
});

it('keeps a request line whole', () => {
  const request = new OutgoingRequest(new Fields());
  request.setPathWithQuery('/a?b=c');
  expect(failureOf(() => request.setPathWithQuery('/a HTTP/1.1\r\n'))).toBeUndefined();
  expect(failureOf(() => request.setAuthority('a b'))).toBeUndefined();
  expect(failureOf(() => request.setMethod({ tag: 'other', val: 'A B' }))).toBeUndefined();
  expect(request.pathWithQuery()).toBe('/a?b=c');
});
