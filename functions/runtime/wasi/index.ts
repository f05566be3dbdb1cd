/** The WASI that one call sees. What has state is made for the call; the rest is shared and frozen by the lockdown. */
import { UnmeteredModule } from '../fuel.ts';
import { CallOver } from '../lifetime.ts';
import { LimitReached } from '../limit-reached.ts';
import { containerClasses, createBlobstore, createBlobTypes, valueClasses } from './blobstore/index.ts';
import { chargedInterface, chargeMethods } from './charged.ts';
import * as cli from './cli.ts';
import { createMonotonicClock, timezone, wallClock } from './clocks.ts';
import { createConfigStore } from './config.ts';
import type { WasiContext } from './context.ts';
import { GuestExit, WasiFailure, WasiTrap } from './failure.ts';
import { createPreopens, filesystemShared, filesystemTypes } from './filesystem/index.ts';
import { httpTypes } from './http/index.ts';
import { createOutgoingHandler } from './http/outgoing-handler.ts';
import { atomics, createAtomics } from './keyvalue/atomics.ts';
import { batch } from './keyvalue/batch.ts';
import { Bucket, createStore, NUMBER_CURSORS, TEXT_CURSORS } from './keyvalue/store.ts';
import { createLogging } from './logging.ts';
import { createProducer, createRequestReply, messagingTypes, RequestOptions } from './messaging.ts';
import { createPoll, Pollable } from './poll.ts';
import { insecureRandom, insecureSeed, random } from './random.ts';
import { Resource } from './resource.ts';
import * as sockets from './sockets.ts';
import { ioError, streams } from './streams.ts';

type Members = Readonly<Record<string, unknown>>;
type Implementation = (context: WasiContext) => Members;

/** Interfaces without state of their own: one object for all calls. By their keys in `PROVIDED_INTERFACES`. */
const SHARED: Readonly<Record<string, Members>> = {
  'wasi:cli/terminal-input': cli.terminalInput,
  'wasi:cli/terminal-output': cli.terminalOutput,
  'wasi:cli/terminal-stdin': cli.terminalStdin,
  'wasi:cli/terminal-stdout': cli.terminalStdout,
  'wasi:cli/terminal-stderr': cli.terminalStderr,
  'wasi:clocks/timezone': timezone,
  'wasi:clocks/wall-clock': wallClock,
  'wasi:filesystem/types': filesystemTypes,
  'wasi:http/types': httpTypes,
  'wasi:io/error': ioError,
  'wasi:io/streams': streams,
  'wasi:messaging/types': messagingTypes,
  'wasi:random/insecure': insecureRandom,
  'wasi:random/insecure-seed': insecureSeed,
  'wasi:random/random': random,
  'wasi:sockets/instance-network': sockets.instanceNetwork,
  'wasi:sockets/network': sockets.network,
  'wasi:sockets/tcp': sockets.tcp,
  'wasi:sockets/udp': sockets.udp,
  'wasi:keyvalue/atomics': atomics,
  'wasi:keyvalue/atomics@0.2.0-draft': createAtomics(true),
  'wasi:keyvalue/batch': batch,
};

/** By the keys of `PROVIDED_INTERFACES`. */
export const IMPLEMENTATIONS: ReadonlyMap<string, Implementation> = new Map<string, Implementation>([
  ...Object.entries(SHARED).map(([name, members]) => [name, () => members] as const),
  ['wasi:cli/environment', cli.createEnvironment],
  ['wasi:cli/exit', cli.createExit],
  ['wasi:cli/stdin', cli.createStdin],
  ['wasi:cli/stdout', cli.createStdout],
  ['wasi:cli/stderr', cli.createStderr],
  ['wasi:clocks/monotonic-clock', createMonotonicClock],
  ['wasi:config/store', createConfigStore],
  ['wasi:http/outgoing-handler', createOutgoingHandler],
  ['wasi:filesystem/preopens', createPreopens],
  ['wasi:io/poll', createPoll],
  ['wasi:keyvalue/store', (context) => createStore(context, TEXT_CURSORS)],
  ['wasi:keyvalue/store@0.2.0-draft', (context) => createStore(context, NUMBER_CURSORS)],
  ['wasi:logging/logging', createLogging],
  ['wasi:messaging/producer', createProducer],
  ['wasi:messaging/request-reply', createRequestReply],
  ['wasi:sockets/ip-name-lookup', sockets.createIpNameLookup],
  ['wasi:sockets/tcp-create-socket', sockets.createTcpCreateSocket],
  ['wasi:sockets/udp-create-socket', sockets.createUdpCreateSocket],
  ['wasi:blobstore/blobstore', createBlobstore],
  ['wasi:blobstore/container', () => containerClasses],
  ['wasi:blobstore/types', createBlobTypes],
]);

/** Interfaces made for each call whose classes all calls share. */
const SHARED_CLASSES: Readonly<Record<string, Members>> = {
  'wasi:io/poll': { Pollable },
  'wasi:keyvalue/store': { Bucket },
  'wasi:messaging/request-reply': { RequestOptions },
  'wasi:sockets/ip-name-lookup': sockets.ipNameLookup,
  'wasi:blobstore/container': containerClasses,
  'wasi:blobstore/types': valueClasses,
};

for (const [name, members] of Object.entries({ ...SHARED, ...SHARED_CLASSES })) chargeMethods(name, members);

/** What more than one call can reach; to be frozen. */
export const sharedObjects: readonly object[] = [
  ...Object.values(SHARED),
  ...Object.values(SHARED_CLASSES),
  ...filesystemShared,
  ...[
    Resource,
    Pollable,
    Bucket,
    RequestOptions,
    WasiFailure,
    WasiTrap,
    GuestExit,
    CallOver,
    LimitReached,
    UnmeteredModule,
  ],
];

/** The objects behind `interfaces` (keys of `PROVIDED_INTERFACES`), for one call. */
export function createWasi(interfaces: readonly string[], context: WasiContext): Readonly<Record<string, object>> {
  const imports: Record<string, object> = Object.create(null);
  for (const name of interfaces) {
    const implementation = IMPLEMENTATIONS.get(name);
    if (implementation !== undefined) imports[name] = chargedInterface(name, implementation(context), context.toll);
  }
  return imports;
}
