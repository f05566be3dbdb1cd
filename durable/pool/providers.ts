/** The providers that a pool shard has, over the bindings of the Worker: one line each. */
import { httpProvider } from '../../src/capability/http/provider.ts';
import { type ProviderFactories, ProviderRegistry } from '../../src/capability/registry.ts';
import { SocketsProvider } from '../../src/capability/sockets/provider.ts';
import type { Bindings } from '../shared/bindings.ts';

/** The registry of a shard of `component`. */
export function providersOf(_env: Bindings): ProviderRegistry {
  const factories: ProviderFactories = {
    http: httpProvider,
    sockets: () => new SocketsProvider(),
  };
  return new ProviderRegistry(factories);
}
