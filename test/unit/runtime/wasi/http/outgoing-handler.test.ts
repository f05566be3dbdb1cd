/** Requests on their way out: futures, bodies and timeouts, over a carrier that the test plays. */
import { expect, it, vi } from 'vitest';
import { CapabilityClient, noCapabilities, type OpenCarrier } from '../../../../../functions/runtime/capabilities.ts';
import { CallLifetime } from '../../../../../functions/runtime/lifetime.ts';
import { BODY_BUFFER_BYTES } from '../../../../../functions/runtime/limits.ts';
import { Fields } from '../../../../../functions/runtime/wasi/http/fields.ts';
import type { FutureIncomingResponse } from '../../../../../functions/runtime/wasi/http/future-response.ts';
import { IncomingBody } from '../../../../../functions/runtime/wasi/http/incoming-body.ts';
import { RequestOptions } from '../../../../../functions/runtime/wasi/http/options.ts';
import { OutgoingBody } from '../../../../../functions/runtime/wasi/http/outgoing-body.ts';
import { createOutgoingHandler } from '../../../../../functions/runtime/wasi/http/outgoing-handler.ts';
import { OutgoingRequest } from '../../../../../functions/runtime/wasi/http/outgoing-request.ts';
import type { HttpAnswer, HttpRequest, HttpRequestBody } from '../../../../../src/capability/http/contract.ts';
import { failureOf, ofCall, testContext } from '../context.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const MILLISECOND = 1_000_000n;

/** One call, and its carrier: what was sent, what was given up, and the answer that the test gives. */
function call() {
  const lifetime = new CallLifetime();
  const { promise: answered, resolve: answer } = Promise.withResolvers<HttpAnswer>();
  const sent: { request: HttpRequest; body: HttpRequestBody }[] = [];
  const carrier = {
    request: (request: HttpRequest, body: HttpRequestBody) => {
      sent.push({ request, body });
      return answered;
    },
    abort: vi.fn(async (_id: number) => undefined),
    [Symbol.dispose]: vi.fn(),
  };
  // As an RPC promise does, it stands for what it comes to. A cast: nothing here carries anything else.
  const opened = Object.assign(Promise.resolve(carrier), carrier) as unknown as ReturnType<OpenCarrier>;
  const context = testContext({ lifetime, capabilities: new CapabilityClient(noCapabilities, lifetime, () => opened) });
  const request = (entries: readonly (readonly [string, string])[] = []) => {
    const made = ofCall(
      context,
      new OutgoingRequest(Fields.fromList(entries.map(([name, value]) => [name, bytes(value)]))),
    );
    made.setAuthority('api.example.com');
    return made;
  };
  const handle = (made: OutgoingRequest, options?: RequestOptions) =>
    createOutgoingHandler(context).handle(made, options);
  return { lifetime, carrier, sent, answer, request, handle };
}

const response = (text?: string): HttpAnswer => ({
  kind: 'response',
  status: 200,
  headers: [['x-a', 'ä']],
  ...(text === undefined ? {} : { body: new Response(text).body as ReadableStream }),
});

/** The stream that a carrier was given as a body. */
function streamOf(sent: readonly { readonly body: HttpRequestBody }[]): ReadableStream<Uint8Array> {
  const body = sent[0]?.body;
  if (!(body instanceof ReadableStream)) throw new Error('no stream was sent');
  return body;
}

async function settled(future: FutureIncomingResponse) {
  await future.subscribe().block();
  return future.get();
}

it('sends a request whose body is whole as bytes, and one that is still written as a stream', async () => {
  const { request, handle, sent } = call();
  const whole = request([['content-length', '2']]);
  whole.setMethod({ tag: 'post' });
  const body = ofCall(testContext(), whole.body());
  const stream = body.write();
  stream.blockingWriteAndFlush(bytes('ab'));
  OutgoingBody.finish(body, undefined);
  handle(whole);
  expect(sent[0]).toEqual({
    request: {
      id: 1,
      method: 'POST',
      scheme: 'https',
      authority: 'api.example.com',
      path: '/',
      headers: [],
      contentLength: 2,
    },
    body: bytes('ab'),
  });
  const open = request();
  open.setMethod({ tag: 'post' });
  open.body();
  handle(open);
  expect(sent[1]?.body).toBeInstanceOf(ReadableStream);
});

it('gives the answer once', async () => {
  const { request, handle, answer } = call();
  const future = handle(request());
  expect(future.get()).toBeUndefined();
  answer(response('hello'));
  const first = await settled(future);
  if (first?.tag !== 'ok' || first.val.tag !== 'ok') throw new Error('no response');
  expect(first.val.val.status()).toBe(200);
  expect(first.val.val.headers().get('X-A')).toEqual([bytes('ä')]);
  expect(future.get()).toEqual({ tag: 'err', val: undefined });
});

it('reads a body to its end, and has no trailers behind it', async () => {
  const { request, handle, answer } = call();
  const future = handle(request());
  answer(response('hello'));
  const first = await settled(future);
  if (first?.tag !== 'ok' || first.val.tag !== 'ok') throw new Error('no response');
  const body = first.val.val.consume();
  expect(failureOf(() => (first.val.val as { consume(): unknown }).consume())).toBeUndefined();
  const stream = body.stream();
  expect(await stream.blockingRead(3n)).toEqual(bytes('hel'));
  expect(stream.read(10n)).toEqual(bytes('lo'));
  await stream.subscribe().block();
  expect(failureOf(() => stream.read(1n))).toEqual({ tag: 'closed' });
  const trailers = IncomingBody.finish(body);
  expect(trailers.get()).toEqual({ tag: 'ok', val: { tag: 'ok', val: undefined } });
  expect(trailers.get()).toEqual({ tag: 'err', val: undefined });
});

