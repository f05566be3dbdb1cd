/** Permission strings and requests that carry them: what is read, what is refused and what is said then. */
import { describe, expect, it } from 'vitest';
import { permissionForms, readCapability, readGrantRequest, readPermission } from '../../../src/policy/index.ts';

describe('a permission string', () => {
  it.each([
    ['kv:read', { capability: 'keyvalue', rule: { bucket: '*', access: ['read'] } }],
    ['kv:delete:cache*', { capability: 'keyvalue', rule: { bucket: 'cache*', access: ['delete'] } }],
    ['http:request', { capability: 'network', rule: { kind: 'host', match: 'any', host: '*' } }],
    ['http:domain:api.example.com', { capability: 'network', rule: { match: 'exact', host: 'api.example.com' } }],
    ['http:domain:*.example.com:8443', { capability: 'network', rule: { match: 'subdomains', port: 8443 } }],
    ['http:cidr:10.0.0.0/8', { capability: 'network', rule: { kind: 'cidr', cidr: '10.0.0.0/8' } }],
    ['msg:publish:orders.*', { capability: 'messaging', rule: { topic: 'orders.*', access: ['publish'] } }],
    ['msg:subscribe:*', { capability: 'messaging', rule: { topic: '*', access: ['subscribe'] } }],
    ['fs:read:/work/**', { capability: 'storage', rule: { path: '/work/**', access: ['read'] } }],
    ['env:API_KEY', { capability: 'environment', rule: { key: 'API_KEY' } }],
    ['blob:write:reports', { capability: 'blobstore', rule: { container: 'reports', access: ['write'] } }],
    ['call:pricing', { capability: 'components', rule: { name: 'pricing', functions: ['*'] } }],
    [
      'call:pricing#demo:shop/prices#quote',
      { capability: 'components', rule: { functions: ['demo:shop/prices#quote'] } },
    ],
    ['log:write', { capability: 'logging', rule: { level: 'info' } }],
  ])('%s is a rule', (text, expected) => {
    expect(readPermission(text)).toMatchObject({ ok: true, value: { ...expected, text } });
  });

  it.each([
    ['http:domain:HTTPS://API.example.com/', 'http:domain:https://api.example.com'],
    ['http:domain:*', 'http:request'],
    ['http:domain:[2001:DB8:0::1]:8080', 'http:domain:[2001:db8::1]:8080'],
    ['http:cidr:10.1.2.3/8', 'http:cidr:10.0.0.0/8'],
    ['fs:write:work//a', 'fs:write:/work/a'],
    ['fs:write:fs://work/a', 'fs:write:/work/a'],
    ['kv:read:*', 'kv:read'],
  ])('%s is spelt %s', (text, spelling) => {
    expect(readPermission(text)).toMatchObject({ ok: true, value: { text: spelling } });
  });

  it.each([
    ['', /write one of http:request/],
    [7, /write one of/],
    ['kv', /write one of/],
    ['kv:raed', /did you mean kv:read\[:<bucket>\]\?/],
    ['kv:read:', /write kv:read/],
    ['kv:read:../x', /not a bucket name/],
    ['http:request:x', /write http:request/],
    ['http:domain', /write http:domain:<host>/],
    ['http:domain:exa mple', /host/],
    ['fs:read:/a/../b', /segment \.\./],
    ['env:SKERRY_TOKEN', /belong to the platform/],
    ['env:skerry_token', /belong to the platform/],
    ['env:*', /no wildcard/],
    ['msg:publish:', /write msg:publish:<topic>/],
    ['call:Pricing', /not a component name/],
    ['call:pricing#', /not a WIT name/],
    ['log:write:x', /write log:write/],
    ['constructor', /write one of/],
    ['env', /write env:<key>/],
    [`kv:read:${'x'.repeat(100_000)}`, /not a bucket name/],
  ])('%j is none', (text, why) => {
    const read = readPermission(text);
    expect(read.ok ? '' : read.error).toMatch(why);
    expect(read.ok ? '' : read.error.length).toBeLessThan(1_000);
  });

  it('has a form for each that the contract names', () => {
    expect(permissionForms()).toEqual([
      'http:request',
      'http:domain:<host>',
      'http:cidr:<range>',
      'fs:read:<path>',
      'fs:write:<path>',
      'env:<key>',
      'kv:read[:<bucket>]',
      'kv:write[:<bucket>]',
      'kv:delete[:<bucket>]',
      'blob:read:<container>',
      'blob:write:<container>',
      'msg:publish:<topic>',
      'msg:subscribe:<topic>',
      'call:<component>[#function]',
      'log:write',
    ]);
  });
});

describe('a grant request', () => {
  it('has each permission once, in its one spelling', () => {
    expect(readGrantRequest({ capability: 'keyvalue', permissions: ['kv:read:*', 'kv:read', 'kv:write:a'] })).toEqual({
      ok: true,
      value: { capability: 'keyvalue', permissions: ['kv:read', 'kv:write:a'] },
    });
  });

  it.each([
    [undefined, { field: 'body' }],
    [[], { field: 'body' }],
    [
      { capability: 'keyvalue', permision: [] },
      { field: 'permision', nearest: 'permissions' },
    ],
    [{ permissions: ['kv:read'] }, { field: 'capability' }],
    [
      { capability: 'keyvlaue', permissions: ['kv:read'] },
      { field: 'capability', nearest: 'keyvalue' },
    ],
    [{ capability: 'keyvalue' }, { field: 'permissions' }],
    [{ capability: 'keyvalue', permissions: [] }, { field: 'permissions' }],
    [{ capability: 'keyvalue', permissions: new Array(101).fill('kv:read') }, { field: 'permissions' }],
    [
      { capability: 'keyvalue', permissions: ['kv:read', 'kv:rite'] },
      { field: 'permissions[1]', nearest: 'kv:write[:<bucket>]' },
    ],
    [{ capability: 'keyvalue', permissions: ['env:A'] }, { field: 'permissions[0]' }],
    [
      { capability: 'environment', permissions: ['env:SKERRY_X'] },
      { field: 'permissions[0]', expected: 'env:<key>' },
    ],
    [{ capability: 'keyvalue', permissions: [null] }, { field: 'permissions[0]' }],
  ])('%j is refused with the field and what was expected', (given, details) => {
    expect(readGrantRequest(given)).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST', details } });
    expect(readGrantRequest(given)).toHaveProperty('error.details.expected');
  });

  it('names the capability that was meant', () => {
    expect(readCapability('netwrok')).toMatchObject({ ok: false, error: { details: { nearest: 'network' } } });
    expect(readCapability('logging')).toEqual({ ok: true, value: 'logging' });
  });
});
