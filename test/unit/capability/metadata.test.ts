/** What the platform says of its providers is what they are. */
import { expect, expectTypeOf, it } from 'vitest';
import { PROVIDED_INTERFACES } from '../../../functions/runtime/wasi/provided.ts';
import type { BlobOperations } from '../../../src/capability/blobstore/contract.ts';
import type { ConfigOperations } from '../../../src/capability/config/contract.ts';
import type { KeyValueOperation } from '../../../src/capability/keyvalue/contract.ts';
import type { MessagingOperations } from '../../../src/capability/messaging/contract.ts';
import { metadataOf, providerNodes } from '../../../src/capability/metadata.ts';
import type { FileOperation } from '../../../src/core/files/requests.ts';
import { PROVIDERS } from '../../../src/isolate/protocol.ts';

it('every provider is a node that runs, unless the operator has stopped it', () => {
  const nodes = providerNodes('http, sockets');
  expect(nodes.map(({ id }) => id)).toEqual(PROVIDERS.map((name) => `provider/${name}`));
  const stopped = nodes.filter(({ state }) => state === 'stopped').map(({ id }) => id);
  expect(stopped.toSorted()).toEqual(['provider/http', 'provider/sockets']);
});

it('all are stopped where the operator names what is no provider', () => {
  expect(new Set(providerNodes('htp').map(({ state }) => state))).toEqual(new Set(['stopped']));
});

it('the interfaces of a provider are ones that components can import', () => {
  const provided = new Set(Object.keys(PROVIDED_INTERFACES).map((name) => name.replace(/@.*$/, '')));
  const named = PROVIDERS.flatMap((name) => metadataOf(name).interfaces);
  expect(named.filter((name) => !provided.has(name))).toEqual([]);
});

it('the operations of a provider are all that its contract has', () => {
  const { keyvalue, blobstore, messaging, filesystem, config } = {
    keyvalue: metadataOf('keyvalue').operations,
    blobstore: metadataOf('blobstore').operations,
    messaging: metadataOf('messaging').operations,
    filesystem: metadataOf('filesystem').operations,
    config: metadataOf('config').operations,
  };
  // The compiler is who checks these.
  expectTypeOf<(typeof keyvalue)[number]>().toEqualTypeOf<KeyValueOperation>();
  expectTypeOf<(typeof blobstore)[number]>().toEqualTypeOf<keyof BlobOperations>();
  expectTypeOf<(typeof messaging)[number]>().toEqualTypeOf<keyof MessagingOperations>();
  expectTypeOf<(typeof filesystem)[number]>().toEqualTypeOf<FileOperation>();
  expectTypeOf<(typeof config)[number]>().toEqualTypeOf<keyof ConfigOperations>();
  for (const names of [keyvalue, blobstore, messaging, filesystem, config]) {
    expect(new Set<string>(names).size).toBe(names.length);
  }
});
