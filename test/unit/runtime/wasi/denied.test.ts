/** The interfaces that link and refuse, each with its own error. */
import { expect, it } from 'vitest';
import { filesystemTypes } from '../../../../functions/runtime/wasi/filesystem.ts';
import { createWasi } from '../../../../functions/runtime/wasi/index.ts';
import { PROVIDED_INTERFACES } from '../../../../functions/runtime/wasi/provided.ts';
import { assign, type Resource } from '../../../../functions/runtime/wasi/resource.ts';
import { failureOf, testContext } from './context.ts';

type Functions = Readonly<Record<string, (...values: unknown[]) => unknown>>;

const imports = createWasi(Object.keys(PROVIDED_INTERFACES), testContext()) as Readonly<Record<string, Functions>>;

it.each([
  ['wasi:sockets/tcp-create-socket', 'createTcpSocket', 'access-denied'],
  ['wasi:sockets/udp-create-socket', 'createUdpSocket', 'access-denied'],
  ['wasi:sockets/ip-name-lookup', 'resolveAddresses', 'access-denied'],
  ['wasi:config/store', 'get', { tag: 'upstream', val: 'access denied' }],
])('%s refuses %s with its own error', (name, member, payload) => {
  expect(failureOf(() => imports[name]?.[member]?.('anything'))).toEqual(payload);
});

it('shows no directories', () => {
  expect(imports['wasi:filesystem/preopens']?.['getDirectories']?.()).toEqual([]);
});

it('refuses every method of a descriptor', () => {
  const Descriptor = Reflect.get(filesystemTypes, 'Descriptor') as new () => Resource & Functions; // as `deniedInterface` makes it
  const descriptor = new Descriptor();
  assign(descriptor, testContext().toll);
  expect(failureOf(() => descriptor['openAt']?.())).toBe('access-denied');
});
