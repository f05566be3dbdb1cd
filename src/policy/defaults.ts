/** What a policy says where it says nothing: the one place where defaults are written. */

import type { Permissions, Policy, Rate } from './document.ts';

const MIB = 1024 * 1024;

/**
 * The policy of an empty document, and of a component that has neither a policy nor a template: nothing is permitted,
 * the limits are the contract's.
 */
export const DENY_ALL: Policy = {
  version: '1.0',
  description: '',
  access: 'public',
  permissions: {
    network: { allow: [], deny: [] },
    storage: { allow: [], deny: [] },
    environment: { allow: [], deny: [] },
    keyvalue: { allow: [], deny: [] },
    blobstore: { allow: [], deny: [] },
    messaging: { allow: [], deny: [] },
    components: { allow: [], deny: [] },
    logging: { level: 'off' },
  },
  resources: {
    limits: {
      memoryBytes: 64 * MIB,
      fuel: 10_000_000_000,
      timeoutMs: 30_000,
      requestBytes: 10 * MIB,
      responseBytes: 10 * MIB,
      subrequests: 50,
      capabilityUses: 10_000,
    },
    pool: { shards: 1, warm: 1, maxConcurrent: 16, maxQueue: 64 },
  },
  validation: {
    maxBytes: 16 * MIB,
    maxImports: 100,
    allowedImports: ['wasi:*'],
    requiredExports: [],
    denyFeatures: ['threads'],
  },
  supervision: {
    restart: 'on_failure',
    maxRestarts: 5,
    windowSeconds: 60,
    backoffMs: 100,
    backoffMaxMs: 30_000,
    shutdownMs: 5_000,
  },
  breaker: { errorRate: 0.5, minCalls: 20, openMs: 10_000 },
  health: { export: 'health-check', intervalSeconds: 30, timeoutMs: 5_000, healthyAfter: 2, unhealthyAfter: 3 },
  ignored: [],
};

/** What a `rate` section that is there, but says only one of its two numbers, means by the other. */
export const RATE_DEFAULTS: Rate = { perSecond: 100, burst: 200 };

/** What a `logging` section that is there, but names no level, means. Without a section nothing may be logged. */
export const LOGGING_DEFAULTS: Permissions['logging'] = { level: 'info' };
