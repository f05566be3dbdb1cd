/** Documents written to hurt the parser: each is refused as data, quickly, and nothing is thrown. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_POLICY_BYTES } from '../../../src/core/limits.ts';
import { DEFAULT_MAXIMA, DENY_ALL, parsePolicy } from '../../../src/policy/index.ts';
import { policyOf, problemsOf } from './support.ts';

describe('hostile text', () => {
  it.each([
    ['more than one document', 'access: token\n---\naccess: public\n', 'more than one document'],
    ['a tag', 'description: !!str 5\n', 'tags such as !!str'],
    ['a tag of its own', 'description: !exec rm\n', 'tags such as !exec'],
    ['a tagged key', '!!str access: token\n', 'tags such as !!str'],
    ['a version directive', '%YAML 1.1\n---\naccess: token\n', 'directives'],
    ['a tag directive', '%TAG !e! tag:example.com,2000:\n---\naccess: token\n', 'directives'],
    ['a duplicate key', 'access: token\naccess: public\n', 'the key `access` is there twice'],
    ['a duplicate key in JSON', '{"access": "token", "access": "public"}', 'twice'],
    ['a duplicate key by escape', '{"access": "token", "\\u0061ccess": "public"}', 'twice'],
    ['a key that is a number', '1: x\n', 'keys must be text'],
    ['a key that is a list', '? [a]\n: x\n', 'keys must be text'],
    ['a key that is an alias', 'description: &a access\n*a : token\n', 'keys must be text'],
    ['an alias without an anchor', 'access: *a\n', 'has no anchor'],
    ['an alias to itself', 'permissions: &a {network: *a}\n', 'refers to something that contains it'],
    ['an open quote', 'access: "token\n', 'not valid YAML'],
    ['a tab as indentation', 'resources:\n\tlimits:\n', 'not valid YAML'],
  ])('refuses %s', (_what, text, told) => {
    const [problem] = problemsOf(text);
    expect(problem?.message).toContain(told);
    expect(problem?.line).toBeGreaterThan(0);
  });

  it('refuses a billion laughs', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `k${i}: &k${i} [${i === 0 ? 'x' : `*k${i - 1}, `.repeat(9)}]`);
    expect(problemsOf(levels.join('\n'))[0]?.message).toContain('alias');
  });

  it('refuses what is too large by bytes, not by characters', () => {
    const text = `description: "${'é'.repeat(MAX_POLICY_BYTES / 2)}"`;
    expect(text.length).toBeLessThan(MAX_POLICY_BYTES);
    expect(problemsOf(text)[0]?.message).toContain(`larger than ${MAX_POLICY_BYTES} bytes`);
    expect(policyOf(`description: "${'e'.repeat(MAX_POLICY_BYTES - 20)}"`).description.length).toBeGreaterThan(100_000);
  });

  it('refuses nesting, whether the parser or the walk meets it', () => {
    for (const depth of [30, 3_000, 60_000]) {
      expect(problemsOf('['.repeat(depth) + ']'.repeat(depth)).length).toBeGreaterThan(0);
    }
  });

  it('reports a bounded number of problems for thousands', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `k${i}: 1`).join('\n');
    expect(problemsOf(text)).toHaveLength(50);
  });

  it('does not let a document touch a prototype', () => {
    problemsOf('{"__proto__": {"access": "token"}, "permissions": {"__proto__": {"network": {}}}}');
    problemsOf('constructor: {prototype: {polluted: true}}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(policyOf('{}')).toEqual(DENY_ALL);
  });
});

describe('properties', () => {
  const VALID = `
version: "1.0"
permissions:
  network: {allow: [{host: "*.example.com"}, {cidr: 10.0.0.0/8}], deny: [{host: bad.example.com}]}
  storage: {allow: &rules [{uri: "fs://work/**", access: [read]}], deny: *rules}
resources: {limits: {memory: 32Mi, timeout: 5s, cpu: 0.5}}
`;
  const settles = (text: string) => {
    const parsed = parsePolicy(text, DEFAULT_MAXIMA);
    if (parsed.ok) expect(structuredClone(parsed.value)).toEqual(parsed.value);
    else expect(parsed.error.length).toBeGreaterThan(0);
  };

  it('P3: never throws on any text', () => {
    const yamlish = fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>%@`"\'#?,\n\t 01~<'), maxLength: 60 });
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlish), settles), { numRuns: 2_000 });
  });

  it('P4: never throws on a valid document with a piece cut, doubled or replaced', () => {
    const at = fc.nat(VALID.length);
    const piece = fc.constantFrom('', '*', '&a ', '{', ']', ': ', '\n', '- ', '!!map ', '__proto__: ', 'null', '1e999');
    fc.assert(
      fc.property(at, fc.nat(20), piece, (start, length, text) => {
        settles(VALID.slice(0, start) + text + VALID.slice(start + length));
      }),
      { numRuns: 1_000 },
    );
  });

  it('P5: never throws on any JSON under the known keys', () => {
    const outer = fc.constantFrom('permissions', 'resources', 'validation', 'supervision', 'health', 'access');
    const inner = fc.constantFrom(
      'network',
      'environment',
      'limits',
      'allow',
      'memory',
      'host',
      'key',
      'access',
      'rate',
    );
    const { document } = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.constant(null), fc.boolean(), fc.double(), fc.string({ maxLength: 5 })),
      list: fc.array(tie('node'), { maxLength: 3 }),
      mapping: fc.dictionary(inner, tie('node'), { maxKeys: 4 }),
      node: fc.oneof({ maxDepth: 5 }, tie('leaf'), tie('list'), tie('mapping')),
      document: fc.dictionary(outer, tie('node'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(document, (value) => settles(JSON.stringify(value))),
      { numRuns: 500 },
    );
  });
});
