/** Grants, revokes and resets of a component's record, and the facts that tell of them. */
import { describe, expect, it } from 'vitest';
import { granted, reset, revoked } from '../../../durable/supervisor/grant-transitions.ts';
import type { PresentRecord } from '../../../durable/supervisor/record.ts';
import { deployed, policyChanged } from '../../../durable/supervisor/transitions.ts';
import { MAX_RUNTIME_GRANTS } from '../../../src/core/limits.ts';

const policy = { template: { number: 0, text: null } };
const version = { version: 'v1', digest: 'sha256:aa' };
const { record: fresh } = deployed('shop', undefined, version, policy, true, 0);

function withGrants(record: PresentRecord, ...permissions: string[]): PresentRecord {
  const change = granted(record, { capability: 'keyvalue', permissions });
  if (!change.ok) throw new Error(change.error.message);
  return change.value.record;
}

describe('a grant', () => {
  it('adds permissions, raises the number, and is a fact', () => {
    const change = granted(fresh, { capability: 'keyvalue', permissions: ['kv:read:a', 'kv:write:a'] });
    expect(change).toMatchObject({
      ok: true,
      value: {
        record: { number: fresh.number + 1, runtime: { granted: ['kv:read:a', 'kv:write:a'], revoked: [] } },
        facts: [
          {
            type: 'CapabilityGranted',
            capability: 'keyvalue',
            permissions: ['kv:read:a', 'kv:write:a'],
            rule: 'grant kv:read:a, grant kv:write:a',
          },
        ],
      },
    });
  });

  it('changes nothing when all of it is there already', () => {
    const before = withGrants(fresh, 'kv:read:a');
    const change = granted(before, { capability: 'keyvalue', permissions: ['kv:read:a'] });
    expect(change).toEqual({ ok: true, value: { record: before, facts: [] } });
  });

  it('leaves a revoke in force', () => {
    const { record } = revoked(fresh, 'keyvalue');
    expect(withGrants(record, 'kv:read:a').runtime).toEqual({ granted: ['kv:read:a'], revoked: ['keyvalue'] });
  });

  it('is refused beyond the limit', () => {
    const many = Array.from({ length: MAX_RUNTIME_GRANTS }, (_, index) => `kv:read:b${index}`);
    const full = withGrants(fresh, ...many);
    expect(granted(full, { capability: 'keyvalue', permissions: ['kv:read:one-more'] })).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', details: { field: 'permissions' } },
    });
  });
});

describe('a revoke', () => {
  it("takes the capability's grants and no others, and is a fact", () => {
    const before = withGrants(fresh, 'kv:read:a', 'kv:write');
    const other = granted(before, { capability: 'environment', permissions: ['env:A'] });
    if (!other.ok) throw new Error(other.error.message);
    expect(revoked(other.value.record, 'keyvalue')).toMatchObject({
      record: { runtime: { granted: ['env:A'], revoked: ['keyvalue'] }, number: before.number + 2 },
      facts: [
        {
          type: 'CapabilityRevoked',
          capability: 'keyvalue',
          permissions: ['kv:read:a', 'kv:write'],
          rule: 'revoked keyvalue',
        },
      ],
    });
  });

  it('changes nothing the second time', () => {
    const { record } = revoked(fresh, 'network');
    expect(revoked(record, 'network')).toEqual({ record, facts: [] });
  });
});

describe('a reset', () => {
  it('forgets grants and revokes, with a fact for each capability', () => {
    const { record } = revoked(withGrants(fresh, 'kv:read:a'), 'network');
    const change = reset(record);
    expect(change.record.runtime).toEqual({ granted: [], revoked: [] });
    expect(change.facts).toEqual([
      { type: 'CapabilityGranted', capability: 'network', permissions: [], rule: 'the policy alone' },
      { type: 'CapabilityRevoked', capability: 'keyvalue', permissions: ['kv:read:a'], rule: 'the policy alone' },
    ]);
    expect(reset(change.record)).toEqual({ record: change.record, facts: [] });
  });
});

describe('what was granted and revoked', () => {
  const { record } = revoked(withGrants(fresh, 'kv:read:a'), 'network');

  it('outlives a deploy and a change of the policy', () => {
    expect(deployed('shop', record, version, policy, true, 1).record.runtime).toEqual(record.runtime);
    expect(policyChanged(record, policy, { source: 'none', hash: '' }).record.runtime).toEqual(record.runtime);
  });

  it('is not there for the next component of the name', () => {
    const gone = { presence: 'removed', name: 'shop', incarnation: 1, number: 9, versionCount: 1 } as const;
    expect(deployed('shop', gone, version, policy, true, 1).record.runtime).toEqual({ granted: [], revoked: [] });
  });
});
