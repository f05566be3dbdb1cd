/** What a deploy and a removal make of a component's record, without any object. */
import { describe, expect, it } from 'vitest';
import { deployed, planDeploy, removed, surplusVersions } from '../../../durable/supervisor/transitions.ts';
import { MAX_VERSIONS_PER_COMPONENT } from '../../../src/core/limits.ts';

const A = 'sha256:aa';
const B = 'sha256:bb';
const NO_POLICY = { template: { number: 0, text: null } };
const v1 = { version: 'v1', digest: A };
const first = deployed('shop', undefined, v1, NO_POLICY, true, 1_000).record;

describe('planDeploy', () => {
  it('creates the first version', () => {
    expect(planDeploy(undefined, [], { digest: A })).toEqual({ ok: true, value: { kind: 'create', version: 'v1' } });
  });

  it('does nothing for the active digest', () => {
    expect(planDeploy(first, [v1], { digest: A })).toEqual({ ok: true, value: { kind: 'unchanged', version: 'v1' } });
  });

  it('activates an older version whose bytes come again', () => {
    const second = deployed('shop', first, { version: 'v2', digest: B }, NO_POLICY, true, 2_000).record;
    const plan = planDeploy(second, [v1, { version: 'v2', digest: B }], { digest: A });
    expect(plan).toEqual({ ok: true, value: { kind: 'activate', version: 'v1' } });
  });

  it('refuses a label that stands for other bytes', () => {
    const plan = planDeploy(first, [v1], { digest: B, label: 'v1' });
    expect(plan).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
  });

  it('steps over labels that a user has taken', () => {
    expect(planDeploy(first, [v1, { version: 'v2', digest: B }], { digest: 'sha256:cc' })).toEqual({
      ok: true,
      value: { kind: 'create', version: 'v3' },
    });
  });
});

describe('a removed component', () => {
  it('keeps its number rising and comes back as another incarnation', () => {
    const gone = removed(first);
    expect(gone.record.number).toBe(first.number + 1);
    expect(gone.facts.map(({ type }) => type)).toEqual(['StateChanged', 'ComponentUnloaded']);
    const again = deployed('shop', gone.record, v1, NO_POLICY, false, 3_000).record;
    expect(again.incarnation).toBe(first.incarnation + 1);
    expect(again.number).toBeGreaterThan(gone.record.number);
  });
});

it('gives up the oldest versions beyond the limit, never the active one', () => {
  const versions = Array.from({ length: MAX_VERSIONS_PER_COMPONENT + 2 }, (_, index) => ({
    version: `v${index + 1}`,
    createdAt: index,
  }));
  expect(surplusVersions(versions, 'v1').map(({ version }) => version)).toEqual(['v2', 'v3']);
  expect(surplusVersions(versions.slice(0, 3), 'v1')).toEqual([]);
});
