/** Pure: the whole config that a pool shard gets for a component's record. */

import { CALL_TIMEOUT_MS, MAX_FUEL_PER_CALL, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../../src/core/limits.ts';
import { environmentOf, type Policy } from '../../src/policy/index.ts';
import type { ShardConfig } from '../pool/contract.ts';
import type { ComponentRecord, VersionRecord } from './record.ts';

export function shardConfig(record: ComponentRecord, version: VersionRecord | undefined, policy: Policy): ShardConfig {
  if (record.presence === 'removed' || version === undefined) {
    return { state: 'removed', number: record.number, component: record.name };
  }
  const { rate } = policy.resources;
  return {
    state: 'serving',
    number: record.number,
    component: record.name,
    incarnation: record.incarnation,
    version: version.version,
    digest: version.digest,
    functions: version.functions.map(({ name, interface: from, callable, reason }) => ({
      id: name,
      name: name.slice(name.indexOf('#') + 1),
      callable,
      ...(from === undefined ? {} : { interface: from }),
      ...(reason === undefined ? {} : { reason }),
    })),
    access: policy.access,
    environment: environmentOf(policy),
    ...callLimits(policy),
    ...(rate === undefined ? {} : { rate }),
  };
}

/** The limits of a call that a shard holds up: the policy's, within what the platform can carry. */
export function callLimits({ resources: { limits, pool } }: Policy) {
  return {
    maxConcurrent: pool.maxConcurrent,
    maxQueue: pool.maxQueue,
    timeoutMs: Math.min(limits.timeoutMs, CALL_TIMEOUT_MS),
    fuel: Math.min(limits.fuel, MAX_FUEL_PER_CALL),
    requestBytes: Math.min(limits.requestBytes, MAX_REQUEST_BYTES),
    responseBytes: Math.min(limits.responseBytes, MAX_RESPONSE_BYTES),
  };
}
