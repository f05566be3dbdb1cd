/** Uses of one call: counted, checked, refused and recorded. */
import { describe, expect, it } from 'vitest';
import { CallUses, type UseFrame } from '../../../durable/pool/call-uses.ts';
import { denied, done, type Provider } from '../../../src/capability/provider.ts';
import { ProviderRegistry } from '../../../src/capability/registry.ts';
import type { FactBody } from '../../../src/core/facts.ts';
import { type AccessRequest, NO_GRANTS } from '../../../src/policy/index.ts';

const caller = { component: 'c', version: 'v1', instance: 'i', request: 'r' };
const may = (access: 'read' | 'write') => ({ capability: 'keyvalue', bucket: 'b', access }) as const;

/** Lets any of the accesses through that its operation names. */
const provider: Provider = {
  metadata: { name: 'keyvalue', interfaces: [], operations: [] },
  initialise: async () => {},
  shutDown: async () => {},
  async invoke({ operation, allow, allowAny }) {
    const [first, ...others] = operation.split(' ').map((access) => may(access === 'read' ? 'read' : 'write'));
    if (first === undefined) throw new Error('no access');
    const decision = others.length === 0 ? allow(first) : allowAny([first, ...others]);
    return decision.allowed ? done(decision.rule) : denied(decision);
  },
};

/** A call that may do this, with the facts that it tells. */
function uses(allowed: readonly string[], overrides: Partial<UseFrame> = {}) {
  const facts: FactBody[] = [];
  const decide = (request: AccessRequest) => {
    const access = request.capability === 'keyvalue' ? request.access : '';
    return { allowed: allowed.includes(access), rule: allowed.includes(access) ? access : 'nothing allows it' };
  };
  const providers = new ProviderRegistry({ keyvalue: () => provider });
  const made = new CallUses({
    caller,
    providers,
    decide,
    grants: () => NO_GRANTS,
    maxUses: 3,
    maxSubrequests: 0,
    life: { chain: [], remainingMs: () => 0 },
    tell: (fact) => facts.push(fact),
    ...overrides,
  });
  return { made, facts };
}

const use = (operation: string) => ({ provider: 'keyvalue', operation, input: undefined });

describe('a use', () => {
  it('that is refused is one fact, however often it is tried', async () => {
    const { made, facts } = uses([]);
    for (let round = 0; round < 2; round += 1) {
      expect(await made.use(use('write'))).toMatchObject({ kind: 'refused', reason: 'denied' });
    }
    const where = { version: 'v1', instance: 'i', request: 'r' };
    expect(facts).toEqual([
      { type: 'CapabilityDenied', ...where, capability: 'keyvalue', resource: 'write b', rule: 'nothing allows it' },
    ]);
  });

  it('for which one of several accesses is enough leaves no fact when it has one', async () => {
    const { made, facts } = uses(['write']);
    expect(await made.use(use('read write'))).toEqual({ kind: 'done', value: 'write' });
    expect(facts).toEqual([]);
  });

  it('for which none of them is there is recorded as the first', async () => {
    const { made, facts } = uses([]);
    expect(await made.use(use('read write'))).toMatchObject({ reason: 'denied' });
    expect(facts).toMatchObject([{ resource: 'read b' }]);
  });

  it('beyond the budget is refused and recorded, and the provider hears nothing of it', async () => {
    const { made, facts } = uses(['read']);
    for (let round = 0; round < 3; round += 1) expect((await made.use(use('read'))).kind).toBe('done');
    expect(await made.use(use('read'))).toMatchObject({ reason: 'exhausted' });
    expect(facts).toMatchObject([{ capability: 'capabilityUses', resource: '3' }]);
  });

  it('of a provider that is not there is unavailable', async () => {
    const { made } = uses(['read'], { providers: new ProviderRegistry({}) });
    expect(await made.use(use('read'))).toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(/^PROVIDER_UNAVAILABLE/),
    });
  });

  it('after the call is refused, and nothing is allowed any more', async () => {
    const { made } = uses(['read']);
    made.close();
    expect(await made.use(use('read'))).toMatchObject({ reason: 'unavailable' });
    expect(made.allow(may('read'))).toMatchObject({ allowed: false });
  });

  it('waits for its turn when many are under way, and when too many wait is refused', async () => {
    const started: (() => void)[] = [];
    const slow: Provider = {
      ...provider,
      invoke: () => new Promise((resolve) => started.push(() => resolve(done('slow')))),
    };
    const { made } = uses([], { maxUses: 10_000, providers: new ProviderRegistry({ keyvalue: () => slow }) });
    const answers = Array.from({ length: 10_000 }, () => made.use(use('read')));
    await expect.poll(() => started.length).toBe(8);
    started[0]?.();
    await expect.poll(() => started.length).toBe(9);
    expect(await answers[0]).toMatchObject({ kind: 'done' });
    expect(await answers.at(-1)).toMatchObject({ kind: 'refused', reason: 'exhausted' });
    made.close();
    for (const end of started) end();
    const kinds = await Promise.all(answers.map(async (answer) => (await answer).kind));
    expect(kinds.filter((kind) => kind === 'done')).toHaveLength(1);
    expect(started).toHaveLength(9);
  });
});
