/** Decisions by example: which requests each kind of rule is about, and what the decision names. */
import { describe, expect, it } from 'vitest';
import {
  type AccessRequest,
  compileGrants,
  type Decision,
  grantsOf,
  NO_GRANTS,
  type RuntimeGrants,
} from '../../../src/policy/index.ts';
import { policyOf } from './support.ts';

/** The decision under `permissions: {…}`. */
function decided(permissions: string, request: AccessRequest, runtime?: RuntimeGrants): Decision {
  const grants = grantsOf(policyOf(`permissions: {${permissions}}`), runtime);
  // What a shard has went through JSON.
  return compileGrants(JSON.parse(JSON.stringify(grants)))(request);
}

const read = (path: string): AccessRequest => ({ capability: 'storage', path, access: 'read' });
const bucket = (name: string, access: 'read' | 'write' | 'delete' = 'read'): AccessRequest => {
  return { capability: 'keyvalue', bucket: name, access };
};

describe('decide', () => {
  it('names the rule that decided', () => {
    const rules = 'keyvalue: {allow: [{bucket: a, access: [read]}, {bucket: b*, access: [read, write]}]}';
    const deny = 'keyvalue: {allow: [{bucket: "*", access: [read]}], deny: [{bucket: x, access: [read]}]}';
    expect(decided(rules, bucket('a'))).toEqual({ allowed: true, rule: 'permissions.keyvalue.allow[0]' });
    expect(decided(rules, bucket('bc', 'write'))).toEqual({ allowed: true, rule: 'permissions.keyvalue.allow[1]' });
    expect(decided(rules, bucket('a', 'write'))).toEqual({ allowed: false, rule: 'nothing allows it' });
    expect(decided(deny, bucket('x'))).toEqual({ allowed: false, rule: 'permissions.keyvalue.deny[0]' });
  });

  it('allows nothing without grants', () => {
    expect(compileGrants(NO_GRANTS)(bucket('a')).allowed).toBe(false);
    expect(compileGrants(NO_GRANTS)({ capability: 'logging', level: 'critical' }).allowed).toBe(false);
  });

  it('adds what was granted, and lets a deny rule beat it', () => {
    const runtime = { granted: ['kv:write:a', 'http:request'], revoked: [] };
    expect(decided('', bucket('a', 'write'), runtime)).toEqual({ allowed: true, rule: 'grant kv:write:a' });
    const deny = 'keyvalue: {deny: [{bucket: "*", access: [write]}]}';
    expect(decided(deny, bucket('a', 'write'), runtime)).toEqual({
      allowed: false,
      rule: 'permissions.keyvalue.deny[0]',
    });
  });

  it('puts the allow rules of a revoked capability out of force, and only these', () => {
    const rules =
      'keyvalue: {allow: [{bucket: "*", access: [read]}]}, storage: {allow: [{uri: "fs:///", access: [read]}]}, logging: {}';
    const revoked = { granted: [], revoked: ['keyvalue', 'logging'] as const };
    expect(decided(rules, bucket('a'), revoked)).toEqual({ allowed: false, rule: 'revoked keyvalue' });
    expect(decided(rules, { capability: 'logging', level: 'error' }, revoked).rule).toBe('revoked logging');
    expect(decided(rules, read('/a'), revoked).allowed).toBe(true);
  });

  it('allows exactly what is granted after a revoke', () => {
    const rules = 'keyvalue: {allow: [{bucket: "*", access: [read, write]}]}';
    const again = { granted: ['kv:read:a'], revoked: ['keyvalue'] as const };
    expect(decided(rules, bucket('a'), again).rule).toBe('grant kv:read:a');
    expect(decided(rules, bucket('b'), again).allowed).toBe(false);
    expect(decided(rules, bucket('a', 'write'), again).allowed).toBe(false);
  });

  it('ignores a grant that this release cannot read', () => {
    expect(decided('', bucket('a'), { granted: ['kv:everything', 'kv:read:a'], revoked: [] }).allowed).toBe(true);
    expect(decided('', bucket('b'), { granted: ['kv:everything', 'kv:read:a'], revoked: [] }).allowed).toBe(false);
  });
});

