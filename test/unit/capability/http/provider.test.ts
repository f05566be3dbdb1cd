/** Whether a request may be sent, and to where: decided on the URL that is fetched. */
import { describe, expect, it } from 'vitest';
import { httpProvider } from '../../../../src/capability/http/provider.ts';
import { readRequest } from '../../../../src/capability/http/read-request.ts';
import { urlOf } from '../../../../src/capability/http/sender.ts';
import type { Denial } from '../../../../src/capability/provider.ts';
import type { AccessRequest } from '../../../../src/policy/access.ts';

/** Asks the provider; everything is allowed, `budget` times. */
async function admit(input: unknown, budget = 1) {
  const asked: AccessRequest[] = [];
  const refused: Denial[] = [];
  const answer = await httpProvider().invoke({
    operation: 'request',
    input,
    caller: { component: 'c', version: 'v1', instance: 'i', request: 'r' },
    allow: (request) => {
      asked.push(request);
      return { allowed: true, rule: 'all' };
    },
    refuse: (denial) => {
      refused.push(denial);
      return { allowed: false, rule: denial.rule };
    },
    subrequest: () => ({ allowed: budget > 0, rule: 'the budget' }),
  } as Parameters<ReturnType<typeof httpProvider>['invoke']>[0]); // what this provider uses of it
  return { answer, asked, refused };
}

describe('the provider', () => {
  it.each([
    ['API.Example.com', 'api.example.com', 'http://api.example.com'],
    ['api.example.com.', 'api.example.com', 'http://api.example.com.'],
    ['2130706433', '127.0.0.1', 'http://127.0.0.1'],
    ['0x7f.1', '127.0.0.1', 'http://127.0.0.1'],
    ['[::FFFF:127.0.0.1]:80', '127.0.0.1', 'http://[::ffff:7f00:1]'],
    ['ex%61mple.com', 'example.com', 'http://example.com'],
  ])('asks for the host that is fetched: %s', async (authority, host, origin) => {
    const { answer, asked } = await admit({ scheme: 'http', authority });
    expect(asked).toEqual([{ capability: 'network', scheme: 'http', host, port: 80 }]);
    expect(answer).toEqual({ kind: 'done', value: { origin } });
  });

  it('refuses user info, and records none of it', async () => {
    const { answer, asked, refused } = await admit({ scheme: 'https', authority: 'user:secret@api.example.com' });
    expect(answer).toMatchObject({ kind: 'refused', reason: 'denied' });
    expect(asked).toEqual([]);
    expect(refused).toMatchObject([{ capability: 'network', resource: 'https://api.example.com' }]);
  });

  it('counts after it has asked', async () => {
    const { answer } = await admit({ scheme: 'http', authority: 'a.example' }, 0);
    expect(answer).toEqual({ kind: 'refused', reason: 'exhausted', message: 'the budget' });
  });

  it.each(['', 'a/b', 'a\\b', 'a?b', 'a#b', 'a b', 'a\nb', '[::1', '[fe80::1%25eth0]', 'a:99999', 'x'.repeat(600)])(
    'takes no authority that is none: %j',
    async (authority) => {
      expect((await admit({ scheme: 'http', authority })).answer).toMatchObject({ kind: 'refused', reason: 'invalid' });
    },
  );

  it.each([undefined, {}, { scheme: 'ftp', authority: 'a' }, { scheme: 'http', authority: 'a', more: 1 }])(
    'takes nothing else: %j',
    async (input) => {
      expect((await admit(input)).answer).toMatchObject({ kind: 'refused', reason: 'invalid' });
    },
  );
});

describe('a path', () => {
  it.each(['//evil.example/', '/\\evil.example', '/@evil.example', '/../../x', '/a?b=//evil#c'])(
    'leads nowhere else: %s',
    (path) => {
      expect(urlOf('https://api.example.com', path)?.origin).toBe('https://api.example.com');
    },
  );

  it.each(['@evil.example/', ':80/', '.evil.example/', 'x'])('that is none makes no URL: %s', (path) => {
    expect(urlOf('https://api.example.com', path)).toBeUndefined();
  });
});

describe('a request of an isolate', () => {
  const REQUEST = { id: 1, method: 'GET', scheme: 'http', authority: 'a', path: '/', headers: [['x-a', 'b']] };

  it('is read', () => {
    expect(readRequest(REQUEST)).toEqual(REQUEST);
  });

  it.each([
    { headers: [['host', 'evil.example']] },
    { headers: [['content-length', '5']] },
    { headers: [['Transfer-Encoding', 'chunked']] },
    { headers: [['x-skerry-error', 'x']] },
    { headers: [['a', 'b\r\nc: d']] },
    { headers: [['a\r\nb', 'c']] },
    { headers: [['a']] },
    { headers: 'a' },
    { method: 'GET /\r\n' },
    { scheme: 'file' },
    { path: 'evil' },
    { contentLength: -1 },
    { id: 1.5 },
    { cf: {} },
  ])('is none with %j', (change) => {
    expect(readRequest({ ...REQUEST, ...change })).toBeUndefined();
  });
});
