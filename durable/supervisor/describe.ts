/** Pure: how a component's record is shown to the outside. */
import type { Manifest } from '../../src/build/manifest.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { typeDefinitions } from '../../src/component/type-definitions.ts';
import { typeText } from '../../src/component/wit-text.ts';
import { quantileMs } from '../../src/core/histogram.ts';
import type { PoolGauges } from '../pool/contract.ts';
import type { ComponentDescription, ComponentStatus, FunctionDescription } from './contract.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { Counters, PresentRecord, VersionRecord } from './record.ts';

export function describeFunction(fn: CallableFunction): FunctionDescription {
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
  { version, source, now }: { readonly version: string; readonly source: string; readonly now: number },
): VersionRecord {
  return {
    version,
    digest: manifest.digest,
    bytes: manifest.sourceBytes,
    source,
    createdAt: now,
    functions: manifest.functions.map(describeFunction),
    types: typeDefinitions(manifest.functions),
    imports: manifest.imports,
    exports: manifest.exports,
    features: manifest.features,
  };
}

export function describeComponent(
  record: PresentRecord,
  versions: readonly VersionRecord[],
  active: VersionRecord,
  { policy, source, hash }: PolicyInForce,
): ComponentDescription {
  const { limits, pool } = policy.resources;
  const numbers = Object.entries({ ...limits, ...pool }).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
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
    types: active.types,
    imports: active.imports,
    policy: { source, hash },
    limits: Object.fromEntries(numbers),
  };
}

export function describeStatus(
  record: PresentRecord,
  { total, failed, durations }: Counters,
  { executing, queued }: PoolGauges,
  now: number,
): ComponentStatus {
  return {
    state: record.state,
    since: new Date(record.since).toISOString(),
    version: record.active,
    instances: { live: executing, executing, warm: 0, queued },
    calls: { total, failed, p50Ms: quantileMs(durations, 0.5), p95Ms: quantileMs(durations, 0.95) },
    restarts: 0,
    breaker: 'closed',
    health: 'unknown',
    memoryBytes: null,
    uptimeMs: now - record.since,
  };
}
