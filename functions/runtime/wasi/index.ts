/** The WASI that one call sees. What has state is made for the call; the rest is shared and frozen by the lockdown. */
import * as cli from './cli.ts';
import { createMonotonicClock, wallClock } from './clocks.ts';
import type { WasiContext } from './context.ts';
import { deniedInterface } from './denied.ts';
import { filesystemTypes, preopens } from './filesystem.ts';
import { httpTypes, outgoingHandler } from './http.ts';
import { createPoll, Pollable } from './poll.ts';
import { insecureRandom, insecureSeed, random } from './random.ts';
import * as sockets from './sockets.ts';
import { ioError, streams } from './streams.ts';

type Implementation = (context: WasiContext) => object;

const KEYVALUE_DENIED = { tag: 'access-denied' };

/** What more than one call can reach; to be frozen. */
export const sharedObjects: object[] = [Pollable];

/** By name without version; the same names as `PROVIDED_INTERFACES`. */
export const IMPLEMENTATIONS: ReadonlyMap<string, Implementation> = new Map<string, Implementation>([
  ['wasi:cli/environment', cli.createEnvironment],
  ['wasi:cli/exit', cli.createExit],
  ['wasi:cli/stdin', shared(cli.stdin)],
  ['wasi:cli/stdout', cli.createStdout],
  ['wasi:cli/stderr', cli.createStderr],
  ['wasi:cli/terminal-input', shared(cli.terminalInput)],
  ['wasi:cli/terminal-output', shared(cli.terminalOutput)],
  ['wasi:cli/terminal-stdin', shared(cli.terminalStdin)],
  ['wasi:cli/terminal-stdout', shared(cli.terminalStdout)],
  ['wasi:cli/terminal-stderr', shared(cli.terminalStderr)],
  ['wasi:clocks/monotonic-clock', createMonotonicClock],
  ['wasi:clocks/wall-clock', shared(wallClock)],
  ['wasi:filesystem/preopens', shared(preopens)],
  ['wasi:filesystem/types', shared(filesystemTypes)],
  ['wasi:http/outgoing-handler', shared(outgoingHandler)],
  ['wasi:http/types', shared(httpTypes)],
  ['wasi:io/error', shared(ioError)],
  ['wasi:io/poll', createPoll],
  ['wasi:io/streams', shared(streams)],
  ['wasi:random/insecure', shared(insecureRandom)],
  ['wasi:random/insecure-seed', shared(insecureSeed)],
  ['wasi:random/random', shared(random)],
  ['wasi:sockets/instance-network', shared(sockets.instanceNetwork)],
  ['wasi:sockets/ip-name-lookup', shared(sockets.ipNameLookup)],
  ['wasi:sockets/network', shared(sockets.network)],
  ['wasi:sockets/tcp', shared(sockets.tcp)],
  ['wasi:sockets/tcp-create-socket', shared(sockets.tcpCreateSocket)],
  ['wasi:sockets/udp', shared(sockets.udp)],
  ['wasi:sockets/udp-create-socket', shared(sockets.udpCreateSocket)],
  ['wasi:keyvalue/store', shared(deniedInterface('wasi:keyvalue/store', KEYVALUE_DENIED))],
  ['wasi:keyvalue/atomics', shared(deniedInterface('wasi:keyvalue/atomics', KEYVALUE_DENIED))],
  ['wasi:keyvalue/batch', shared(deniedInterface('wasi:keyvalue/batch', KEYVALUE_DENIED))],
  ['wasi:config/store', shared(deniedInterface('wasi:config/store', { tag: 'upstream', val: 'access denied' }))],
]);

/** The objects behind `interfaces` (names without versions), for one call. */
export function createWasi(interfaces: readonly string[], context: WasiContext): Readonly<Record<string, object>> {
  const imports: Record<string, object> = Object.create(null);
  for (const name of interfaces) {
    const implementation = IMPLEMENTATIONS.get(name);
    if (implementation !== undefined) imports[name] = implementation(context);
  }
  return imports;
}

/** An interface without state of its own. */
function shared(implementation: object): Implementation {
  sharedObjects.push(implementation);
  return () => implementation;
}
