/** What policies mean: the contract's document, its defaults, units and normal forms. */

import { describe, expect, it } from 'vitest';
import { DENY_ALL, environmentOf } from '../../../src/policy/index.ts';
import { policyOf, problemsOf } from './support.ts';

const MIB = 1024 * 1024;

const CONTRACT = `
version: "1.0"
description: what this is for
access: public                      # or token
permissions:
  network:     {allow: [{host: api.example.com}, {host: "*.example.com"}, {cidr: 203.0.113.0/24}], deny: [{host: bad.example.com}]}
  storage:     {allow: [{uri: "fs://work/**", access: [read, write]}]}
  environment: {allow: [{key: API_KEY}, {key: MODE, value: fast}]}
  keyvalue:    {allow: [{bucket: cache, access: [read, write, delete]}]}
  blobstore:   {allow: [{container: reports, access: [read]}]}
  messaging:   {allow: [{topic: "orders.*", access: [publish, subscribe]}]}
  components:  {allow: [{name: pricing, functions: ["quote"]}]}
  logging:     {level: info}
resources:
  limits: {memory: 64Mi, fuel: 10000000000, timeout: 30s, cpu: 500m, requestBytes: 10Mi, responseBytes: 10Mi, subrequests: 50, capabilityUses: 10000}
  pool:   {shards: 1, warm: 1, maxConcurrent: 16, maxQueue: 64}
  rate:   {perSecond: 100, burst: 200}
validation: {maxBytes: 16Mi, maxImports: 100, allowedImports: ["wasi:*"], requiredExports: [], denyFeatures: [threads]}
supervision: {restart: on_failure, maxRestarts: 5, windowSeconds: 60, backoffMs: 100, backoffMaxMs: 30000, shutdownMs: 5000}
breaker:     {errorRate: 0.5, minCalls: 20, openMs: 10000}
health:      {export: health-check, intervalSeconds: 30, timeoutMs: 5000, healthyAfter: 2, unhealthyAfter: 3}
`;

