/** The provider of `wasi:config`: what it answers to, and when it asks the grants. */
import { describe, expect, it } from 'vitest';
import { configProvider } from '../../../src/capability/config/provider.ts';
import type { AccessRequest } from '../../../src/policy/index.ts';

const caller = { component: 'shop', version: 'v1', instance: 'i', request: 'r' };
const life = { chain: ['shop'], remainingMs: () => 1_000 };
const provider = configProvider(async () => [['A', 'a']]);

/** A use whose grants allow `allowed` alone, and what they were asked. */
async function used(operation: string, input: unknown, allowed: readonly string[] = ['A', 'B']) {
  const asked: AccessRequest[] = [];
  const allow = (request: AccessRequest) => {
    asked.push(request);
    const isAllowed = request.capability === 'environment' && allowed.includes(request.key);
    return { allowed: isAllowed, rule: isAllowed ? 'a rule' : 'nothing allows it' };
  };
  const unasked = (): never => {
    throw new Error('config has no reason to ask for this');
  };
  const use = {
    operation,
    input,
    caller,
    allow,
    allowAny: unasked,
    refuse: unasked,
    subrequest: unasked,
    grants: unasked,
    onEnd: unasked,
    life,
  };
  return { answer: await provider.invoke(use), asked };
}

describe('config', () => {
  it('gives the value of a key that may be seen, null for one without a value', async () => {
    expect((await used('get', { key: 'A' })).answer).toEqual({ kind: 'done', value: 'a' });
    expect((await used('get', { key: 'B' })).answer).toEqual({ kind: 'done', value: null });
  });

  it('refuses a key that may not be seen, and asks about each once', async () => {
    expect(await used('get', { key: 'A' }, [])).toEqual({
      answer: { kind: 'refused', reason: 'denied', message: 'nothing allows it' },
      asked: [{ capability: 'environment', key: 'A' }],
    });
  });

  it('gives all that may be seen', async () => {
    expect((await used('getAll', {})).answer).toEqual({ kind: 'done', value: [['A', 'a']] });
  });

  it.each([
    ['get', {}],
    ['get', { key: 7 }],
    ['get', null],
    ['set', { key: 'A' }],
    ['', undefined],
  ])('does not know %j of %j', async (operation, input) => {
    expect((await used(operation, input)).answer).toMatchObject({ kind: 'refused', reason: 'invalid' });
  });
});
