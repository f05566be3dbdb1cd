/** The providers that a pool shard has, over the bindings of the Worker: one line each. */
import { BlobstoreProvider } from '../../src/capability/blobstore/provider.ts';
import { ComponentsProvider, type Switchboard } from '../../src/capability/components/provider.ts';
import type { Environment } from '../../src/capability/config/contract.ts';
import { configProvider } from '../../src/capability/config/provider.ts';
import { FilesystemProvider } from '../../src/capability/filesystem/provider.ts';
import { httpProvider } from '../../src/capability/http/provider.ts';
import { KeyValueProvider } from '../../src/capability/keyvalue/provider.ts';
import { KvBucket } from '../../src/capability/keyvalue/workers-kv.ts';
import { messagingProvider } from '../../src/capability/messaging/provider.ts';
import { type ProviderFactories, ProviderRegistry } from '../../src/capability/registry.ts';
import { SocketsProvider } from '../../src/capability/sockets/provider.ts';
import { switchedOff } from '../../src/capability/switched-off.ts';
import { type Bindings, bucket, volume } from '../shared/bindings.ts';
import { messagingBroker } from './messaging-broker.ts';
import { OpenSessions } from './open-sessions.ts';
import { switchboard } from './switchboard.ts';

/** What the providers of a shard ask it. */
export interface ShardView extends Pick<Switchboard, 'linked'> {
  /** What the component may see of its environment at the moment. */
  readonly environment: () => Promise<Environment>;
}

/** The registry of a shard. */
export function providersOf(env: Bindings, { linked, environment }: ShardView): ProviderRegistry {
  const buckets = new OpenSessions((name) => bucket(env, name).open());
  const factories: ProviderFactories = {
    config: () => configProvider(environment),
    keyvalue: () =>
      new KeyValueProvider({
        durable: (name, use, body) => buckets.use(name, use, body),
        kv: (name, _, body) => body(new KvBucket(env.KEYVALUE, name)),
      }),
    http: httpProvider,
    components: () => new ComponentsProvider(switchboard(env, linked)),
    sockets: () => new SocketsProvider(),
    messaging: () => messagingProvider(messagingBroker(env)),
    filesystem: () => new FilesystemProvider((component) => volume(env, component)),
    blobstore: () => new BlobstoreProvider(env.BLOBS),
  };
  const { stopped, unknown } = switchedOff(env.PROVIDERS_OFF);
  if (unknown.length > 0)
    console.error({ message: 'PROVIDERS_OFF names what is no provider: all are stopped', unknown });
  return new ProviderRegistry(factories, stopped);
}
