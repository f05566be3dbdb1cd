/**
 * `wasi:sockets`: the network can be named, and everything that would use it is `access-denied`. Nothing is asked outside
 * of the isolate; the first attempt of a call is told there, for no refusal goes unrecorded.
 */
import type { WasiContext } from './context.ts';
import { deniedInterface } from './denied.ts';
import { WasiFailure } from './failure.ts';
import { Resource } from './resource.ts';

const DENIED = 'access-denied';

export class Network extends Resource {}

export const network = { Network, networkErrorCode: () => undefined };

export const instanceNetwork = { instanceNetwork: () => new Network() };

/** Its sockets cannot be had: no function makes one. */
export const tcp = deniedInterface('wasi:sockets/tcp', DENIED);
export const udp = deniedInterface('wasi:sockets/udp', DENIED);
export const ipNameLookup = deniedInterface('wasi:sockets/ip-name-lookup', DENIED);

export function createIpNameLookup(context: WasiContext) {
  return { ...ipNameLookup, resolveAddresses: refusal(context, 'resolve-addresses') };
}

export function createTcpCreateSocket(context: WasiContext) {
  return { createTcpSocket: refusal(context, 'create-tcp-socket') };
}

export function createUdpCreateSocket(context: WasiContext) {
  return { createUdpSocket: refusal(context, 'create-udp-socket') };
}

function refusal({ capabilities }: WasiContext, operation: string): () => never {
  return () => {
    capabilities.refused('sockets', operation);
    throw new WasiFailure(DENIED);
  };
}
