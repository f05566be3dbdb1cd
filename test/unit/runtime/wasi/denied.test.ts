/** The interfaces that link and refuse, each with its own error. */
import { expect, it } from 'vitest';
import { createWasi } from '../../../../functions/runtime/wasi/index.ts';
import { PROVIDED_INTERFACES } from '../../../../functions/runtime/wasi/provided.ts';
import { failureOf, testContext } from './context.ts';

type Functions = Readonly<Record<string, (...values: unknown[]) => unknown>>;

const imports = createWasi(Object.keys(PROVIDED_INTERFACES), testContext()) as Readonly<Record<string, Functions>>;

it.each([
  ['wasi:sockets/tcp-create-socket', 'createTcpSocket', 'access-denied'],
  ['wasi:sockets/udp-create-socket', 'createUdpSocket', 'access-denied'],
  ['wasi:sockets/ip-name-lookup', 'resolveAddresses', 'access-denied'],
])('%s refuses %s with its own error', (name, member, payload) => {
  expect(failureOf(() => imports[name]?.[member]?.('anything'))).toEqual(payload);
});
