/** Requests for a component's HTTP handler: what it sees, what becomes of its answer, and how each way to end ends. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runCall } from '../../../../functions/runtime/call.ts';
import type { Guest } from '../../../../functions/runtime/guest.ts';
import type { CallRequest } from '../../../../src/isolate/protocol.ts';
import type { AnswerBody, HttpTask, ResponseHead } from '../../../../src/isolate/tasks.ts';
import { httpHandlerComponent } from '../../../support/http-handler-component.ts';
import { runnable } from '../../../support/run-component.ts';
import { request } from '../components.ts';

let handler: Guest;

beforeAll(async () => {
  handler = await runnable(await httpHandlerComponent());
}, 120_000);

type Sent = Partial<Omit<HttpTask, 'head'>> & Partial<HttpTask['head']>;

function requestOf(path: string, sent: Sent = {}, overrides: Partial<CallRequest> = {}): CallRequest {
  const { body, maxBodyBytes = 1_000_000, method = 'GET', headers = [] } = sent;
  const head = { method, pathWithQuery: path, scheme: 'https', authority: 'shop.test', headers } as const;
  const task: HttpTask = { kind: 'http', head, maxBodyBytes, ...(body === undefined ? {} : { body }) };
  const limits = { fuel: 20_000_000_000, timeoutMs: 20_000, maxResponseBytes: 1_000_000 };
  return { ...request(''), task, ...limits, ...overrides };
}

/** A client: takes the answer as a gateway does. */
function client({ reads = true } = {}) {
  const begun = Promise.withResolvers<{ readonly head: ResponseHead; readonly body: AnswerBody }>();
  const bytes: number[] = [];
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const read = async (): Promise<void> => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) bytes.push(...part.value);
  };
  return {
    head: async () => (await begun.promise).head,
    get text() {
      return new TextDecoder().decode(Uint8Array.from(bytes));
    },
    get length() {
      return bytes.length;
    },
    read: () => reader?.read(),
    leave: () => reader?.cancel(),
    respond: async (head: ResponseHead, body: AnswerBody): Promise<boolean> => {
      if (body instanceof ReadableStream) reader = body.getReader();
      else if (body !== undefined) bytes.push(...body);
      begun.resolve({ head, body });
      if (!reads) return new Promise(() => undefined);
      return read().then(
        () => true,
        () => false,
      );
    },
  };
}

async function ask(path: string, sent: Sent = {}, overrides: Partial<CallRequest> = {}) {
  const along = client();
  const { outcome } = await runCall(handler, requestOf(path, sent, overrides), { respond: along.respond });
  return { outcome, text: along.text, head: along.head };
}

