/** Pure transitions of a component: what a deploy, a policy change and a removal make of its record. */
import { type Failure, failure } from '../../src/core/errors.ts';
import type { FactBody } from '../../src/core/facts.ts';
import type { ComponentState } from '../../src/core/lifecycle.ts';
import { MAX_VERSIONS_PER_COMPONENT } from '../../src/core/limits.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { POLICY_ALONE } from '../../src/policy/index.ts';
import type { ComponentRecord, PolicyTexts, PresentRecord, RemovedRecord, VersionKey } from './record.ts';

/** What a deploy will do, decided before anything is built. */
export type DeployPlan =
  /** The digest is active already. */
  | { readonly kind: 'unchanged'; readonly version: string }
  /** The digest is stored as an older version: activate that one. */
  | { readonly kind: 'activate'; readonly version: string }
  | { readonly kind: 'create'; readonly version: string };

export function planDeploy(
  record: ComponentRecord | undefined,
  versions: readonly Pick<VersionKey, 'version' | 'digest'>[],
  { digest, label }: { readonly digest: string; readonly label?: string },
): Result<DeployPlan, Failure> {
  const labelled = versions.find(({ version }) => version === label);
  if (labelled !== undefined && labelled.digest !== digest) {
    return err(
      failure('CONFLICT', `the version ${labelled.version} exists with another digest: choose another label`, {
        version: labelled.version,
        digest: labelled.digest,
      }),
    );
  }
  const known = labelled ?? (label === undefined ? versions.find((version) => version.digest === digest) : undefined);
  const active = record?.presence === 'present' ? record.active : undefined;
  if (known !== undefined) {
    return ok({ kind: known.version === active ? 'unchanged' : 'activate', version: known.version });
  }
  return ok({ kind: 'create', version: label ?? nextLabel(record, versions) });
}

function nextLabel(record: ComponentRecord | undefined, versions: readonly Pick<VersionKey, 'version'>[]): string {
  const taken = new Set(versions.map(({ version }) => version));
  let number = (record?.versionCount ?? 0) + 1;
  while (taken.has(`v${number}`)) number += 1;
  return `v${number}`;
}

export interface Change<R extends ComponentRecord = ComponentRecord> {
  readonly record: R;
  readonly facts: readonly FactBody[];
}

/** The component after a deploy of `version`. One that was stopped stays so. */
export function deployed(
  name: string,
  record: ComponentRecord | undefined,
  version: Pick<VersionKey, 'version' | 'digest'>,
  policy: PolicyTexts,
  created: boolean,
  now: number,
): Change<PresentRecord> {
  const present = record?.presence === 'present' ? record : undefined;
  const fresh = present === undefined;
  const facts: FactBody[] = [];
  if (fresh || created) facts.push({ type: 'ComponentLoaded', version: version.version, digest: version.digest });
  facts.push({ type: 'VersionActivated', version: version.version, digest: version.digest });
  if (fresh) facts.push({ type: 'StateChanged', from: 'loaded', to: 'running' });
  return {
    record: {
      presence: 'present',
      name,
      incarnation: (record?.incarnation ?? 0) + (fresh ? 1 : 0),
      number: (record?.number ?? 0) + 1,
      versionCount: (record?.versionCount ?? 0) + (created ? 1 : 0),
      state: present?.state ?? 'running',
      since: present?.since ?? now,
      startedAt: present?.startedAt ?? now,
      active: version.version,
      policy,
      runtime: present?.runtime ?? POLICY_ALONE,
      links: present?.links ?? {},
      ...(present?.drainBy === undefined ? {} : { drainBy: present.drainBy }),
    },
    facts,
  };
}

/** The same change, with the components that provide imported interfaces. */
export function linkedTo(change: Change<PresentRecord>, links: PresentRecord['links']): Change<PresentRecord> {
  return { ...change, record: { ...change.record, links } };
}

/** The component under another policy; `inForce` is what the texts resolve to. */
export function policyChanged(
  record: PresentRecord,
  policy: PolicyTexts,
  inForce: { readonly source: string; readonly hash: string },
): Change<PresentRecord> {
  return {
    record: { ...record, number: record.number + 1, policy },
    facts: [{ type: 'PolicyChanged', source: inForce.source, hash: inForce.hash }],
  };
}

/** The component in another state. `drainBy`: when calls that still run are ended, for `stopping`. */
export function stateChanged(
  { drainBy: _past, ...record }: PresentRecord,
  to: ComponentState,
  now: number,
  drainBy?: number,
): Change<PresentRecord> {
  const { state: from, since, startedAt, number } = record;
  return {
    record: {
      ...record,
      number: number + 1,
      state: to,
      since: from === to ? since : now,
      startedAt: to === 'running' && from !== 'draining' ? now : startedAt,
      ...(drainBy === undefined ? {} : { drainBy }),
    },
    facts: from === to ? [] : [{ type: 'StateChanged', from, to }],
  };
}

/** The component after its removal; calls that still run at `drainBy` are ended. */
export function removed(record: PresentRecord, drainBy: number): Change<RemovedRecord> {
  const { name, incarnation, number, versionCount, state: from } = record;
  const stopped: readonly FactBody[] = from === 'stopped' ? [] : [{ type: 'StateChanged', from, to: 'stopped' }];
  return {
    record: { presence: 'removed', name, incarnation, number: number + 1, versionCount, drainBy },
    facts: [...stopped, { type: 'ComponentUnloaded' }],
  };
}

/** Versions to give up so that at most `MAX_VERSIONS_PER_COMPONENT` stay: the oldest that are not active. */
export function surplusVersions<V extends Pick<VersionKey, 'version' | 'createdAt'>>(
  versions: readonly V[],
  active: string,
): readonly V[] {
  const surplus = versions.length - MAX_VERSIONS_PER_COMPONENT;
  if (surplus <= 0) return [];
  return versions
    .filter(({ version }) => version !== active)
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .slice(0, surplus);
}
