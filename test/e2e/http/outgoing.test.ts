/** Requests to other hosts: what a component sends, what it gets back, and what goes wrong on the way. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { clientOf } from '../../support/edge-client.ts';
import { allowing, denials, deploy, fetched, type SendRequest, send as sendAs } from '../../support/http-client.ts';
import { httpClientComponent } from '../../support/http-client-component.ts';
import { type Echo, type HttpOrigin, startOrigin } from '../../support/http-origin.ts';

const client = clientOf(inject('edge'));
const POST = { tag: 'post' };
const MIB = 1024 * 1024;
/** Nobody listens on port 1 of loopback. */
const UNUSED = '127.0.0.1:1';

let origin: HttpOrigin;
let component: Uint8Array;
let name: string;

beforeAll(async () => {
  origin = await startOrigin();
  component = await httpClientComponent();
  name = await deploy(
    client,
    component,
    allowing(
      `http://${origin.authority}`,
      'http://no-such-host.invalid',
      `http://${UNUSED}`,
      `https://${origin.authority}`,
    ),
  );
});

afterAll(() => origin.stop());

const send = (request: Omit<SendRequest, 'authority'>) =>
  sendAs(client, name, { authority: origin.authority, ...request });

describe('a request', () => {
  test('arrives as it was put together, and its response as it was sent', async () => {
    const sent = await send({
      method: { tag: 'put' },
      path: '/echo?a=b%20c',
      headers: [
        ['X-Own', 'one'],
        ['x-own', 'zwei ü'],
        ['authorization', 'Bearer own'],
      ],
      body: ['hello ', 'there'],
    });
    expect(sent).toMatchObject({ status: 200, failure: 'closed', trailers: { tag: 'ok' } });
    expect(sent.headers).toContainEqual(['content-type', 'application/json']);
    const echo = JSON.parse(sent.text ?? '') as Echo;
    expect(echo).toMatchObject({ method: 'PUT', url: '/echo?a=b%20c', length: 11, start: 'hello there' });
    const headers = echo.rawHeaders.map((each) => each.toLowerCase());
    expect(headers).toContain('bearer own');
    expect(headers[headers.indexOf('host') + 1]).toBe(origin.authority);
    expect(headers.filter((each) => each.startsWith('x-skerry') || each.startsWith('traceparent'))).toEqual([]);
  });

  test('can be made with fetch', async () => {
    expect(await fetched(client, name, `http://${origin.authority}/hello`)).toEqual({ status: 200, body: 'hello' });
  });

  test('with a body of 4 MiB is passed on in pieces that fit into the buffer', async () => {
    const sent = await send({ method: POST, path: '/echo', body: [4 * MIB] });
    expect(JSON.parse(sent.text ?? '')).toMatchObject({ length: 4 * MIB });
    expect(Math.max(...(sent.taken ?? []))).toBeLessThanOrEqual(65_536);
  });

  test('waits for a host that does not read', async () => {
    const sent = await send({ method: POST, path: '/silent', body: [1000], waitMs: 50 });
    expect(sent).toMatchObject({ answered: false });
  });

  test('has the length that it declares', async () => {
    const exact = await send({ method: POST, path: '/echo', headers: [['content-length', '5']], body: ['12', '345'] });
    const { rawHeaders, length } = JSON.parse(exact.text ?? '') as Echo;
    expect(length).toBe(5);
    expect(rawHeaders[rawHeaders.findIndex((each) => /content-length/i.test(each)) + 1]).toBe('5');
    const long = await send({ method: POST, path: '/echo', headers: [['content-length', '5']], body: ['123456'] });
    expect(long.write).toMatchObject({ code: { tag: 'HTTP-request-body-size', val: 6 } });
    expect(long.error).toEqual({ tag: 'HTTP-request-body-size', val: 6 });
    const short = await send({ method: POST, path: '/echo', headers: [['content-length', '5']], body: ['1234'] });
    expect(short.finish).toEqual({ tag: 'HTTP-request-body-size', val: 4 });
    expect(short.error).toEqual({ tag: 'HTTP-request-body-size', val: 4 });
  });

  test('that is not finished does not pass for a whole one', async () => {
    const before = origin.broken.length;
    const sent = await send({ method: POST, path: '/echo', body: [2 * MIB], unfinished: true });
    expect(sent.error).toMatchObject({ tag: 'internal-error', val: expect.stringContaining('finished') });
    await expect.poll(() => origin.broken.slice(before)).toContain('/echo');
  });

  test('has no trailers, and says so', async () => {
    const sent = await send({ method: POST, path: '/echo', body: ['x'], trailers: [['x-after', '1']] });
    expect(sent.finish).toMatchObject({ tag: 'internal-error', val: expect.stringContaining('trailers') });
  });

  test('of a method without a body takes none', async () => {
    const sent = await send({ path: '/echo', body: ['x'] });
    expect(sent.write).toMatchObject({ code: { tag: 'HTTP-request-body-size' } });
    expect(await send({ path: '/hello', body: [] })).toMatchObject({ status: 200, text: 'hello' });
  });

  test.each([
    [{ method: { tag: 'connect' } }, 'HTTP-request-method-invalid'],
    [{ method: { tag: 'trace' } }, 'HTTP-request-method-invalid'],
    [{ path: 'no-slash' }, 'HTTP-request-URI-invalid'],
    [{ path: `/${'x'.repeat(20_000)}` }, 'HTTP-request-URI-too-long'],
    [
      {
        headers: [
          ['content-length', '1'],
          ['content-length', '2'],
        ],
      },
      'HTTP-protocol-error',
    ],
    [{ headers: [['content-length', '1']] }, 'HTTP-request-body-size'],
  ] as const)('%j cannot be sent: %s', async (request, tag) => {
    const sent = await send(request);
    expect(sent.handle ?? sent.error).toMatchObject({ tag });
  });
});

