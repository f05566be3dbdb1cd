/** Pure: how a component's record is shown to the outside. */
import type { Manifest } from '../../src/build/manifest.ts';
import { startPages } from '../../src/build/start-pages.ts';
import { entrancesOf } from '../../src/component/entrances.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { typeDefinitions } from '../../src/component/type-definitions.ts';
import { typeText } from '../../src/component/wit-text.ts';
import type { Failure } from '../../src/core/errors.ts';
import { quantileMs } from '../../src/core/histogram.ts';
import { INTAKE } from '../../src/core/lifecycle.ts';
import { PAGE_BYTES } from '../../src/core/limits.ts';
import type { Result } from '../../src/core/result.ts';
import { DEFAULT_TEMPLATE, DENY_ALL } from '../../src/policy/index.ts';
import type { PoolGauges } from '../pool/contract.ts';
import type { ComponentDescription, ComponentStatus, FunctionDescription } from './contract.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { Counters, PresentRecord, VersionRecord } from './record.ts';
import { callLimits } from './shard-config.ts';

function describeFunction(fn: CallableFunction): FunctionDescription {
  return {
    name: fn.id,
    params: fn.params.map(({ name, type }) => ({ name, type: typeText(type) })),
    callable: fn.callable,
    ...(fn.interface === undefined ? {} : { interface: fn.interface }),
    ...(fn.description === undefined ? {} : { description: fn.description }),
    ...(fn.result === undefined ? {} : { result: typeText(fn.result) }),
    ...(fn.reason === undefined ? {} : { reason: fn.reason }),
  };
}

/** What is kept of a build for a new version. */
export function versionRecord(
  manifest: Manifest,
  {
    version,
    reference,
    source,
    now,
  }: { readonly version: string; readonly reference: string; readonly source: string; readonly now: number },
): VersionRecord {
  return {
    version,
    digest: manifest.digest,
    reference,
    bytes: manifest.sourceBytes,
    startPages: startPages(manifest),
    source,
    createdAt: now,
    functions: manifest.functions.map(describeFunction),
    types: typeDefinitions(manifest.functions),
    imports: manifest.imports,
    componentImports: manifest.componentImports,
    exports: manifest.exports,
    features: manifest.features,
  };
}

export function describeComponent(
  record: PresentRecord,
  versions: readonly VersionRecord[],
  active: VersionRecord,
  policy: Result<PolicyInForce, Failure>,
): ComponentDescription {
  return {
    name: record.name,
    state: record.state,
    active: { version: active.version, digest: active.digest },
    versions: versions.map(({ version, digest, bytes, source: from, createdAt }) => ({
      version,
      digest,
      bytes,
      source: from,
      createdAt: new Date(createdAt).toISOString(),
    })),
    functions: active.functions,
    entrances: entrancesOf(active.exports).map(({ kind, interface: from }) => ({ kind, interface: from })),
    types: active.types,
    imports: active.imports.map((entry) => {
      const component = Object.hasOwn(record.links, entry.name) ? record.links[entry.name] : undefined;
      return component === undefined ? entry : { ...entry, component };
    }),
    policy: policy.ok
      ? { source: policy.value.source, hash: policy.value.hash }
      : {
          source: record.policy.own === undefined ? `template:${DEFAULT_TEMPLATE}` : 'component',
          error: policy.error.message,
        },
    limits: callLimits(policy.ok ? policy.value.policy : DENY_ALL),
  };
}

/** What is shown of a shard that is out of reach. */
const NO_GAUGES: PoolGauges = { executing: 0, queued: 0, warm: 0, pages: 0, reuse: {} };

/** `gauges` is undefined when the shard is out of reach. */
export function describeStatus(
  record: PresentRecord,
  { total, failed, outcomes, durations }: Counters,
  gauges: PoolGauges | undefined,
  now: number,
): ComponentStatus {
  const { executing, queued, warm, pages, reuse } = gauges ?? NO_GAUGES;
  return {
    state: record.state,
    since: new Date(record.since).toISOString(),
    version: record.active,
    instances: { live: executing + warm, executing, warm, queued },
    ...(gauges === undefined ? { unreachable: true } : {}),
    reuse,
    calls: {
      total,
      failed,
      byOutcome: outcomes,
      p50Ms: quantileMs(durations, 0.5),
      p95Ms: quantileMs(durations, 0.95),
    },
    restarts: 0,
    breaker: 'closed',
    health: 'unknown',
    memoryBytes: pages * PAGE_BYTES,
    uptimeMs: INTAKE[record.state] === 'stopped' ? 0 : now - record.startedAt,
  };
}