describe('storage rules', () => {
  it.each([
    ['fs://work/**', '/work', true],
    ['fs://work/**', '/work/a/b/c', true],
    ['fs://work/**', '/workshop', false],
    ['fs://work/**', '/', false],
    ['fs://work/**', '/Work/a', false],
    ['fs://work', '/work', true],
    ['fs://work', '/work/a', false],
    ['fs:///', '/', true],
    ['fs:///', '/any/thing', true],
    ['fs://work/*.txt', '/work/a.txt', true],
    ['fs://work/*.txt', '/work/.txt', true],
    ['fs://work/*.txt', '/work/a/b.txt', false],
    ['fs://work/*', '/work', false],
    ['fs://a/**/z', '/a/z', true],
    ['fs://a/**/z', '/a/b/c/z', true],
    ['fs://a/**/z', '/a/b/c/z/y', false],
    ['fs://**/b/*/d/**', '/a/b/c/b/x/d', true],
    ['fs://work/**', '/work/../etc', false],
    ['fs://work/**', '/work//a', false],
    ['fs://work/**', '/work/a/', false],
    ['fs://work/**', 'work/a', false],
    ['fs://work/**', '/work/\0', false],
    ['fs://work/%2e%2e/**', '/work/%2e%2e/a', true],
    ['fs://work/**', '/work/cafe\u0301', false],
  ])('%s is about %j: %s', (uri, path, expected) => {
    expect(decided(`storage: {allow: [{uri: "${uri}", access: [read]}]}`, read(path)).allowed).toBe(expected);
  });

  it('hold for the accesses that they name', () => {
    const rules =
      'storage: {allow: [{uri: "fs:///", access: [read, write]}], deny: [{uri: "fs://ro/**", access: [write]}]}';
    expect(decided(rules, { capability: 'storage', path: '/ro/a', access: 'write' }).allowed).toBe(false);
    expect(decided(rules, read('/ro/a')).allowed).toBe(true);
  });
});

describe('name rules', () => {
  it.each([
    ['orders.*', 'orders.new', true],
    ['orders.*', 'orders', false],
    ['orders.*', 'orders.new.eu', false],
    ['*.new', 'orders.new', true],
    ['*', 'orders.new.eu', true],
    ['*', 'orders.*', false],
    ['*', '', false],
    ['*', 'a..b', false],
  ])('topic %s is about %j: %s', (topic, name, expected) => {
    const request = { capability: 'messaging', topic: name, access: 'publish' } as const;
    expect(decided(`messaging: {allow: [{topic: "${topic}", access: [publish]}]}`, request).allowed).toBe(expected);
  });

  it.each([
    ['cache', 'cache', true],
    ['cache', 'Cache', false],
    ['cache*', 'cache-2', true],
    ['cache*', 'cache', true],
    ['*', 'anything', true],
    ['*', '../other', false],
    ['*', '', false],
  ])('bucket and container %s are about %j: %s', (pattern, name, expected) => {
    expect(decided(`keyvalue: {allow: [{bucket: "${pattern}", access: [read]}]}`, bucket(name)).allowed).toBe(expected);
    const request = { capability: 'blobstore', container: name, access: 'read' } as const;
    expect(decided(`blobstore: {allow: [{container: "${pattern}", access: [read]}]}`, request).allowed).toBe(expected);
  });

  it.each([
    ['pricing', '[quote]', 'quote', true],
    ['pricing', '[quote]', 'demo:shop/prices@1.2.0#quote', true],
    ['pricing', '["prices#quote"]', 'demo:shop/prices@1.2.0#quote', true],
    ['pricing', '["demo:shop/prices#*"]', 'demo:shop/prices@1.2.0#quote', true],
    ['pricing', '["demo:shop/prices@1.2.0#quote"]', 'demo:shop/prices@1.2.0#quote', true],
    ['pricing', '["demo:shop/prices@1.3.0#quote"]', 'demo:shop/prices@1.2.0#quote', false],
    ['pricing', '[quo]', 'quote', false],
    ['pric*', '["*"]', 'quote', true],
    ['shop', '["*"]', 'quote', false],
    ['pricing', '["*"]', '', false],
  ])('component %s with %s is about %j: %s', (name, functions, fn, expected) => {
    const request = { capability: 'components', name: 'pricing', function: fn } as const;
    expect(decided(`components: {allow: [{name: "${name}", functions: ${functions}}]}`, request).allowed).toBe(
      expected,
    );
  });

  it('know environment keys letter for letter, and none of the platform', () => {
    const asks = (key: string) =>
      decided('environment: {allow: [{key: A}]}', { capability: 'environment', key }).allowed;
    expect(['A', 'a', 'AA', ''].map(asks)).toEqual([true, false, false, false]);
    const forged = { granted: ['env:SKERRY_TOKEN', 'env:skerry_x'], revoked: [] };
    expect(decided('', { capability: 'environment', key: 'SKERRY_TOKEN' }, forged).allowed).toBe(false);
    expect(decided('', { capability: 'environment', key: 'skerry_x' }, forged).allowed).toBe(false);
  });

  it('allow the level of a logging section and those above it', () => {
    const asks = (rules: string) =>
      (['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const).filter(
        (level) => decided(rules, { capability: 'logging', level }).allowed,
      );
    expect(asks('logging: {level: warn}')).toEqual(['warn', 'error', 'critical']);
    expect(asks('logging: {}')).toEqual(['info', 'warn', 'error', 'critical']);
    expect(asks('logging: {level: off}')).toEqual([]);
    expect(asks('')).toEqual([]);
    const rule = decided('logging: {level: warn}', { capability: 'logging', level: 'error' }).rule;
    expect(rule).toBe('permissions.logging.level');
  });
});