function streamOf(...chunks: readonly (string | Promise<string>)[]): ReadableStream<Uint8Array> {
  const rest = [...chunks];
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const next = rest.shift();
      if (next !== undefined) return controller.enqueue(new TextEncoder().encode(await next));
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

describe('a request', () => {
  it.each(['GET', 'POST', 'DELETE', 'PURGE'])('is shown to the handler, with the method %s', async (method) => {
    const headers = [
      ['accept', 'text/plain'],
      ['x-a', 'ä'],
    ] as const;
    const { outcome, text, head } = await ask('/show//a%2Fb/../c?x=%20&y', { method, headers });
    expect(outcome).toMatchObject({ kind: 'responded' });
    expect(await head()).toMatchObject({ status: 200, headers: [['content-type', 'application/json']] });
    expect(JSON.parse(text)).toEqual({
      method: method === 'PURGE' ? 'PURGE' : method.toLowerCase(),
      path: '/show//a%2Fb/../c?x=%20&y',
      scheme: 'HTTPS',
      authority: 'shop.test',
      headers,
    });
  });

  it('is read as it comes, and answered before it has ended', async () => {
    const { promise: later, resolve } = Promise.withResolvers<string>();
    const along = client();
    const body = streamOf('first ', later);
    const running = runCall(handler, requestOf('/echo', { body, method: 'POST' }), { respond: along.respond });
    await expect.poll(() => along.text, { timeout: 10_000 }).toBe('first ');
    resolve('second');
    expect((await running).outcome).toMatchObject({ kind: 'responded' });
    expect(along.text).toBe('first second');
  });

  it('with a body that is too large is refused, as long as nothing was answered', async () => {
    const sent = { body: streamOf('12345', '67890'), maxBodyBytes: 9, method: 'POST' };
    const { outcome } = await ask('/count', sent);
    expect(outcome).toMatchObject({ kind: 'crashed', reason: 'too-large', text: expect.stringContaining('9 bytes') });
    expect((await ask('/count', { ...sent, body: streamOf('12345', '6789') })).text).toBe('9 closed');
  });

  it('with a body that is too large fails for a handler that has begun to answer', async () => {
    const { outcome, text } = await ask('/echo', { body: streamOf('12345', '67890'), maxBodyBytes: 9, method: 'POST' });
    expect([outcome.kind, text]).toEqual(['responded', '12345HTTP-request-body-size']);
  });

  it('may be answered without its body', async () => {
    const { outcome, text } = await ask('/early', { body: streamOf(new Promise(() => undefined)), method: 'POST' });
    expect([outcome.kind, text]).toEqual(['responded', 'early']);
  });
});

describe('a response', () => {
  it.each([
    ['none', { kind: 'crashed', reason: 'trap', text: expect.stringContaining('never set its response-outparam') }],
    ['trap', { kind: 'crashed', reason: 'trap' }],
    ['err', { kind: 'failed', error: 'configuration-error' }],
  ])('that the path %s does not give is an end', async (path, ending) => {
    const along = client();
    const { outcome } = await runCall(handler, requestOf(`/${path}`), { respond: along.respond });
    expect(outcome).toMatchObject(ending);
  });

  it.each([
    ['trap-late', 'trap'],
    ['dropped', 'trap'],
    ['short', 'trap'],
    ['long', 'trap'],
    ['trailers', 'trap'],
  ])('that breaks off by the path %s never comes to its end', async (path, reason) => {
    const along = client();
    let ended = false;
    const respond = async (head: ResponseHead, body: AnswerBody): Promise<boolean> => {
      ended = await along.respond(head, body);
      return ended;
    };
    const { outcome } = await runCall(handler, requestOf(`/${path}`), { respond });
    expect(outcome).toMatchObject({ kind: 'crashed', reason });
    await new Promise(setImmediate);
    expect([await along.head(), ended]).toMatchObject([{ status: 200 }, false]);
  });

  it('of the declared length is whole', async () => {
    expect(await ask('/exact')).toMatchObject({ outcome: { kind: 'responded' }, text: 'ten bytes.' });
  });

  it.each([
    ['HEAD', '/exact'],
    ['GET', '/status?204'],
    ['GET', '/status?304'],
  ])('to %s %s has no body, whatever the handler writes', async (method, path) => {
    const { outcome, text } = await ask(path, { method });
    expect([outcome.kind, text]).toEqual(['responded', '']);
  });

  it('may be as large as the limit, and no larger', async () => {
    expect((await ask('/large?1000000')).text).toHaveLength(1_000_000);
    const along = client();
    const { outcome } = await runCall(handler, requestOf('/large?1000001'), { respond: along.respond });
    expect(outcome).toMatchObject({ kind: 'crashed' });
    expect(along.length).toBeLessThan(1_000_001);
  });

  it('is not held: a handler waits for a client that does not read', async () => {
    const along = client({ reads: false });
    const limits = { timeoutMs: 1_000, maxResponseBytes: 50_000_000 };
    const { outcome } = await runCall(handler, requestOf('/flood', {}, limits), { respond: along.respond });
    expect(outcome).toMatchObject({ kind: 'timeout', of: 'wall' });
  });

  it('fails for its handler when the client is gone', async () => {
    const along = client({ reads: false });
    const running = runCall(handler, requestOf('/flood', {}, { maxResponseBytes: 50_000_000 }), {
      respond: (head, body) => {
        void along.respond(head, body);
        return along.leave()?.then(() => false) ?? Promise.resolve(true);
      },
    });
    expect((await running).outcome).toMatchObject({ kind: 'aborted', reason: 'client-gone' });
  });

  it('leaves an instance that serves the next request', async () => {
    await ask('/early');
    expect((await ask('/early')).outcome.reuse).toBe('restored');
  });
});
