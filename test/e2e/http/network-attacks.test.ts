/** Ways around the network rules of a policy: each is refused, and recorded. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { clientOf } from '../../support/edge-client.ts';
import { allowing, denials, deploy, type SendRequest, send } from '../../support/http-client.ts';
import { httpClientComponent } from '../../support/http-client-component.ts';
import { type HttpOrigin, startOrigin } from '../../support/http-origin.ts';

const client = clientOf(inject('edge'));
const DENIED = { tag: 'HTTP-request-denied' };

let origin: HttpOrigin;
let component: Uint8Array;
/** May reach the hosts of the list below, and nothing of loopback. */
let outward: string;
/** May reach the origin alone. */
let inward: string;
/** May reach every host of the internet. */
let wide: string;

beforeAll(async () => {
  origin = await startOrigin();
  component = await httpClientComponent();
  outward = await deploy(
    client,
    component,
    allowing('https://api.example.com', 'http://api.example.com', '*.example.org'),
  );
  inward = await deploy(client, component, allowing(`http://${origin.authority}`));
  wide = await deploy(client, component, allowing('*', `*:${origin.port}`));
});

afterAll(() => origin.stop());

/** What came of a request to an authority that was refused: the error, and what is recorded of it. */
async function refused(name: string, request: SendRequest) {
  const before = (await denials(client, name)).length;
  const sent = await send(client, name, request);
  await expect.poll(async () => (await denials(client, name)).length).toBe(before + 1);
  return { error: sent.error, denial: (await denials(client, name))[0] };
}

describe('a name that looks like one that is allowed', () => {
  test.each([
    ['api.example.com.evil.com', 'api.example.com.evil.com'],
    ['evil-api.example.com', 'evil-api.example.com'],
    ['api-example.com', 'api-example.com'],
    ['example.com', 'example.com'],
    ['example.org', 'example.org'],
    ['evilexample.org', 'evilexample.org'],
    ['example.org.', 'example.org'],
    ['api.example.com:8080', 'api.example.com'],
    // A Cyrillic а, and a fullwidth dot that a URL parser turns into one.
    ['xn--pi-7kc.example.com', 'xn--pi-7kc.example.com'],
    ['api%2eexample.com.evil.com', 'api.example.com.evil.com'],
  ])('is another host: %s', async (authority, host) => {
    const { error, denial } = await refused(outward, { authority });
    expect(error).toEqual(DENIED);
    expect(denial).toContain(`http://${host}:`);
  });

  test.each(['api.example.com@evil.com', 'api.example.com:80@evil.com', 'user:secret@api.example.com'])(
    'does not hide behind user info: %s',
    async (authority) => {
      const { error, denial } = await refused(outward, { authority });
      expect(error).toEqual(DENIED);
      expect(denial).toContain('user info');
      expect(denial).not.toContain('secret');
    },
  );
});

describe('an address of this machine or of a metadata service', () => {
  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '0.0.0.0',
    '0',
    'localhost',
    'localhost.',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[fd00:ec2::254]',
    'metadata.google.internal',
    '10.0.0.1',
    '[fe80::1]',
  ])('is not open to a policy that allows every host: %s', async (address) => {
    const { error } = await refused(wide, { authority: `${address}:${origin.port}` });
    expect(error).toEqual(DENIED);
    expect(origin.seen).toEqual([]);
  });

  test('has no zone', async () => {
    const sent = await send(client, inward, { authority: `[fe80::1%25lo]:${origin.port}` });
    expect(sent.error).toEqual({ tag: 'HTTP-request-URI-invalid' });
  });
});

describe('a redirect', () => {
  test('is handed to the component, and asked for like any request', async () => {
    const away = 'http://forbidden.example.net/';
    const moved = await send(client, inward, {
      authority: origin.authority,
      path: `/redirect?to=${encodeURIComponent(away)}`,
    });
    expect(moved).toMatchObject({ status: 302, text: 'moved' });
    expect(moved.headers).toContainEqual(['location', away]);
    const { error, denial } = await refused(inward, { authority: new URL(away).host });
    expect(error).toEqual(DENIED);
    expect(denial).toBe('network http://forbidden.example.net:80: nothing allows it');
  });
});

describe('a request cannot be smuggled', () => {
  test.each([
    [['a', 'x\r\nhost: evil.example'], { tag: 'invalid-syntax' }],
    [['a', 'x\n y'], { tag: 'invalid-syntax' }],
    [['a', 'x\0y'], { tag: 'invalid-syntax' }],
    [['a ', 'x'], { tag: 'invalid-syntax' }],
    [['a:', 'x'], { tag: 'invalid-syntax' }],
    [['transfer-encoding', 'chunked'], { tag: 'forbidden' }],
    [['Host', 'evil.example'], { tag: 'forbidden' }],
    [['connection', 'x-own'], { tag: 'forbidden' }],
    [['x-skerry-request', 'x'], { tag: 'forbidden' }],
    [['cf-connecting-ip', '127.0.0.1'], { tag: 'forbidden' }],
  ] as const)('in the header %j', async (header, error) => {
    expect(await send(client, inward, { authority: origin.authority, headers: [header] })).toEqual({ header: error });
  });

  test.each(['/hello HTTP/1.1\r\nhost: evil', '//evil.example/', '/\\evil.example/', '/..//evil.example'])(
    'in the path %j',
    async (path) => {
      const before = origin.seen.length;
      await send(client, inward, { authority: origin.authority, path }).catch(() => undefined);
      // Whatever became of it, it went nowhere else, and as one request.
      expect(origin.seen.length - before).toBeLessThanOrEqual(1);
      expect(await denials(client, inward)).not.toContainEqual(expect.stringContaining('evil'));
    },
  );
});

test('a revoke binds the next request of a call that has sent many', async () => {
  let name = '';
  const revoking = await startOrigin({
    '/revoke': async (_, response) => {
      const none = await client.request('PUT', `/v1/components/${name}/policy`, { body: 'version: "1.0"\n' });
      response.writeHead(none.status).end();
    },
  });
  try {
    const { authority } = revoking;
    name = await deploy(client, component, allowing(`http://${authority}`));
    const earlier = ['/hello', '/hello', '/hello', '/revoke'].map((path) => ({ authority, path }));
    const sent = await send(client, name, { earlier, authority, path: '/hello' });
    expect(sent.earlier?.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(sent.error).toEqual(DENIED);
    expect(revoking.seen).toEqual(['/hello', '/hello', '/hello', '/revoke']);
  } finally {
    await revoking.stop();
  }
});

test('a revoke binds the next request', async () => {
  const name = await deploy(client, component, allowing(`http://${origin.authority}`));
  expect(await send(client, name, { authority: origin.authority, path: '/hello' })).toMatchObject({ text: 'hello' });
  const none = await client.request('PUT', `/v1/components/${name}/policy`, { body: 'version: "1.0"\n' });
  expect(none.status).toBe(200);
  expect(await refused(name, { authority: origin.authority, path: '/hello' })).toMatchObject({ error: DENIED });
});