/** Written from the contract by hand, so that a changed default is a failing test. */
const SHOWN = {
  version: '1.0',
  access: 'public',
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

const NOTHING = { allow: [], deny: [] };

describe('the contract', () => {
  it("reads the contract's own document", () => {
    expect(policyOf(CONTRACT)).toEqual({
      ...SHOWN,
      description: 'what this is for',
      permissions: {
        network: {
          allow: [
            { kind: 'host', match: 'exact', host: 'api.example.com' },
            { kind: 'host', match: 'subdomains', host: 'example.com' },
            { kind: 'cidr', family: 4, cidr: '203.0.113.0/24' },
          ],
          deny: [{ kind: 'host', match: 'exact', host: 'bad.example.com' }],
        },
        storage: { allow: [{ path: '/work/**', access: ['read', 'write'] }], deny: [] },
        environment: { allow: [{ key: 'API_KEY' }, { key: 'MODE', value: 'fast' }], deny: [] },
        keyvalue: { allow: [{ bucket: 'cache', access: ['read', 'write', 'delete'] }], deny: [] },
        blobstore: { allow: [{ container: 'reports', access: ['read'] }], deny: [] },
        messaging: { allow: [{ topic: 'orders.*', access: ['publish', 'subscribe'] }], deny: [] },
        components: { allow: [{ name: 'pricing', functions: ['quote'] }], deny: [] },
        logging: { level: 'info' },
      },
      resources: {
        ...SHOWN.resources,
        limits: { ...SHOWN.resources.limits, cpuMillis: 500 },
        rate: { perSecond: 100, burst: 200 },
      },
    });
  });

  it('gives what is left out the value the contract shows, and permits nothing', () => {
    const expected = {
      ...SHOWN,
      description: '',
      permissions: {
        network: NOTHING,
        storage: NOTHING,
        environment: NOTHING,
        keyvalue: NOTHING,
        blobstore: NOTHING,
        messaging: NOTHING,
        components: NOTHING,
        logging: { level: 'off' },
      },
    };
    for (const text of [
      '',
      '{}',
      '# nothing\n',
      '---\n',
      '\uFEFF',
      'version: 1.0',
      'permissions:\nresources:\n  limits:\n',
    ]) {
      expect(policyOf(text)).toEqual(expected);
    }
    expect(DENY_ALL).toEqual(expected);
  });

  it('survives JSON and structured clone', () => {
    const policy = policyOf(CONTRACT);
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
    expect(structuredClone(policy)).toEqual(policy);
  });

  it('reads JSON, tabs included', () => {
    expect(policyOf('{\n\t"access": "token",\n\t"resources": {"limits": {"timeout": "5m"}}\n}')).toMatchObject({
      access: 'token',
      resources: { limits: { timeoutMs: 300_000 } },
    });
  });

  it('keeps the defaults of a section that says only a part', () => {
    expect(policyOf('resources: {rate: {perSecond: 0.5}}').resources.rate).toEqual({ perSecond: 0.5, burst: 200 });
    expect(policyOf('permissions: {logging: {}}').permissions.logging).toEqual({ level: 'info' });
    expect(policyOf('breaker: {minCalls: 5}').breaker).toEqual({ errorRate: 0.5, minCalls: 5, openMs: 10_000 });
  });

  it('takes a component rule without functions to be about all of them', () => {
    expect(policyOf('permissions: {components: {allow: [{name: "price-*"}]}}').permissions.components.allow).toEqual([
      { name: 'price-*', functions: ['*'] },
    ]);
  });
});

describe('units', () => {
  const memory = (text: string) => policyOf(`resources: {limits: {memory: ${text}}}`).resources.limits.memoryBytes;
  const timeout = (text: string) => policyOf(`resources: {limits: {timeout: ${text}}}`).resources.limits.timeoutMs;
  const cpu = (text: string) => policyOf(`resources: {limits: {cpu: ${text}}}`).resources.limits.cpuMillis;

  it.each([
    ['64Mi', 64 * MIB],
    ['"64 Mi"', 64 * MIB],
    ['512Ki', 512 * 1024],
    ['0.0625Gi', 64 * MIB],
    ['100K', 100_000],
    ['64M', 64_000_000],
    ['1048576', MIB],
    ['"1048576"', MIB],
  ])('reads the size %s', (text, bytes) => expect(memory(text)).toBe(bytes));

  it.each([
    ['30s', 30_000],
    ['500ms', 500],
    ['5m', 300_000],
    ['1.5s', 1_500],
  ])('reads the duration %s', (text, ms) => expect(timeout(text)).toBe(ms));

  it.each([
    ['500m', 500],
    ['0.5', 500],
    ['"0.5"', 500],
    ['1', 1_000],
  ])('reads the CPU share %s', (text, millis) => expect(cpu(text)).toBe(millis));

  it.each([
    ['memory: 64Zi', '64Zi'],
    ['memory: lots', 'such as 64Mi'],
    ['memory: -1', '-1'],
    ['memory: .inf', 'is not a size'],
    ['memory: 512', 'a bare number counts bytes'],
    ['memory: 99999999999Gi', 'too large'],
    ['memory: 1constructor', 'is not a size'],
    ['timeout: 30', 'such as 30s'],
    ['timeout: 0s', 'out of range'],
    ['timeout: 100000h', 'out of range'],
    ['timeout: [1]', 'is not a duration'],
    ['cpu: 50%', 'such as 500m'],
    ['cpu: 0', 'out of range'],
    ['fuel: "5"', 'unquoted'],
    ['fuel: 0.5', 'whole number'],
    ['fuel: .nan', 'whole number'],
    ['subrequests: -1', 'out of range'],
    ['subrequests: true', 'is not a count'],
    ['requestBytes: 0', 'too small'],
  ])('refuses %s and says what to write', (text, told) => {
    const field = `resources.limits.${text.split(':')[0]}`;
    expect(problemsOf(`resources:\n  limits:\n    ${text}\n`)).toEqual([
      { line: 3, column: text.indexOf(' ') + 5 + 1, field, message: expect.stringContaining(told) },
    ]);
  });
});

describe('the environment', () => {
  const text = `
permissions:
  environment:
    allow: [{key: A, value: "1"}, {key: SECRET}, {key: B, value: ""}, {key: C, value: no}, {key: UNSET, value: }]
    deny: [{key: C}]
`;

  it('is what the policy states, and deny beats allow', () => {
    expect(environmentOf(policyOf(text))).toEqual([
      ['A', '1'],
      ['B', ''],
    ]);
  });
});
