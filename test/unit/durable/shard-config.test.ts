/** The config that a shard gets, from a component's record and policy. */
import { expect, it } from 'vitest';
import { removedConfig, shardConfig } from '../../../durable/supervisor/shard-config.ts';
import { deployed, removed, stateChanged } from '../../../durable/supervisor/transitions.ts';
import { MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../../../src/core/limits.ts';
import { DEFAULT_MAXIMA, parsePolicy, type RuntimeGrants } from '../../../src/policy/index.ts';

const version = {
  version: 'v1',
  digest: 'sha256:aa',
  reference: 'r',
  createdAt: 0,
  bytes: 1,
  startPages: 17,
  source: 'upload',
  functions: [{ name: 'demo:a/b@1.0.0#go', interface: 'demo:a/b@1.0.0', params: [], callable: true }],
  types: [],
  imports: [],
  componentImports: [],
  exports: [],
  features: [],
};
const { record } = deployed('shop', undefined, version, { template: { number: 0, text: null } }, true, 0);

function policyOf(text: string) {
  const parsed = parsePolicy(text, DEFAULT_MAXIMA);
  if (!parsed.ok) throw new Error('the policy of this test is not valid');
  return parsed.value;
}

it('carries what a call needs and no more than the platform can', () => {
  const policy = policyOf(`version: "1.0"
access: token
permissions: {environment: {allow: [{key: A, value: b}]}}
resources: {limits: {timeout: 200s, cpu: 500m, fuel: 12000000000, memory: 32Mi, requestBytes: 1Gi, responseBytes: 1Gi, subrequests: 3, capabilityUses: 4}, pool: {maxConcurrent: 3, maxQueue: 5}}
`);
  expect(shardConfig(record, version, policy, [], 0)).toMatchObject({
    state: 'serving',
    number: 1,
    incarnation: 1,
    access: 'token',
    environment: [['A', 'b']],
    maxConcurrent: 3,
    maxQueue: 5,
    startPages: 17,
    timeoutMs: 200_000,
    cpuMs: 100_000,
    fuel: 12_000_000_000,
    memoryBytes: 32 * 1024 * 1024,
    subrequests: 3,
    capabilityUses: 4,
    requestBytes: MAX_REQUEST_BYTES,
    responseBytes: MAX_RESPONSE_BYTES,
    functions: [{ id: 'demo:a/b@1.0.0#go', name: 'go', interface: 'demo:a/b@1.0.0', callable: true }],
  });
});

it("has the contract's defaults, and no CPU time where the policy names none", () => {
  const config = shardConfig(record, version, policyOf('version: "1.0"'), [], 0);
  expect(config).toMatchObject({ fuel: 10_000_000_000, timeoutMs: 30_000, memoryBytes: 64 * 1024 * 1024 });
  expect(config).not.toHaveProperty('cpuMs');
  expect(config).not.toHaveProperty('drainMs');
});

it.each([
  ['running', 'serving'],
  ['draining', 'draining'],
  ['stopping', 'draining'],
  ['stopped', 'stopped'],
  ['failed', 'stopped'],
] as const)('of a %s component says %s', (state, intake) => {
  const changed = stateChanged(record, state, 5).record;
  expect(shardConfig(changed, version, policyOf('version: "1.0"'), [], 5)).toMatchObject({ state: intake });
});

it('says how long calls may go on, counted from when it is sent', () => {
  const stopping = stateChanged(record, 'stopping', 1_000, 6_000).record;
  const drainMs = (now: number) => shardConfig(stopping, version, policyOf('version: "1.0"'), [], now).drainMs;
  expect([drainMs(1_000), drainMs(5_000), drainMs(9_000)]).toEqual([5_000, 1_000, 0]);
});

it('of a removed component says nothing but that', () => {
  expect(removedConfig(removed(record, 700).record, 200)).toEqual({
    state: 'removed',
    number: 2,
    component: 'shop',
    drainMs: 500,
  });
});

it('carries those secrets alone that may be seen, and only where the policy states no value', () => {
  const policy = policyOf(`version: "1.0"
permissions: {environment: {allow: [{key: SEEN}, {key: STATED, value: x}, {key: DENIED}], deny: [{key: DENIED}]}}
`);
  const secrets = ['SEEN', 'STATED', 'DENIED', 'OTHER', 'GRANTED'].map((key) => {
    return { key, nonce: 'n', sealed: 's', bytes: 1, createdAt: 0, updatedAt: 0 };
  });
  const keys = (runtime: RuntimeGrants) =>
    shardConfig({ ...record, runtime }, version, policy, secrets, 0).secrets.map((secret) => Object.values(secret));
  expect(keys({ granted: ['env:GRANTED', 'env:STATED', 'env:DENIED'], revoked: [] })).toEqual([
    ['SEEN', 'n', 's'],
    ['GRANTED', 'n', 's'],
  ]);
  expect(keys({ granted: [], revoked: ['environment'] })).toEqual([]);
});
