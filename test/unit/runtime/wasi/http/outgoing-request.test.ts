/** Requests of `wasi:http/types`, up to the point where one is sent. */
import { expect, it } from 'vitest';
import { Fields } from '../../../../../functions/runtime/wasi/http/fields.ts';
import { OutgoingRequest } from '../../../../../functions/runtime/wasi/http/outgoing-request.ts';
import { failureOf, ofCall, testContext } from '../context.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (values: readonly Uint8Array[]) => values.map((value) => new TextDecoder().decode(value));

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
  const request = ofCall(testContext(), new OutgoingRequest(new Fields()));
  const body = request.body();
  body.write().write(bytes(''));
  expect(failureOf(() => body.write())).toBeUndefined();
  expect(failureOf(() => request.body())).toBeUndefined();
});

it('keeps a request line whole', () => {
  const request = new OutgoingRequest(new Fields());
  request.setPathWithQuery('/a?b=c');
  expect(failureOf(() => request.setPathWithQuery('/a HTTP/1.1\r\n'))).toBeUndefined();
  expect(failureOf(() => request.setAuthority('a b'))).toBeUndefined();
  expect(failureOf(() => request.setMethod({ tag: 'other', val: 'A B' }))).toBeUndefined();
  expect(request.pathWithQuery()).toBe('/a?b=c');
});
