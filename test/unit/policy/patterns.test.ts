/** Patterns have one normal form each, and bad ones are refused with a reason. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, matchesGlob, parseAddress } from '../../../src/policy/index.ts';
import { policyOf, problemsOf } from './support.ts';

const quoted = (text: string) => JSON.stringify(text);
const network = (kind: string, text: string) =>
  `permissions:\n  network:\n    allow:\n      - ${kind}: ${quoted(text)}\n`;
const refusal = (text: string) => problemsOf(text)[0];

describe('hosts', () => {
  it.each([
    ['api.example.com', { match: 'exact', host: 'api.example.com' }],
    ['API.Example.COM.', { match: 'exact', host: 'api.example.com' }],
    ['*.example.com', { match: 'subdomains', host: 'example.com' }],
    ['*', { match: 'any', host: '*' }],
    ['https://*.example.com:8443', { match: 'subdomains', host: 'example.com', scheme: 'https', port: 8443 }],
    ['https://news.example/', { match: 'exact', host: 'news.example', scheme: 'https' }],
    ['localhost:8080', { match: 'exact', host: 'localhost', port: 8080 }],
    ['127.0.0.1', { match: 'exact', host: '127.0.0.1' }],
    ['[2001:DB8:0::1]:80', { match: 'exact', host: '2001:db8::1', port: 80 }],
    ['xn--bcher-kva.example', { match: 'exact', host: 'xn--bcher-kva.example' }],
    ['my_service', { match: 'exact', host: 'my_service' }],
  ])('reads %s', (text, rule) => {
    expect(policyOf(network('host', text)).permissions.network.allow).toEqual([{ kind: 'host', ...rule }]);
  });

  it.each([
    ['*foo.com', 'whole first label'],
    ['a.*.com', 'whole first label'],
    ['*.*.example.com', 'whole first label'],
    ['**', 'whole first label'],
    ['*.', 'names no host'],
    ['', 'is not a host'],
    ['https://', 'names no host'],
    ['example.com/path', 'has a path'],
    ['https://example.com/a/b', 'has a path'],
    ['example.com?x', 'behind the name'],
    ['user@example.com', 'behind the name'],
    ['ftp://example.com', 'scheme ftp'],
    ['example.com:0', 'port'],
    ['example.com:99999', 'port'],
    ['example.com:*', 'port'],
    ['bücher.example', 'punycode'],
    ['a..b', 'empty label'],
    ['-a.example', 'no label'],
    ['a b', 'behind the name'],
    ['a\nb', 'behind the name'],
    ['127.1', 'plain form'],
    ['0x7f.0.0.1', 'plain form'],
    ['a.0x7f', 'plain form'],
    ['2130706433', 'plain form'],
    ['010.0.0.1', 'plain form'],
    ['*.10.0.0.1', 'cidr rule'],
    ['[::1', 'port'],
    ['[zz::1]', 'not an IPv6 address'],
    [`${'a'.repeat(64)}.example`, 'no label'],
    [`${'a.'.repeat(130)}b`, 'longer than 253'],
  ])('refuses %j', (text, told) => {
    const problem = refusal(network('host', text));
    expect(problem).toMatchObject({ line: 4, field: 'permissions.network.allow[0].host' });
    expect(problem?.message).toMatch(new RegExp(told));
  });
});

describe('network ranges', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.255/30', '10.1.2.252/30'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0:1::/32', '2001:db8::/32'],
    ['::/0', '::/0'],
    ['1:0:0:2::/64', '1:0:0:2::/64'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ])('reads %s as %s', (text, cidr) => {
    const family = cidr.includes(':') ? 6 : 4;
    expect(policyOf(network('cidr', text)).permissions.network.allow).toEqual([{ kind: 'cidr', family, cidr }]);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '256.0.0.0/8',
    '010.0.0.0/8',
    '::/129',
    '1::2::3/64',
    ':::/8',
    '1:2/8',
    'x/8',
    '/8',
  ])('refuses %s', (text) => {
    const problem = refusal(network('cidr', text));
    expect(problem).toMatchObject({ line: 4, field: 'permissions.network.allow[0].cidr' });
    expect(problem?.message).toContain('such as 203.0.113.0/24');
  });

  it('P1: an address keeps its bytes through its canonical text', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const sparse = fc.oneof(fc.constant(0), byte);
    const address = fc.oneof(
      fc.array(byte, { minLength: 4, maxLength: 4 }),
      fc.array(sparse, { minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(address, (bytes) => {
        expect(parseAddress(formatAddress(bytes))).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });
});

describe('names', () => {
  const one: Record<string, (text: string) => string> = {
    'storage.allow[0].uri': (text) => `storage: {allow: [{uri: ${quoted(text)}, access: [read]}]}`,
    'environment.allow[0].key': (text) => `environment: {allow: [{key: ${quoted(text)}}]}`,
    'keyvalue.allow[0].bucket': (text) => `keyvalue: {allow: [{bucket: ${quoted(text)}, access: [read]}]}`,
    'blobstore.allow[0].container': (text) => `blobstore: {allow: [{container: ${quoted(text)}, access: [read]}]}`,
    'messaging.allow[0].topic': (text) => `messaging: {allow: [{topic: ${quoted(text)}, access: [publish]}]}`,
    'components.allow[0].name': (text) => `components: {allow: [{name: ${quoted(text)}}]}`,
    'components.allow[0].functions[0]': (text) => `components: {allow: [{name: a, functions: [${quoted(text)}]}]}`,
  };
  const inDocument = (field: string, text: string) => `permissions:\n  ${one[field]?.(text)}\n`;

  it.each([
    [
      'storage.allow[0].uri',
      ['fs://work/**', 'fs:///', 'fs:///Users/me', 'fs://var/log/*.log', 'fs://$(pwd)/a', 'fs://a/*/b/**'],
    ],
    ['environment.allow[0].key', ['A', '_x9', 'path']],
    ['keyvalue.allow[0].bucket', ['cache', 'user-*', '*', 'a.b_c']],
    ['blobstore.allow[0].container', ['reports', '*']],
    ['messaging.allow[0].topic', ['orders.*', '*', 'a.*.c', 'sensors/temp']],
    ['components.allow[0].name', ['pricing', '*', 'price-*']],
    [
      'components.allow[0].functions[0]',
      ['quote', '*', 'demo:text/tools#process-text', 'demo:text/tools@1.0.0#*', '[method]a.b'],
    ],
  ])('accepts %s', (field, texts) => {
    for (const text of texts) policyOf(inDocument(field, text));
  });

  it.each([
    [
      'storage.allow[0].uri',
      [
        '',
        'work/**',
        'http://x',
        'fs://',
        'fs://a/../b',
        'fs://./a',
        'fs://a/***',
        'fs://a/**b',
        'fs://a*b*c',
        'fs://a\\b',
        'fs://a\0',
        `fs://${'a'.repeat(600)}`,
      ],
    ],
    ['environment.allow[0].key', ['', '9A', 'A-B', 'PATH_*', '*', 'SKERRY_TOKEN', 'skerry_x', 'A\n', 'Ä']],
    ['keyvalue.allow[0].bucket', ['', '-a', 'a*b', '**', 'a/b', '../x', 'a'.repeat(64)]],
    ['blobstore.allow[0].container', ['', 'a b', '*a']],
    ['messaging.allow[0].topic', ['', 'orders*', 'a..b', '.a', 'a.**', 'a b']],
    ['components.allow[0].name', ['', 'Pricing', '9a', 'a_b', '*a', 'a'.repeat(64)]],
    ['components.allow[0].functions[0]', ['', 'a b', "f'.slice(0)", 'a\n']],
  ])('refuses bad %s with its line', (field, texts) => {
    for (const text of texts) {
      expect(problemsOf(inDocument(field, text)), text).toEqual([
        expect.objectContaining({ line: 2, field: `permissions.${field}` }),
      ]);
    }
  });

  it('gives one volume path to both spellings of a URI', () => {
    for (const uri of ['fs://work//a/', 'fs:///work/a']) {
      expect(policyOf(inDocument('storage.allow[0].uri', uri)).permissions.storage.allow[0]?.path).toBe('/work/a');
    }
  });
});

describe('globs', () => {
  it('P2: agree with the regular expression they mean', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '.'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', ':', '.'), maxLength: 8 });
    fc.assert(
      fc.property(text, name, (glob, value) => {
        const escaped = glob
          .split('*')
          .map((part) => part.replaceAll('.', '\\.'))
          .join('.*');
        expect(matchesGlob(glob, value)).toBe(new RegExp(`^${escaped}$`, 's').test(value));
      }),
      { numRuns: 1_000 },
    );
  });
});
