/** Wassette 1.0 files (policy-mcp schema/v1.json and the policy crate) load unchanged; what they say is enforced. */

import { describe, expect, it } from 'vitest';
import { policyOf, problemsOf } from './support.ts';

const MIB = 1024 * 1024;

const FULL = `
# yaml-language-server: $schema=https://example.com/v1.json
$schema: https://example.com/v1.json
version: "1.0"
description: "Everything the format has"
permissions:
  storage:
    allow:
    - uri: "fs://workspace/**"
      access: ["read", "write"]
    deny:
    - uri: "fs://workspace/.secrets/**"
      access: ["read", "write"]
  network:
    allow:
    - defaults: true
    - host: "*.services.example"
    - cidr: "10.0.0.0/8"
    deny:
    - host: "*"
    - cidr: "0.0.0.0/0"
  environment:
    allow:
    - key: "PATH"
  runtime:
    docker:
      security:
        privileged: false
        no_new_privileges: true
        capabilities: {drop: ["ALL"], add: ["NET_BIND_SERVICE"]}
    wasm:
      engine: wasmtime
      module: fs://workspace/service.wasm
      wasi:
        inherit_env: true
        args: ["serve"]
        preopens: [{host_path: fs://workspace/config, guest_path: /config, access: [read]}]
    hyperlight:
      anything: [goes, {here: true}]
  resources:
    cpu: 50.0
    memory: 64
    io: 1000
  ipc:
    allow:
    - uri: "pipe://app"
    deny:
    - uri: "socket://unix:/tmp/app.sock"
`;

describe('a Wassette file', () => {
  it('loads with every section of the format', () => {
    const policy = policyOf(FULL);
    expect(policy.permissions.network).toEqual({
      allow: [
        { kind: 'host', match: 'subdomains', host: 'services.example' },
        { kind: 'cidr', family: 4, cidr: '10.0.0.0/8' },
      ],
      deny: [
        { kind: 'host', match: 'any', host: '*' },
        { kind: 'cidr', family: 4, cidr: '0.0.0.0/0' },
      ],
    });
    expect(policy.permissions.storage.deny).toEqual([{ path: '/workspace/.secrets/**', access: ['read', 'write'] }]);
    expect(policy.resources.limits).toMatchObject({ memoryBytes: 64 * MIB, cpuMillis: 500 });
  });

  it('tells which of its fields have no effect', () => {
    expect(policyOf(FULL).ignored).toEqual([
      'permissions.network.allow[0].defaults',
      'permissions.resources.io',
      'permissions.runtime',
      'permissions.ipc',
    ]);
  });

  it.each([
    'version: "1.0"\npermissions: {}',
    'version: "1.1"\npermissions:\n  storage:\n    allow:\n',
    'version: 1.0\npermissions:\n  runtime:\n    docker:\n    hyperlight:\n  network:\n    deny:\n',
    'version: "1.0"\npermissions:\n  network:\n    allow:\n      - host: "https://feeds.example.org/"\n',
    'version: "1.0"\npermissions:\n  storage:\n    allow:\n      - uri: "fs:///"\n        access: ["read"]\n',
  ])('loads as it is: %j', (text) =>
    expect(policyOf(text).ignored.filter((f) => f !== 'permissions.runtime')).toEqual([]),
  );

  it('counts bare memory in megabytes, and reads Kubernetes quantities', () => {
    const memory = (text: string) => policyOf(`permissions: {resources: ${text}}`).resources.limits.memoryBytes;
    expect(memory('{memory: 32}')).toBe(32 * MIB);
    expect(memory('{limits: {memory: 32}}')).toBe(32 * MIB);
    expect(memory('{limits: {memory: "96Mi"}}')).toBe(96 * MIB);
  });

  it('reads CPU as millicores or cores under limits, as a percentage beside it', () => {
    const cpu = (text: string) => policyOf(`permissions: {resources: ${text}}`).resources.limits.cpuMillis;
    expect(cpu('{limits: {cpu: "250m"}}')).toBe(250);
    expect(cpu('{limits: {cpu: 2}}')).toBe(2_000);
    expect(cpu('{cpu: 35.5}')).toBe(355);
  });

  it('lets the lower number hold where two sections state one', () => {
    const text = 'permissions: {resources: {memory: 8, cpu: 90}}\nresources: {limits: {memory: 16Mi, cpu: 500m}}';
    expect(policyOf(text).resources.limits).toMatchObject({ memoryBytes: 8 * MIB, cpuMillis: 500 });
  });

  it("is refused where its memory is above the platform's maximum", () => {
    expect(problemsOf('version: "1.0"\npermissions:\n  resources:\n    limits:\n      memory: "512Mi"\n')).toEqual([
      {
        line: 5,
        column: 15,
        field: 'permissions.resources.limits.memory',
        message: expect.stringMatching(/^512Mi is above this platform's maximum of 96Mi/),
      },
    ]);
  });

  it.each([
    ['permissions: {network: {deny: [{defaults: true}]}}', 'permissions.network.deny[0].defaults'],
    ['permissions: {network: {allow: [{defaults: false}]}}', 'permissions.network.allow[0].defaults'],
    ['permissions: {network: {allow: [{defaults: true, host: a.b}]}}', 'permissions.network.allow[0]'],
    ['permissions: {runtime: {dcker: {}}}', 'permissions.runtime.dcker'],
    ['permissions: {runtime: {wasm: {engine: v9}}}', 'permissions.runtime.wasm.engine'],
    ['permissions: {ipc: {allow: [{}]}}', 'permissions.ipc.allow[0].uri'],
    ['permissions: {resources: {cpu: 101}}', 'permissions.resources.cpu'],
    ['permissions: {resources: {memory: 0}}', 'permissions.resources.memory'],
  ])('is refused where silence would be worse: %s', (text, field) => {
    expect(problemsOf(text)[0]).toMatchObject({ line: 1, field });
  });
});
