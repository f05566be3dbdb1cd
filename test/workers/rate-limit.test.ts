/** Who is told to wait: strangers that guess, and tokens that upload too often. A valid token is never locked out. */
import { describe, expect, it } from 'vitest';
import type { Bindings } from '../../durable/shared/bindings.ts';
import { createGateway } from '../../src/gateway/app.ts';
import { bindings, freshName, TOKEN } from '../support/gateway-client.ts';

const LIMIT = 3;

/** A binding that counts as the platform's does, but to three and without a window. */
class Counter implements RateLimit {
  readonly seen = new Map<string, number>();

  async limit({ key }: RateLimitOptions): Promise<RateLimitOutcome> {
    const count = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, count);
    return { success: count <= LIMIT };
  }
}

interface Client {
  readonly clients: Counter;
  readonly uploads: Counter;
  get(path: string, authorization?: string): Promise<Response>;
  call(authorization?: string): Promise<Response>;
  upload(authorization: string): Promise<Response>;
}

/** A client of a gateway of its own, at an address that no other test uses. */
function client(): Client {
  const clients = new Counter();
  const uploads = new Counter();
  const env: Bindings = { ...bindings, CLIENT_LIMIT: clients, UPLOAD_LIMIT: uploads };
  const address = crypto.randomUUID();
  const gateway = createGateway();
  // Uploads finish what they began behind the answer.
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  const send = async (path: string, init: RequestInit, authorization: string | undefined): Promise<Response> => {
    const headers = { 'cf-connecting-ip': address, ...(authorization === undefined ? {} : { authorization }) };
    return gateway.request(path, { ...init, headers }, env, context);
  };
  return {
    clients,
    uploads,
    get: (path, authorization) => send(path, {}, authorization),
    call: (authorization) => send(`/call/${freshName('ghost')}/f`, { method: 'POST', body: '{}' }, authorization),
    upload: (authorization) => send(`/v1/components/${freshName()}`, { method: 'PUT', body: 'x' }, authorization),
  };
}

async function statuses(count: number, send: () => Promise<Response>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let round = 0; round < count; round += 1) found.push((await send()).status);
  return found;
}

async function expectLimited(answer: Response): Promise<void> {
  expect(answer.status).toBe(429);
  expect(await answer.json()).toMatchObject({ error_code: 'RATE_LIMITED' });
  const wait = Number(answer.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
}

const VALID = `Bearer ${TOKEN}`;
const WRONG = 'Bearer wrong';

describe('a stranger', () => {
  it.each([
    ['calls of made-up names', 404, (from: Client) => from.call()],
    ['made-up addresses', 404, (from: Client) => from.get('/nowhere')],
    ['failed tokens', 401, (from: Client) => from.get('/v1/components', WRONG)],
    ['failed tokens on calls', 401, (from: Client) => from.call(WRONG)],
  ])('is told to wait after %s', async (_what, status, send) => {
    const stranger = client();
    expect(await statuses(LIMIT, () => send(stranger))).toEqual(Array.from({ length: LIMIT }, () => status));
    await expectLimited(await send(stranger));
  });

  it('that has to wait costs neither an object nor a count', async () => {
    const stranger = client();
    await statuses(LIMIT + 1, () => stranger.call());
    const counted = [...stranger.clients.seen.values()];
    await expectLimited(await stranger.call());
    await expectLimited(await stranger.call(WRONG));
    await expectLimited(await stranger.get('/v1/components', WRONG));
    expect([...stranger.clients.seen.values()]).toEqual(counted);
  });

  it('is not made to wait by another address', async () => {
    await statuses(LIMIT + 1, client().call);
    expect((await client().call()).status).toBe(404);
  });

  it('with credentials of another scheme is anonymous, not a failed token', async () => {
    const proxied = client();
    const basic = 'Basic dXNlcjpwYXNz';
    expect((await proxied.call(basic)).status).toBe(404);
    expect(proxied.clients.seen.size).toBe(1);
    const refused = await proxied.get('/v1/components', basic);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ message: expect.stringContaining('needs a bearer token') });
    expect([...proxied.clients.seen.values()]).toEqual([1]);
  });

  it.each(['Bearer', 'Bearer ', 'bearer a b', 'Bearer \u00e9'])(
    'with the credentials %j has a failed token',
    async (sent) => {
      const stranger = client();
      expect((await stranger.call(sent)).status).toBe(401);
      expect([...stranger.clients.seen.values()]).toEqual([1]);
    },
  );
});

describe('a valid token', () => {
  it('is let in at an address that has to wait', async () => {
    const shared = client();
    await statuses(LIMIT + 1, () => shared.get('/v1/components', WRONG));
    await expectLimited(await shared.call());
    expect((await shared.call(VALID)).status).toBe(404);
    expect((await shared.get('/v1/components', VALID)).status).toBe(200);
  });

  it('may look for what is not there, and its address does not pay for it', async () => {
    const shared = client();
    const missing = () => shared.get(`/v1/components/${freshName('ghost')}`, VALID);
    expect(new Set(await statuses(2 * LIMIT, missing))).toEqual(new Set([404]));
    expect(new Set(await statuses(2 * LIMIT, () => shared.call(VALID)))).toEqual(new Set([404]));
    expect(shared.clients.seen.size).toBe(0);
    expect((await shared.call()).status).toBe(404);
  });

  it('that uploads too often is told to wait, and may go on reading', async () => {
    const uploader = client();
    // Refused uploads count too: they cost as much.
    expect(await statuses(LIMIT, () => uploader.upload(VALID))).toEqual(Array.from({ length: LIMIT }, () => 400));
    await expectLimited(await uploader.upload(VALID));
    expect([...uploader.uploads.seen.keys()]).toEqual(['test']);
    expect((await uploader.get('/v1/components', VALID)).status).toBe(200);
  });
});
