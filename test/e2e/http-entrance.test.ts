/** `/http` and host names: requests for a component's handler over real connections. */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { statusOf, untilLoad, untilOutcomes } from '../support/component-status.ts';
import { type Answer, clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { httpHandlerComponent } from '../support/http-handler-component.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { watComponent } from '../support/wat-components.ts';

const edge = inject('edge');
const client = clientOf(edge);
/** To the Worker itself: wrangler's proxy asks again when a response breaks off, and drops its length. */
const direct = clientOf({ url: edge.workerUrl, token: edge.token });
const BUILD_MS = 180_000;

let handler: Uint8Array;
let name: string;

beforeAll(async () => {
  handler = await httpHandlerComponent();
  name = await deployed();
}, BUILD_MS);

async function deployed(policy = ''): Promise<string> {
  const fresh = freshName('site');
  const answer = await client.upload(fresh, handler, { policy: `version: "1.0"\n${policy}` });
  expect(answer.status, answer.text).toBe(201);
  // The first request compiles 12 MB.
  expect((await ask(fresh, '/early')).text).toBe('early');
  return fresh;
}

function ask(
  component: string,
  path: string,
  options: Parameters<typeof client.request>[2] & { method?: string } = {},
) {
  const { method = 'GET', ...rest } = options;
  return direct.request(method, `/http/${component}${path}`, { token: null, ...rest });
}

/** How an answer failed that must not pass for a whole one. */
async function howBroken(asked: Promise<Answer>): Promise<string> {
  const answer = await asked.catch(() => undefined);
  if (answer === undefined) return 'connection';
  return errorOf(answer).status === 502 ? 'crashed' : `whole: ${answer.text}`;
}

interface Shown {
  readonly method: string;
  readonly path: string;
  readonly scheme: string;
  readonly authority: string;
  readonly headers: readonly (readonly [string, string])[];
}

function shown(answer: Answer): Shown {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.json as Shown; // the handler answers so
}

describe('a request below /http', () => {
  it.each([
    ['', '/'],
    ['/', '/'],
    ['?a=1', '/?a=1'],
    ['/cart?q=%20/http/x', '/cart?q=%20/http/x'],
    ['//a//%2e%2E%2F', '//a//%2e%2E%2F'],
  ])('sees of %j the path %j', async (path, seen) => {
    const exchange = await rawExchange(edge.workerUrl, { method: 'GET', path: `/http/${name}${path}` });
    await expect.poll(() => exchange.received, { timeout: 10_000 }).toContain(`"path":${JSON.stringify(seen)}`);
    exchange.reset();
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('has the method %s', async (method) => {
    expect(shown(await ask(name, '/', { method })).method).toBe(method.toLowerCase());
  });

  it('says of the call what every answer of the data plane says', async () => {
    const { headers } = await ask(name, '/early');
    expect(headers.get('x-skerry-version')).toBe('v1');
    expect(headers.get('x-skerry-instance')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('server-timing')).toMatch(/^queue;dur=[\d.]+, call;dur=[\d.]+$/);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('shows the handler no credentials of the platform, and nothing that a client says in its name', async () => {
    const headers = {
      'cf-connecting-ip': '192.0.2.9',
      'x-skerry-instance': 'forged',
      'x-forwarded-host': 'evil.test',
      'x-own': 'kept',
    };
    const own = shown(await ask(name, '/', { headers, token: edge.tokens.read })).headers;
    const names = own.map(([each]) => each);
    expect(names).toContain('x-own');
    for (const each of ['authorization', 'x-skerry-instance', 'host', 'cf-connecting-ip']) {
      expect(names).not.toContain(each);
    }
    expect(own.filter(([each]) => each === 'x-forwarded-host').map(([, value]) => value)).not.toContain('evil.test');
    expect(own).toContainEqual(['x-forwarded-prefix', `/http/${name}`]);
  });

  it("leaves an authorization that is the component's to the component", async () => {
    for (const authorization of ['Bearer not-ours', 'Basic dXNlcjpwYXNz']) {
      const { headers } = shown(await ask(name, '/', { headers: { authorization } }));
      expect(headers).toContainEqual(['authorization', authorization]);
    }
  });

  it('needs a token where the policy says so', async () => {
    const own = await client.request('PUT', `/v1/components/${name}/policy`, { body: 'version: "1.0"\naccess: token' });
    expect(own.status).toBe(200);
    expect(errorOf(await ask(name, '/early')).status).toBe(401);
    expect(errorOf(await ask(name, '/early', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect(errorOf(await ask(name, '/early', { token: edge.tokens.read })).status).toBe(403);
    expect((await ask(name, '/early', { token: edge.tokens.invoke })).text).toBe('early');
    await client.request('PUT', `/v1/components/${name}/policy`, { body: 'version: "1.0"' });
  });

  it('of a component without a handler says so', async () => {
    const adder = freshName('adder');
    await client.upload(adder, await watComponent('adder'));
    const error = errorOf(await ask(adder, '/'));
    expect(error).toMatchObject({ status: 404, error_code: 'FUNCTION_NOT_FOUND' });
    expect(error.message).toContain('wasi:http/incoming-handler#handle');
    expect(errorOf(await ask(freshName('none'), '/')).error_code).toBe('COMPONENT_NOT_FOUND');
    expect(errorOf(await ask('Not-A-Name', '/')).error_code).toBe('INVALID_REQUEST');
  });
});

describe('streams', () => {
  it('both ways: what was sent first is answered before the last is sent', async () => {
    const path = `/http/${name}/echo`;
    const exchange = await rawExchange(edge.workerUrl, { method: 'POST', path, chunked: true });
    exchange.send('first');
    await expect.poll(() => exchange.received, { timeout: 10_000 }).toContain('first');
    exchange.send('second');
    await expect.poll(() => exchange.received, { timeout: 10_000 }).toContain('second');
    exchange.end();
    await expect.poll(() => exchange.received, { timeout: 10_000 }).toMatch(/\r\n0\r\n\r\n$/);
    exchange.reset();
  });

  it('an answer comes before a body that nobody reads', async () => {
    const path = `/http/${name}/early`;
    const exchange = await rawExchange(edge.workerUrl, { method: 'POST', path, chunked: true });
    exchange.send('begun');
    await expect.poll(() => exchange.received, { timeout: 10_000 }).toContain('early');
    await untilLoad(client, name, 0);
    exchange.reset();
  });

  it('a body of some megabytes is whole', async () => {
    const { text } = await ask(name, '/echo', { method: 'POST', body: 'x'.repeat(3_000_000) });
    expect(text).toHaveLength(3_000_000);
    expect((await ask(name, '/large?5000000')).text).toHaveLength(5_000_000);
  });

  it('end with their client: a connection that is reset ends the instance', async () => {
    const own = await deployed();
    const exchange = await rawExchange(edge.workerUrl, { method: 'GET', path: `/http/${own}/ticks` });
    await expect.poll(() => exchange.received, { timeout: 10_000 }).toMatch(/tick(?:.|\s)*tick/);
    expect((await statusOf(client, own)).instances.executing).toBe(1);
    exchange.reset();
    await untilLoad(client, own, 0);
    await untilOutcomes(client, own, { ok: 1, 'client-gone': 1 });
  });

  it('wait for a client that reads slowly, and hold little for it', async () => {
    const own = await deployed('resources: {limits: {timeout: 3s}}');
    const exchange = await rawExchange(edge.workerUrl, { method: 'GET', path: `/http/${own}/flood` });
    exchange.pause();
    await untilOutcomes(client, own, { ok: 1, timeout: 1 });
    exchange.resume();
    await exchange.closed;
    // What sockets and streams on the way hold; the handler would have sent far more than its 10 MiB in three seconds.
    expect(exchange.receivedBytes).toBeLessThan(9_000_000);
    expect(exchange.received).not.toMatch(/\r\n0\r\n\r\n$/);
  }, 60_000);
});

describe('limits', () => {
  it('of a body hold whether it is announced or not', async () => {
    const own = await deployed('resources: {limits: {requestBytes: 100Ki, responseBytes: 100Ki}}');
    const body = 'x'.repeat(102_401);
    const head = { method: 'POST', path: `/http/${own}/count` };
    const announced = await rawExchange(edge.workerUrl, { ...head, headers: { 'content-length': '102401' } });
    await expect.poll(() => announced.received, { timeout: 10_000 }).toContain('HTTP/1.1 413');
    announced.reset();
    // An answer that comes before the body's end may also end the connection while the rest is sent.
    const chunked = await rawExchange(edge.workerUrl, { ...head, chunked: true });
    chunked.send(body);
    await expect.poll(() => chunked.received, { timeout: 10_000 }).toContain('HTTP/1.1 413');
    chunked.reset();
    expect((await ask(own, '/count', { method: 'POST', body: body.slice(1) })).text).toBe('102400 closed');
    expect((await ask(own, '/large?102400')).text).toHaveLength(102_400);
    expect(await howBroken(ask(own, '/large?102401'))).toMatch(/connection|crashed/);
  });

  it('of time end a response that goes on, and its connection', async () => {
    const own = await deployed('resources: {limits: {timeout: 2s}}');
    const exchange = await rawExchange(edge.workerUrl, { method: 'GET', path: `/http/${own}/ticks` });
    await exchange.closed;
    expect(exchange.received).toContain('tick');
    expect(exchange.received).not.toMatch(/\r\n0\r\n\r\n$/);
    await untilOutcomes(client, own, { ok: 1, timeout: 1 });
  });
});

describe('an answer', () => {
  it.each([
    ['/none', 'never set its response-outparam'],
    ['/trap', 'crashed'],
    ['/err', 'configuration-error'],
  ])('that %s does not give is an error of the platform', async (path, text) => {
    const error = errorOf(await ask(name, path));
    expect(error).toMatchObject({ status: 502, error_code: 'COMPONENT_CRASHED' });
    expect(error.message).toContain(text);
  });

  it.each(['/trap-late', '/dropped', '/short', '/long'])(
    'that breaks off by %s is an error, or breaks the connection where its head is out',
    async (path) => {
      expect(await howBroken(ask(name, path))).toMatch(/connection|crashed/);
    },
  );

  it('of a declared length says so', async () => {
    // The local platform compresses for a client that lets it.
    const headers = { 'accept-encoding': 'identity' };
    const answer = await ask(name, '/exact', { headers });
    expect([answer.headers.get('content-length'), answer.text]).toEqual(['10', 'ten bytes.']);
    const head = await ask(name, '/exact', { method: 'HEAD', headers });
    expect([head.status, head.headers.get('content-length'), head.text]).toEqual([200, '10', '']);
  });

  it.each([204, 304])('with the status %d has no body', async (status) => {
    const answer = await ask(name, `/status?${status}`);
    expect([answer.status, answer.text]).toEqual([status, '']);
  });

  it.each([200, 299, 404, 418, 500, 599])('may have the status %d', async (status) => {
    expect(await ask(name, `/status?${status}`)).toMatchObject({ status, text: 'body' });
  });

  it('that imitates the platform is told apart, and is sandboxed', async () => {
    const { status, headers } = await ask(name, '/forged');
    expect(status).toBe(403);
    expect(headers.get('x-skerry-error')).toBeNull();
    expect(headers.get('x-request-id')).not.toBe('forged');
    expect(headers.get('server-timing')).not.toBe('call;dur=0');
    expect(headers.get('x-own')).toBe('kept');
    expect(headers.get('content-security-policy')).toBe("default-src 'none', sandbox");
    for (const lost of ['set-cookie', 'service-worker-allowed', 'clear-site-data'])
      expect(headers.get(lost)).toBeNull();
    expect((await ask(name, '/platform-header')).json).toEqual({ tag: 'forbidden' });
  });

  it('of 404 by a component does not count against its client', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(name, '/status?404')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  });
});

describe("a component's own host name", () => {
  async function onHost(host: string, path: string, headers: Record<string, string> = {}): Promise<string> {
    const exchange = await rawExchange(edge.workerUrl, {
      method: 'GET',
      path,
      headers: { host, connection: 'close', ...headers },
    });
    await exchange.closed;
    return exchange.received;
  }

  it.each([
    (label: string) => `${label}.apps.test`,
    (label: string) => `${label.toUpperCase()}.APPS.test:8787`,
    (label: string) => `${label}.apps.test.`,
  ])('serves its handler (%#)', async (host) => {
    const received = await onHost(host(name), '/show/v1/components?x=1');
    expect(received).toContain('HTTP/1.1 200');
    expect(received).toContain('"path":"/show/v1/components?x=1"');
    expect(received).not.toMatch(/x-forwarded-prefix/);
  });

  it.each(['/v1/components', '/healthz', '/call/adder/add', '/http/other', '/'])(
    'has nothing of the platform at %s',
    async (path) => {
      const received = await onHost(`${name}.apps.test`, path, { authorization: `Bearer ${edge.token}` });
      expect(received).toContain(`"path":"${path}"`);
      expect(received).not.toContain(edge.token);
    },
  );

  it('has no sandbox, and cookies of its own', async () => {
    const received = (await onHost(`${name}.apps.test`, '/forged')).toLowerCase();
    expect(received).toContain('set-cookie: a=1');
    expect(received).toContain('service-worker-allowed: /');
    expect(received).toContain("content-security-policy: default-src 'none'\r\n");
    expect(received).not.toContain('x-skerry-error');
  });

  it.each(['none.apps.test', 'a.b.apps.test', '-.apps.test'])('is 404 for %s', async (host) => {
    const received = await onHost(host, '/v1/components', { authorization: `Bearer ${edge.token}` });
    expect(received).toContain('HTTP/1.1 404');
    expect(received).toContain('COMPONENT_NOT_FOUND');
  });

  it.each(['apps.test', `shop.apps.test.evil.com`])('is not %s, which is the platform', async (host) => {
    expect(await onHost(host, '/healthz')).toContain('"status":"ok"');
  });
});
