/** Every wrong document is refused with the line, the field and what to do. */

import { describe, expect, it } from 'vitest';
import { toFailure } from '../../../src/policy/index.ts';
import { policyOf, problemsOf } from './support.ts';

describe('unknown keys', () => {
  it.each([
    ['permisions: {}', 'permisions', 'did you mean `permissions`?'],
    ['permissions:\n  netwerk: {}', 'permissions.netwerk', 'did you mean `network`?'],
    ['resources:\n  limits:\n    memroy: 1Mi', 'resources.limits.memroy', 'did you mean `memory`?'],
    ['resources:\n  pool: {shard: 1}', 'resources.pool.shard', 'did you mean `shards`?'],
    ['permissions:\n  network:\n    allow:\n      - hosts: a.b', 'permissions.network.allow[0].hosts', '`host`?'],
    ['health: {zzz: 1}', 'health.zzz', 'known here are export, intervalSeconds'],
    ['constructor: 1', 'constructor', 'unknown key'],
    ['toString: 1', 'toString', 'unknown key'],
    ['__proto__: {access: token}', '__proto__', 'unknown key'],
    ['<<: {access: token}', '<<', 'unknown key'],
  ])('names the line of %j', (text, field, told) => {
    const line = text.split('\n').length;
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ line, field });
    expect(problem?.message).toContain(told);
  });

  it('reports all of them, in the order of the text', () => {
    const text = 'zzz: 1\nresources: {yyy: 1}\naccess: private\nxxx: 1\n';
    expect(problemsOf(text).map(({ line, field }) => [line, field])).toEqual([
      [1, 'zzz'],
      [2, 'resources.yyy'],
      [3, 'access'],
      [4, 'xxx'],
    ]);
  });
});

describe('wrong values', () => {
  it.each([
    ['version: "2.0"', 'version', 'write version: "1.0"'],
    ['access: private', 'access', 'not one of public, token'],
    ['access: tokn', 'access', 'did you mean token?'],
    ['description: 5', 'description', 'quotes'],
    ['permissions: [1]', 'permissions', 'expected a mapping, got [1]'],
    ['permissions: {network: {allow: {host: a.b}}}', 'permissions.network.allow', 'expected a list'],
    ['permissions: {network: {allow: [a.b]}}', 'permissions.network.allow[0]', 'expected a mapping'],
    ['permissions: {network: {allow: [{}]}}', 'permissions.network.allow[0]', 'exactly one'],
    ['permissions: {network: {allow: [{host: a.b, cidr: 10.0.0.0/8}]}}', 'permissions.network.allow[0]', 'exactly one'],
    ['permissions: {storage: {allow: [{uri: "fs://a"}]}}', 'permissions.storage.allow[0].access', 'is required'],
    ['permissions: {storage: {allow: [{access: [read]}]}}', 'permissions.storage.allow[0].uri', 'is required'],
    ['permissions: {storage: {deny: [{uri: "fs://a", access: []}]}}', 'permissions.storage.deny[0].access', 'is empty'],
    [
      'permissions: {storage: {allow: [{uri: "fs://a", access: [exec]}]}}',
      'permissions.storage.allow[0].access[0]',
      'not one of read, write',
    ],
    ['permissions: {environment: {allow: [{key: A, value: 1}]}}', 'permissions.environment.allow[0].value', 'quotes'],
    [
      'permissions: {environment: {allow: [{key: A, value: x}, {key: A}]}}',
      'permissions.environment.allow[1].key',
      'twice',
    ],
    ['permissions: {logging: {level: loud}}', 'permissions.logging.level', 'not one of off, trace'],
    ['validation: {denyFeatures: [thread]}', 'validation.denyFeatures[0]', 'did you mean threads?'],
    ['validation: {requiredExports: ["wasi:*"]}', 'validation.requiredExports[0]', 'not a WIT name'],
    ['supervision: {restart: onfailure}', 'supervision.restart', 'did you mean on_failure?'],
    ['supervision: {backoffMs: 60000}', 'supervision.backoffMs', 'above backoffMaxMs (30000)'],
    ['breaker: {errorRate: 1.5}', 'breaker.errorRate', 'at most 1'],
    ['resources: {rate: {perSecond: 0}}', 'resources.rate.perSecond', 'above 0'],
    ['just text', '', 'expected a mapping'],
    ['[]', '', 'expected a mapping'],
  ])('refuses %s', (text, field, told) => {
    const problems = problemsOf(`# a comment\n${text}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 2, field });
    expect(problems[0]?.message).toContain(told);
  });
});

describe('the failure that callers see', () => {
  it('has the first line and field, and all problems', () => {
    const failures = problemsOf('access: private\nzzz: 1');
    expect(toFailure(failures, 'the policy of shop')).toEqual({
      code: 'POLICY_INVALID',
      message:
        'the policy of shop is not valid: line 1, access: "private" is not one of public, token (and 1 more: see details.problems)',
      details: {
        line: '1',
        column: '9',
        field: 'access',
        problems: expect.stringMatching(/^line 1, access: .*\nline 2, zzz: unknown key `zzz`: .*$/),
      },
    });
  });

  it('is not made from nothing', () => expect(() => toFailure([], 'it')).toThrow());

  it('is about the alias where an alias is wrong', () => {
    expect(
      policyOf('permissions: {storage: {allow: &r [{uri: "fs://a", access: [read]}], deny: *r}}').permissions.storage
        .deny,
    ).toHaveLength(1);
    expect(problemsOf('description: &d 5\nversion: *d').map(({ line }) => line)).toEqual([1, 2]);
  });
});