it('ends an empty body at once', async () => {
  const { request, handle, answer } = call();
  const future = handle(request());
  answer(response());
  const first = await settled(future);
  if (first?.tag !== 'ok' || first.val.tag !== 'ok') throw new Error('no response');
  const stream = first.val.val.consume().stream();
  expect(failureOf(() => stream.read(1n))).toEqual({ tag: 'closed' });
});

it('gives up a request with its future, and none that has ended', async () => {
  const one = call();
  one.handle(one.request())[Symbol.dispose]();
  expect(one.carrier.abort).toHaveBeenCalledExactlyOnceWith(1);
  const other = call();
  const future = other.handle(other.request());
  other.answer({ kind: 'failed', code: { tag: 'HTTP-request-denied' } });
  expect(await settled(future)).toEqual({ tag: 'ok', val: { tag: 'err', val: { tag: 'HTTP-request-denied' } } });
  future[Symbol.dispose]();
  expect(other.carrier.abort).not.toHaveBeenCalled();
});

it('waits no longer for a response than it was told, in the sum of both times', async () => {
  const { request, handle, carrier } = call();
  const options = new RequestOptions();
  options.setConnectTimeout(MILLISECOND);
  options.setFirstByteTimeout(MILLISECOND);
  const future = handle(request(), options);
  expect(await settled(future)).toEqual({ tag: 'ok', val: { tag: 'err', val: { tag: 'HTTP-response-timeout' } } });
  expect(carrier.abort).toHaveBeenCalledExactlyOnceWith(1);
});

it('takes as much of a body as fits, and more once some is taken', async () => {
  const { request, handle, sent } = call();
  const made = request();
  made.setMethod({ tag: 'post' });
  const body = made.body();
  handle(made);
  const stream = body.write();
  expect(stream.checkWrite()).toBe(BigInt(BODY_BUFFER_BYTES));
  stream.write(new Uint8Array(BODY_BUFFER_BYTES));
  const reader = streamOf(sent).getReader();
  const room = stream.subscribe();
  const { value } = await reader.read();
  await room.block();
  expect(value?.length).toBe(BODY_BUFFER_BYTES);
  expect(stream.checkWrite()).toBe(BigInt(BODY_BUFFER_BYTES));
});

it('never ends a body that breaks off, but gives up its request', async () => {
  const { request, handle, sent, carrier } = call();
  const made = request();
  made.setMethod({ tag: 'post' });
  const body = made.body();
  const future = handle(made);
  body.write().write(bytes(''));
  const ended = vi.fn();
  streamOf(sent).getReader().closed.then(ended, ended);
  body[Symbol.dispose]();
  expect(await settled(future)).toMatchObject({ val: { tag: 'err', val: { tag: 'internal-error' } } });
  expect(carrier.abort).toHaveBeenCalledExactlyOnceWith(1);
  expect(ended).not.toHaveBeenCalled();
});

it('refuses a body that is longer or shorter than was declared', () => {
  const { request } = call();
  const longer = request([['content-length', '5']])
    .body()
    .write();
  longer.checkWrite();
  expect(failureOf(() => longer.write(new Uint8Array(6)))).toMatchObject({ tag: 'last-operation-failed' });
  const shorter = request([['content-length', '5']]).body();
  shorter.write().blockingWriteAndFlush(new Uint8Array(4));
  const failure = failureOf(() => OutgoingBody.finish(shorter, undefined));
  expect(failure).toEqual({ tag: 'HTTP-request-body-size', val: 4n });
});

it('sends no trailers', () => {
  const { request } = call();
  const body = request().body();
  const trailers = Fields.fromList([['a', bytes('1')]]);
  expect(failureOf(() => OutgoingBody.finish(body, trailers))).toMatchObject({ tag: 'internal-error' });
});

it.each([
  ['no authority', (made: OutgoingRequest) => made.setAuthority(undefined), 'HTTP-request-URI-invalid'],
  ['another scheme', (made: OutgoingRequest) => made.setScheme({ tag: 'other', val: 'ftp' }), 'HTTP-protocol-error'],
  ['a path without /', (made: OutgoingRequest) => made.setPathWithQuery('a'), 'HTTP-request-URI-invalid'],
])('refuses a request with %s', (_, change, tag) => {
  const { request, handle, sent } = call();
  const made = request();
  change(made);
  expect(failureOf(() => handle(made))).toEqual({ tag });
  expect(sent).toEqual([]);
});

it('lets the carrier go with the call', () => {
  const { lifetime, request, handle, carrier } = call();
  handle(request());
  lifetime.end();
  expect(carrier[Symbol.dispose]).toHaveBeenCalledOnce();
});

it('says so where nobody carries anything', () => {
  const { handle } = createOutgoingHandler(testContext());
  const failure = failureOf(() => handle(new OutgoingRequest(new Fields()), undefined));
  expect(failure).toMatchObject({ tag: 'internal-error' });
});
