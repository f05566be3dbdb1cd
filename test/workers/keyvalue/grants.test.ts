/** Grants that change while a call runs, and a provider that is not there. */
import { describe, expect, it } from 'vitest';
import { CallUses } from '../../../durable/pool/call-uses.ts';
import { providersOf } from '../../../durable/pool/providers.ts';
import { ProviderRegistry } from '../../../src/capability/registry.ts';
import { compileGrants, grantsOf, parsePolicy } from '../../../src/policy/index.ts';
import { DEFAULT_MAXIMA } from '../../../src/policy/maxima.ts';
import { bindings, freshName } from '../../support/gateway-client.ts';

function grantsFor(rules: string) {
  const policy = parsePolicy(`permissions: {keyvalue: {allow: [${rules}]}}`, DEFAULT_MAXIMA);
  if (!policy.ok) throw new Error(JSON.stringify(policy.error));
  return grantsOf(policy.value);
}

/** One call of a shard, whose grants can be replaced. */
function oneCall(
  rules: string,
  providers = providersOf(bindings, { linked: () => undefined, environment: async () => [] }),
) {
  let grants = grantsFor(rules);
  const denied: unknown[] = [];
  const uses = new CallUses({
    caller: { component: 'c', version: 'v1', instance: 'i', request: 'r' },
    providers,
    decide: (request) => compileGrants(grants)(request),
    grants: () => grants,
    life: { chain: ['c'], remainingMs: () => 60_000 },
    maxUses: 100,
    maxSubrequests: 0,
    tell: (fact) => denied.push(fact),
  });
  const use = (operation: string, input: object) => uses.use({ provider: 'keyvalue', operation, input });
  const change = (to: string) => {
    grants = grantsFor(to);
  };
  return { use, denied, change };
}

describe('a revoke', () => {
  it('binds the next use of a bucket that a running call has open', async () => {
    const bucket = freshName('b');
    const { use, change, denied } = oneCall(`{bucket: ${bucket}, access: [read, write]}`);
    expect((await use('open', { bucket })).kind).toBe('done');
    expect((await use('set', { bucket, key: 'a', value: Uint8Array.of(1) })).kind).toBe('done');
    change(`{bucket: ${bucket}, access: [read]}`);
    expect(await use('set', { bucket, key: 'a', value: Uint8Array.of(2) })).toMatchObject({ reason: 'denied' });
    expect(await use('get', { bucket, key: 'a' })).toMatchObject({ value: { ok: true, value: Uint8Array.of(1) } });
    expect(denied).toMatchObject([{ type: 'CapabilityDenied', resource: `write ${bucket}` }]);
  });
});

describe('a provider', () => {
  it('that is missing is unavailable, by a text that a guest can tell', async () => {
    const { use } = oneCall('{bucket: b, access: [read]}', new ProviderRegistry({}));
    expect(await use('get', { bucket: 'b', key: 'a' })).toMatchObject({
      kind: 'refused',
      reason: 'unavailable',
      message: expect.stringMatching(/^PROVIDER_UNAVAILABLE/),
    });
  });
});
