/** Attempts to use sockets: refused in the isolate, told once. */
import { expect, it } from 'vitest';
import { CapabilityClient } from '../../../../functions/runtime/capabilities.ts';
import { CallLifetime } from '../../../../functions/runtime/lifetime.ts';
import { createWasi } from '../../../../functions/runtime/wasi/index.ts';
import type { CapabilityUse } from '../../../../src/isolate/protocol.ts';
import { failureOf, testContext } from './context.ts';

type Functions = Readonly<Record<string, (...values: unknown[]) => unknown>>;

it('are told once in a call, whichever function was tried first', () => {
  const told: CapabilityUse[] = [];
  const lifetime = new CallLifetime();
  const capabilities = new CapabilityClient(async (use) => {
    told.push(use);
    throw new Error('nobody is there');
  }, lifetime);
  const names = ['udp-create-socket', 'tcp-create-socket', 'ip-name-lookup'].map((name) => `wasi:sockets/${name}`);
  const imports = createWasi(names, testContext({ lifetime, capabilities })) as Readonly<Record<string, Functions>>;
  for (const [name, member] of [
    ['udp-create-socket', 'createUdpSocket'],
    ['tcp-create-socket', 'createTcpSocket'],
    ['ip-name-lookup', 'resolveAddresses'],
  ] as const) {
    expect(failureOf(() => imports[`wasi:sockets/${name}`]?.[member]?.('ipv4'))).toBe('access-denied');
  }
  expect(told).toEqual([{ provider: 'sockets', operation: 'create-udp-socket', input: undefined }]);
});
