/** `wasi:sockets`: the network can be named, and everything that would use it is `access-denied`. */
import { deniedInterface } from './denied.ts';
import { Resource } from './resource.ts';

const DENIED = 'access-denied';

export class Network extends Resource {}

export const network = { Network, networkErrorCode: () => undefined };

export const instanceNetwork = { instanceNetwork: () => new Network() };

export const ipNameLookup = deniedInterface('wasi:sockets/ip-name-lookup', DENIED);
export const tcp = deniedInterface('wasi:sockets/tcp', DENIED);
export const tcpCreateSocket = deniedInterface('wasi:sockets/tcp-create-socket', DENIED);
export const udp = deniedInterface('wasi:sockets/udp', DENIED);
export const udpCreateSocket = deniedInterface('wasi:sockets/udp-create-socket', DENIED);
