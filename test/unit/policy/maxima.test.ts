/** The platform's maxima: read from a Worker variable, and above every policy. */

import { describe, expect, it } from 'vitest';
import { DEFAULT_MAXIMA, DENY_ALL, denyAll, parseMaxima } from '../../../src/policy/index.ts';
import { policyOf, problemsOf } from './support.ts';

const MIB = 1024 * 1024;

describe('the variable', () => {
  it("has the contract's defaults where it is not set", () => {
    const defaults = {
      memoryBytes: 96 * MIB,
      timeoutMs: 300_000,
      fuel: 1e12,
      maxBytes: 16 * MIB,
      shards: 16,
      maxConcurrent: 64,
      maxQueue: 1_024,
    };
    for (const text of [undefined, '', '{}']) expect(parseMaxima(text)).toEqual({ ok: true, value: defaults });
    expect(DEFAULT_MAXIMA).toEqual(defaults);
  });

  it('is spelt as in a policy', () => {
    expect(
      parseMaxima(
        '{"memory": "32Mi", "timeout": "60s", "fuel": 5, "maxBytes": 1000, "shards": 2, "maxConcurrent": 3, "maxQueue": 0}',
      ),
    ).toEqual({
      ok: true,
      value: {
        memoryBytes: 32 * MIB,
        timeoutMs: 60_000,
        fuel: 5,
        maxBytes: 1_000,
        shards: 2,
        maxConcurrent: 3,
        maxQueue: 0,
      },
    });
  });

  it.each([
    ['{"memory": "much"}', 'memory'],
    ['{"memori": "1Mi"}', 'memori'],
    ['{"shards": 0}', 'shards'],
    ['[1]', ''],
    ['{"memory"', ''],
  ])('is refused when it is %s', (text, field) => {
    const parsed = parseMaxima(text);
    expect(parsed.ok ? [] : parsed.error[0]).toMatchObject({ field, line: 1 });
  });
});

describe('a policy', () => {
  it.each([
    ['resources:\n  limits: {memory: 97Mi}', 'resources.limits.memory', '97Mi', '96Mi'],
    ['resources:\n  limits: {timeout: 6m}', 'resources.limits.timeout', '360s', '300s'],
    ['resources:\n  limits: {fuel: 1000000000001}', 'resources.limits.fuel', '1000000000001', '1000000000000'],
    ['validation:\n  maxBytes: 17Mi', 'validation.maxBytes', '17Mi', '16Mi'],
    ['resources:\n  pool: {shards: 17}', 'resources.pool.shards', '17', '16'],
    ['resources:\n  pool: {maxConcurrent: 65}', 'resources.pool.maxConcurrent', '65', '64'],
    ['resources:\n  pool: {maxQueue: 1025}', 'resources.pool.maxQueue', '1025', '1024'],
  ])('is refused above a maximum, naming both numbers: %s', (text, field, given, maximum) => {
    const [problem, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ line: 2, field });
    expect(problem?.message).toContain(`${given} is above this platform's maximum of ${maximum}`);
  });

  it('is accepted at the maximum', () => {
    policyOf(
      'resources: {limits: {memory: 96Mi, timeout: 5m, fuel: 1e12}, pool: {shards: 16, maxConcurrent: 64, maxQueue: 1024}}',
    );
  });

  it('has its defaults cut, not refused, where maxima are lower', () => {
    const maxima = { ...DEFAULT_MAXIMA, memoryBytes: MIB, timeoutMs: 1_000, maxQueue: 0 };
    const policy = policyOf('', maxima);
    expect(policy.resources).toMatchObject({ limits: { memoryBytes: MIB, timeoutMs: 1_000 }, pool: { maxQueue: 0 } });
    expect(denyAll(maxima)).toEqual(policy);
    expect(denyAll(DEFAULT_MAXIMA)).toEqual(DENY_ALL);
    expect(problemsOf('resources: {limits: {memory: 2Mi}}', maxima)).toHaveLength(1);
  });
});