describe('a response', () => {
  test('of 20 MiB comes through a component that may hold less', async () => {
    const bytes = 20 * MIB;
    const sent = await send({ path: `/large?bytes=${bytes}` });
    expect(sent).toMatchObject({ status: 200, length: bytes, failure: 'closed' });
  });

  test('that is short and slow comes whole', async () => {
    expect(await send({ path: '/slow' })).toMatchObject({ status: 200, text: 'abcdef', failure: 'closed' });
  });

  test('keeps each cookie by itself', async () => {
    const { headers } = await send({ path: '/cookies' });
    expect(headers?.filter(([field]) => field === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    expect(headers).toContainEqual(['x-twice', '1, 2']);
  });

  test('that was packed is unpacked, and says nothing of it', async () => {
    const { headers, text } = await send({ path: '/gzip', headers: [['accept-encoding', 'gzip']] });
    expect(text).toBe('unpacked');
    expect(headers?.map(([field]) => field)).not.toContain('content-encoding');
  });

  test.each(['/cut', '/cut-chunked'])('that breaks off fails, with a code for the error: %s', async (path) => {
    expect(await send({ path })).toMatchObject({
      text: 'abc',
      failure: { code: { tag: 'connection-terminated' } },
      trailers: { tag: 'err', val: { tag: 'connection-terminated' } },
    });
  });

  test('is had once', async () => {
    expect(await send({ path: '/hello', again: true })).toMatchObject({ again: { tag: 'err' }, text: 'hello' });
  });

  test('that is left when the call ends is given up, and its connection with it', async () => {
    const before = origin.broken.length;
    expect(await send({ path: '/endless', leave: true })).toMatchObject({ status: 200 });
    await expect.poll(() => origin.broken.slice(before)).toEqual(['/endless']);
  });

  test('that nobody reads to its end is given up, and its connection with it', async () => {
    const before = origin.broken.length;
    expect(await send({ path: '/endless', stopAfter: 100_000 })).toMatchObject({
      status: 200,
      trailers: { tag: 'ok' },
    });
    await expect.poll(() => origin.broken.slice(before)).toEqual(['/endless']);
  });
});

describe('a request that comes to nothing', () => {
  test('is over when its host says nothing for too long', async () => {
    const before = origin.broken.length;
    expect(await send({ path: '/silent', firstByteMs: 50 })).toEqual({ error: { tag: 'HTTP-response-timeout' } });
    await expect.poll(() => origin.broken.slice(before)).toEqual(['/silent']);
  });

  test('is over when its host pauses for too long', async () => {
    expect(await send({ path: '/stalled', betweenBytesMs: 50 })).toMatchObject({
      text: 'abc',
      failure: { code: { tag: 'connection-read-timeout' } },
    });
  });

  test('says that nobody listens there', async () => {
    const sent = await sendAs(client, name, { authority: UNUSED, path: '/' });
    expect(sent.error).toEqual({ tag: 'destination-unavailable' });
  });

  test('says that its host does not speak TLS', async () => {
    const sent = await sendAs(client, name, { authority: origin.authority, scheme: 'HTTPS' });
    expect(sent.error).toEqual({ tag: 'TLS-protocol-error' });
  });

  test('says that there is no such name', async () => {
    const sent = await sendAs(client, name, { authority: 'no-such-host.invalid' });
    expect(sent.error).toMatchObject({ tag: 'DNS-error' });
  });
});

describe('the budget of a call', () => {
  test('counts requests, refuses the one that is too many, and records that', async () => {
    const policy = `${allowing(`http://${origin.authority}`)}resources: {limits: {subrequests: 0}}\n`;
    const poor = await deploy(client, component, policy);
    const sent = await sendAs(client, poor, { authority: origin.authority, path: '/hello' });
    expect(sent.error).toEqual({ tag: 'internal-error', val: 'the call has made its 0 requests to other hosts' });
    await expect.poll(() => denials(client, poor)).toEqual(['subrequests 0: resources.limits.subrequests']);
  });
});
