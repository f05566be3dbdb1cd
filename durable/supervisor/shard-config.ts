/** Pure: the whole config that a pool shard gets for a component's record. */

import { CALL_TIMEOUT_MS } from '../../src/core/limits.ts';
import { environmentOf, type Policy } from '../../src/policy/index.ts';
import type { ShardConfig } from '../pool/contract.ts';
import type { ComponentRecord, VersionRecord } from './record.ts';

export function shardConfig(record: ComponentRecord, version: VersionRecord | undefined, policy: Policy): ShardConfig {
  if (record.presence === 'removed' || version === undefined) {
    return { state: 'removed', number: record.number, component: record.name };
  }
  const { limits, pool, rate } = policy.resources;
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
    maxConcurrent: pool.maxConcurrent,
    maxQueue: pool.maxQueue,
    timeoutMs: Math.min(limits.timeoutMs, CALL_TIMEOUT_MS),
    requestBytes: limits.requestBytes,
    responseBytes: limits.responseBytes,
    ...(rate === undefined ? {} : { rate }),
  };
}
