/** PURE: what each provider stands for and can be asked for, and whether the operator lets it run: what `GET /v1/nodes` shows of them. */
import { FILE_OPERATIONS } from '../core/files/requests.ts';
import { PROVIDERS, type ProviderName } from '../isolate/capability-use.ts';
import type { BlobOperations } from './blobstore/contract.ts';
import type { ConfigOperations } from './config/contract.ts';
import type { KeyValueOperation } from './keyvalue/contract.ts';
import type { MessagingOperations } from './messaging/contract.ts';
import { switchedOff } from './switched-off.ts';

/** What a provider is. */
export interface ProviderMetadata {
  readonly name: ProviderName;
  /** The WASI interfaces behind which it stands, without versions. */
  readonly interfaces: readonly string[];
  /** What it can be asked for. */
  readonly operations: readonly string[];
}

/** A provider as a node of the platform. */
export interface ProviderNode extends Omit<ProviderMetadata, 'name'> {
  /** `provider/` and its name. */
  readonly id: string;
  readonly kind: 'provider';
  /** `stopped`: the operator has named it in `PROVIDERS_OFF`. */
  readonly state: 'running' | 'stopped';
}

type Description<Operation extends string = string> = Omit<ProviderMetadata, 'name'> & {
  readonly operations: readonly Operation[];
};

const DESCRIPTIONS = {
  keyvalue: {
    interfaces: ['wasi:keyvalue/store', 'wasi:keyvalue/atomics', 'wasi:keyvalue/batch'],
    operations: [
      'open',
      'get',
      'exists',
      'listKeys',
      'getMany',
      'set',
      'setMany',
      'delete',
      'deleteMany',
      'increment',
      'read',
      'swap',
    ],
  } satisfies Description<KeyValueOperation>,
  blobstore: {
    interfaces: ['wasi:blobstore/blobstore', 'wasi:blobstore/container', 'wasi:blobstore/types'],
    operations: [
      'create-container',
      'get-container',
      'container-exists',
      'container-info',
      'delete-container',
      'clear',
      'list',
      'has-object',
      'object-info',
      'delete-objects',
      'open',
      'admit-read',
      'admit-write',
    ],
  } satisfies Description<keyof BlobOperations>,
  messaging: {
    interfaces: ['wasi:messaging/producer', 'wasi:messaging/request-reply'],
    operations: ['publish', 'request', 'reply'],
  } satisfies Description<keyof MessagingOperations>,
  filesystem: {
    interfaces: ['wasi:filesystem/preopens', 'wasi:filesystem/types'],
    operations: FILE_OPERATIONS,
  } satisfies Description,
  config: {
    interfaces: ['wasi:config/store'],
    operations: ['get', 'getAll'],
  } satisfies Description<keyof ConfigOperations>,
  components: { interfaces: [], operations: ['call'] } satisfies Description,
  http: { interfaces: ['wasi:http/outgoing-handler'], operations: ['request'] } satisfies Description,
  sockets: {
    interfaces: ['wasi:sockets/ip-name-lookup', 'wasi:sockets/tcp-create-socket', 'wasi:sockets/udp-create-socket'],
    operations: ['create-tcp-socket', 'create-udp-socket', 'resolve-addresses'],
  } satisfies Description,
} as const satisfies Record<ProviderName, Description>;

/** What the provider of a name is. */
export function metadataOf<Name extends ProviderName>(name: Name) {
  return { name, ...DESCRIPTIONS[name] };
}

/** All providers as nodes, under the variable `PROVIDERS_OFF`. */
export function providerNodes(off: string | undefined): readonly ProviderNode[] {
  const { stopped } = switchedOff(off);
  return PROVIDERS.map((name) => ({
    id: `provider/${name}`,
    kind: 'provider',
    ...DESCRIPTIONS[name],
    state: stopped.has(name) ? 'stopped' : 'running',
  }));
}
