/** Headers between clients and components: nothing of the platform's gets in, and nothing that is its own gets out. */
import { describe, expect, it } from 'vitest';
import { addResponseHeaders, declaredLength, requestHeaders } from '../../../src/gateway/http/headers.ts';

const ARRIVAL = { address: '192.0.2.1', scheme: 'https', host: 'skerry.test', prefix: '/http/shop', usedToken: true };
const FORWARDED = [
  ['x-forwarded-for', '192.0.2.1'],
  ['x-forwarded-proto', 'https'],
  ['x-forwarded-host', 'skerry.test'],
  ['x-forwarded-prefix', '/http/shop'],
];

describe('the headers of a request', () => {
  it('lose what is of one hop, of the edge or of the platform, and say how the request came', () => {
    const sent = new Headers([
      ['accept', 'text/plain'],
      ['authorization', 'Bearer ours'],
      ['connection', 'x'],
      ['host', 'skerry.test'],
      ['cf-connecting-ip', '192.0.2.9'],
      ['cf-ray', '1'],
      ['x-forwarded-for', '192.0.2.9'],
      ['x-forwarded-host', 'evil.test'],
      ['forwarded', 'for=1'],
      ['x-real-ip', '192.0.2.9'],
      ['x-skerry-instance', 'forged'],
      ['transfer-encoding', 'chunked'],
      ['cookie', 'a=1'],
    ]);
    expect(requestHeaders(sent, ARRIVAL)).toEqual([['accept', 'text/plain'], ...FORWARDED]);
  });

  it('keep an authorization that was not for the platform', () => {
    const sent = new Headers({ authorization: 'Bearer theirs' });
    expect(requestHeaders(sent, { ...ARRIVAL, usedToken: false })).toEqual([
      ['authorization', 'Bearer theirs'],
      ...FORWARDED,
    ]);
  });

  it('keep cookies on a host of its own only', () => {
    const sent = new Headers({ cookie: 'a=1' });
    expect(requestHeaders(sent, ARRIVAL)).toEqual(FORWARDED);
    expect(requestHeaders(sent, { ...ARRIVAL, prefix: '' })[0]).toEqual(['cookie', 'a=1']);
  });

  it('name no prefix on a host of its own, and no address that is not known', () => {
    const shown = requestHeaders(new Headers(), { ...ARRIVAL, prefix: '', address: undefined });
    expect(shown.map(([name]) => name)).toEqual(['x-forwarded-proto', 'x-forwarded-host']);
  });
});

describe('the headers of a response', () => {
  const GIVEN = [
    ['content-type', 'text/html'],
    ['X-Skerry-Error', 'FORBIDDEN'],
    ['Server-Timing', 'x'],
    ['x-request-id', 'forged'],
    ['transfer-encoding', 'chunked'],
    ['Content-Length', '3'],
    ['content-security-policy', "default-src 'self'"],
    ['Set-Cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['service-worker-allowed', '/'],
    ['Clear-Site-Data', '"*"'],
    ['strict-transport-security', 'max-age=0'],
  ] as const;

  function headersOn(isSharedHost: boolean): [string, string][] {
    const headers = new Headers({ 'x-skerry-version': 'v1' });
    addResponseHeaders(headers, GIVEN, isSharedHost);
    return [...headers];
  }

  it('are sandboxed on a shared host, beside what the component asks for', () => {
    expect(headersOn(true)).toEqual([
      ['content-security-policy', "default-src 'self', sandbox"],
      ['content-type', 'text/html'],
      ['x-skerry-version', 'v1'],
    ]);
  });

  it("are the component's on its own host, but for what the platform says", () => {
    expect(headersOn(false)).toEqual([
      ['clear-site-data', '"*"'],
      ['content-security-policy', "default-src 'self'"],
      ['content-type', 'text/html'],
      ['service-worker-allowed', '/'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['strict-transport-security', 'max-age=0'],
      ['x-skerry-version', 'v1'],
    ]);
  });

  it.each([
    [[['Content-Length', ' 12 ']], 12],
    [[['content-length', '12x']], undefined],
    [[], undefined],
  ] as const)('%j declare the length %s', (given, length) => {
    expect(declaredLength(given as readonly (readonly [string, string])[])).toBe(length);
  });
});
