/** Which policy is in force, and what identifies it. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/policy/hash.ts';
import { compilePolicy, DEFAULT_MAXIMA, DENY_ALL, policyHash, resolvePolicy } from '../../../src/policy/index.ts';
import { policyOf } from './support.ts';

async function compiled(text: string) {
  const stored = await compilePolicy(text, DEFAULT_MAXIMA);
  if (!stored.ok) throw new Error(JSON.stringify(stored.error));
  return stored.value;
}

describe('resolution', () => {
  it('prefers own over template over nothing', async () => {
    const own = await compiled('access: token');
    const template = { ...(await compiled('description: shared')), name: 'default' };
    expect(await resolvePolicy(own, template)).toEqual({ policy: own.policy, source: 'component', hash: own.hash });
    expect(await resolvePolicy(undefined, template)).toEqual({
      policy: template.policy,
      source: 'template:default',
      hash: template.hash,
    });
    expect(await resolvePolicy()).toEqual({ policy: DENY_ALL, source: 'none', hash: await policyHash(DENY_ALL) });
  });

  it('denies everything within lowered maxima', async () => {
    const { policy } = await resolvePolicy(undefined, undefined, { ...DEFAULT_MAXIMA, timeoutMs: 5 });
    expect(policy.resources.limits.timeoutMs).toBe(5);
  });
});

describe('the hash', () => {
  it('is about the meaning, not the writing', async () => {
    const [a, b, c] = await Promise.all(
      [
        'access: token\nresources: {limits: {memory: 32Mi}}',
        '{"resources":{"limits":{"memory":33554432}},"access":"token"}',
        'access: token',
      ].map((text) => policyHash(policyOf(text))),
    );
    expect(a).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  it('P6: does not depend on the order of keys', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, reversed(member)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 300 },
    );
  });
});
