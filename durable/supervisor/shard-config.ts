/** Pure: the whole config that a pool shard gets for a component's record. */

import type { SealedSecret } from '../../src/capability/config/secret-box.ts';
import { entrancesOf } from '../../src/component/entrances.ts';
import { INTAKE } from '../../src/core/lifecycle.ts';
import { MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../../src/core/limits.ts';
import { compileGrants, environmentOf, type Grants, grantsOf, type Policy } from '../../src/policy/index.ts';
import type { RemovedConfig, ServingConfig } from '../pool/contract.ts';
import type { PresentRecord, RemovedRecord, VersionRecord } from './record.ts';

/** `now`: when it is sent, since shards count from when it arrives. */
export function shardConfig(
  record: PresentRecord,
  version: VersionRecord,
  policy: Policy,
  secrets: readonly SealedSecret[],
  now: number,
): ServingConfig {
  const { rate } = policy.resources;
  const grants = grantsOf(policy, record.runtime);
  const environment = environmentOf(policy);
  return {
    state: INTAKE[record.state],
    number: record.number,
    component: record.name,
    incarnation: record.incarnation,
    version: version.version,
    digest: version.digest,
    startPages: version.startPages,
    functions: version.functions.map(({ name, interface: from, callable, reason }) => ({
      id: name,
      name: name.slice(name.indexOf('#') + 1),
      callable,
      ...(from === undefined ? {} : { interface: from }),
      ...(reason === undefined ? {} : { reason }),
    })),
    entrances: entrancesOf(version.exports).map(({ kind }) => kind),
    access: policy.access,
    grants,
    environment,
    secrets: visibleSecrets(secrets, grants, environment),
    ...(Object.keys(record.links).length === 0 ? {} : { links: record.links }),
    ...callLimits(policy),
    ...(rate === undefined ? {} : { rate }),
    ...drainOf(record, now),
  };
}

/** Those alone that may be seen: what a shard does not have it cannot give away. */
function visibleSecrets(
  secrets: readonly SealedSecret[],
  grants: Grants,
  stated: readonly (readonly [key: string, value: string])[],
): SealedSecret[] {
  const decide = compileGrants(grants);
  return secrets
    .filter(({ key }) => decide({ capability: 'environment', key }).allowed)
    .filter(({ key }) => stated.every(([name]) => name !== key))
    .map(({ key, nonce, sealed }) => ({ key, nonce, sealed }));
}

export function removedConfig(record: RemovedRecord, now: number): RemovedConfig {
  return { state: 'removed', number: record.number, component: record.name, ...drainOf(record, now) };
}

/**
 * The limits that a shard holds up, or hands to the isolate with each call: the policy's, which the platform's maxima bound
 * already, and of bodies no more than a shard can hold.
 */
export function callLimits({ resources: { limits, pool } }: Policy) {
  const { timeoutMs, cpuMillis, fuel, memoryBytes, capabilityUses, subrequests } = limits;
  return {
    maxConcurrent: pool.maxConcurrent,
    maxQueue: pool.maxQueue,
    timeoutMs,
    ...(cpuMillis === undefined ? {} : { cpuMs: Math.max(1, Math.round((timeoutMs * cpuMillis) / 1_000)) }),
    fuel,
    memoryBytes,
    requestBytes: Math.min(limits.requestBytes, MAX_REQUEST_BYTES),
    responseBytes: Math.min(limits.responseBytes, MAX_RESPONSE_BYTES),
    capabilityUses,
    subrequests,
  };
}

function drainOf({ drainBy }: { readonly drainBy?: number }, now: number): { readonly drainMs?: number } {
  return drainBy === undefined ? {} : { drainMs: Math.max(0, drainBy - now) };
}
