/** The config that a shard gets, from a component's record and policy. */
import { expect, it } from 'vitest';
import { shardConfig } from '../../../durable/supervisor/shard-config.ts';
import { deployed, removed } from '../../../durable/supervisor/transitions.ts';
import { CALL_TIMEOUT_MS, MAX_FUEL_PER_CALL, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../../../src/core/limits.ts';
import { DEFAULT_MAXIMA, parsePolicy } from '../../../src/policy/index.ts';

const version = {
  version: 'v1',
  digest: 'sha256:aa',
  reference: 'r',
  createdAt: 0,
  bytes: 1,
  source: 'upload',
  functions: [{ name: 'demo:a/b@1.0.0#go', interface: 'demo:a/b@1.0.0', params: [], callable: true }],
  types: [],
  imports: [],
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
resources: {limits: {timeout: 200s, fuel: 12000000000, requestBytes: 1Gi, responseBytes: 1Gi}, pool: {maxConcurrent: 3, maxQueue: 5}}
`);
  expect(shardConfig(record, version, policy)).toMatchObject({
    state: 'serving',
    number: 1,
    incarnation: 1,
    access: 'token',
    environment: [['A', 'b']],
    maxConcurrent: 3,
    maxQueue: 5,
    timeoutMs: CALL_TIMEOUT_MS,
    fuel: MAX_FUEL_PER_CALL,
    requestBytes: MAX_REQUEST_BYTES,
    responseBytes: MAX_RESPONSE_BYTES,
    functions: [{ id: 'demo:a/b@1.0.0#go', name: 'go', interface: 'demo:a/b@1.0.0', callable: true }],
  });
});

it("carries the policy's fuel where that is less", () => {
  const policy = policyOf('resources: {limits: {fuel: 12345}}');
  expect(shardConfig(record, version, policy)).toMatchObject({ fuel: 12_345 });
});

it('of a removed component says nothing but that', () => {
  expect(shardConfig(removed(record).record, undefined, policyOf('version: "1.0"'))).toEqual({
    state: 'removed',
    number: 2,
    component: 'shop',
  });
});
