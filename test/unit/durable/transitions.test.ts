/** What a deploy and a removal make of a component's record, without any object. */
import { describe, expect, it } from 'vitest';
import {
  deployed,
  planDeploy,
  removed,
  stateChanged,
  surplusVersions,
} from '../../../durable/supervisor/transitions.ts';
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
    const gone = removed(first, 2_500);
    expect(gone.record.number).toBe(first.number + 1);
    expect(gone.facts.map(({ type }) => type)).toEqual(['StateChanged', 'ComponentUnloaded']);
    const again = deployed('shop', gone.record, v1, NO_POLICY, false, 3_000).record;
    expect(again.incarnation).toBe(first.incarnation + 1);
    expect(again.number).toBeGreaterThan(gone.record.number);
  });

  it('that was stopped before does not change its state', () => {
    const stopped = stateChanged(first, 'stopped', 2_000).record;
    expect(removed(stopped, 2_500).facts).toEqual([{ type: 'ComponentUnloaded' }]);
  });
});

describe('a change of state', () => {
  it('is dated, numbered and told', () => {
    const { record, facts } = stateChanged(first, 'stopping', 2_000, 7_000);
    expect(record).toMatchObject({ state: 'stopping', since: 2_000, startedAt: 1_000, number: 2, drainBy: 7_000 });
    expect(facts).toEqual([{ type: 'StateChanged', from: 'running', to: 'stopping' }]);
  });

  it('to stopped forgets when it had to be over', () => {
    const stopping = stateChanged(first, 'stopping', 2_000, 7_000).record;
    expect(stateChanged(stopping, 'stopped', 3_000).record).not.toHaveProperty('drainBy');
  });

  it('within stopping changes the time only', () => {
    const stopping = stateChanged(first, 'stopping', 2_000, 7_000).record;
    const { record, facts } = stateChanged(stopping, 'stopping', 3_000, 3_000);
    expect(record).toMatchObject({ since: 2_000, drainBy: 3_000, number: 3 });
    expect(facts).toEqual([]);
  });

  it('counts the uptime anew after a stop, and on after a drain', () => {
    const startedAfter = (state: 'draining' | 'stopped') =>
      stateChanged(stateChanged(first, state, 2_000).record, 'running', 3_000).record.startedAt;
    expect(startedAfter('draining')).toBe(1_000);
    expect(startedAfter('stopped')).toBe(3_000);
  });
});

it.each(['stopped', 'stopping', 'draining'] as const)('a deploy leaves a %s component in its state', (state) => {
  const before = stateChanged(first, state, 2_000, ...(state === 'stopping' ? [9_000] : [])).record;
  const { record, facts } = deployed('shop', before, { version: 'v2', digest: B }, NO_POLICY, true, 3_000);
  expect(record).toMatchObject({ state, since: 2_000, active: 'v2' });
  expect(record.drainBy).toBe(before.drainBy);
  expect(facts.map(({ type }) => type)).toEqual(['ComponentLoaded', 'VersionActivated']);
});

it('gives up the oldest versions beyond the limit, never the active one', () => {
  const versions = Array.from({ length: MAX_VERSIONS_PER_COMPONENT + 2 }, (_, index) => ({
    version: `v${index + 1}`,
    createdAt: index,
  }));
  expect(surplusVersions(versions, 'v1').map(({ version }) => version)).toEqual(['v2', 'v3']);
  expect(surplusVersions(versions.slice(0, 3), 'v1')).toEqual([]);
});
