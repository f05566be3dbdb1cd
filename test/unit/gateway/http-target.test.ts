/** Which component a request is for, and what it sees of the address. */
import { describe, expect, it } from 'vitest';
import { labelOfHost, rawPath, targetOfPath } from '../../../src/gateway/http/target.ts';

describe('a path below /http', () => {
  it.each([
    ['/http/shop', 'shop', '/'],
    ['/http/shop/', 'shop', '/'],
    ['/http/shop?a=1', 'shop', '/?a=1'],
    ['/http/shop/cart', 'shop', '/cart'],
    ['/http/shop/cart?q=/http/other', 'shop', '/cart?q=/http/other'],
    ['/http/shop//cart//', 'shop', '//cart//'],
    ['/http/shop/%2e%2e/%2F?x=%20', 'shop', '/%2e%2e/%2F?x=%20'],
    ['/http/shop/../../v1', 'shop', '/../../v1'],
    ['/http/', '', '/'],
  ])('%s is for %s, which sees %s', (path, component, pathWithQuery) => {
    expect(targetOfPath(path)).toEqual({ component, pathWithQuery, prefix: `/http/${component}` });
  });

  it.each(['/httpx/shop', '/http', '/call/shop/f'])('%s is none', (path) => {
    expect(targetOfPath(path)).toBeUndefined();
  });

  it.each([
    ['https://host/a/../b//%41?x=1#y', '/a/../b//%41?x=1'],
    ['https://host', '/'],
    ['http://host:81?x', '/'],
  ])('of %s stays as it was sent', (url, path) => {
    expect(rawPath(url)).toBe(path);
  });
});

describe('a host name', () => {
  it.each([
    ['shop.apps.test', 'apps.test', 'shop'],
    ['SHOP.Apps.Test', 'apps.test', 'shop'],
    ['shop.apps.test:8787', 'apps.test', 'shop'],
    ['shop.apps.test.', 'apps.test', 'shop'],
    ['shop.apps.test.:443', 'apps.test', 'shop'],
    ['shop.apps.test', '*.Apps.Test.', 'shop'],
    ['a.b.apps.test', 'apps.test', 'a.b'],
  ])('%s below %s is %s', (host, domain, label) => {
    expect(labelOfHost(host, domain)).toBe(label);
  });

  it.each([
    ['apps.test', 'apps.test'],
    ['shopapps.test', 'apps.test'],
    ['shop.apps.test.evil.com', 'apps.test'],
    ['shop.apps.test', undefined],
    ['shop.apps.test', ''],
    ['shop.apps.test', '.'],
  ])('%s is the platform where the domain is %s', (host, domain) => {
    expect(labelOfHost(host, domain)).toBeUndefined();
  });
});
