/**
 * The providers of one shard: each is initialised when it is first used, answers `unavailable` when it cannot be, and is
 * shut down with the component.
 */
import type { ProviderName } from '../isolate/protocol.ts';
import { type Provider, type ProviderAnswer, type ProviderUse, unavailable } from './provider.ts';

/** Makes the provider of a name. */
export type ProviderFactories = Readonly<Partial<Record<ProviderName, () => Provider>>>;

export class ProviderRegistry {
  readonly #factories: ProviderFactories;
  readonly #stopped: ReadonlySet<ProviderName>;
  readonly #running = new Map<ProviderName, Promise<Provider>>();

  /** Those that are `stopped` are never initialised. */
  constructor(factories: ProviderFactories, stopped: ReadonlySet<ProviderName> = new Set()) {
    this.#factories = factories;
    this.#stopped = stopped;
  }

  /** Never rejects: a provider that fails is unavailable, and the reason is in the log. */
  async invoke(name: ProviderName, use: ProviderUse): Promise<ProviderAnswer> {
    try {
      const provider = await this.#provider(name);
      return provider === undefined ? notRunning(name) : await provider.invoke(use);
    } catch (error) {
      const { component, request } = use.caller;
      console.error({ message: 'a provider failed', provider: name, component, request, error: String(error) });
      return notRunning(name);
    }
  }

  /** Shuts down what runs. A use that comes later starts anew. */
  async shutDown(): Promise<void> {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const starting of running) {
      // One that did not start has nothing to give up.
      const provider = await starting.catch(() => undefined);
      await provider?.shutDown();
    }
  }

  #provider(name: ProviderName): Promise<Provider | undefined> {
    const known = this.#running.get(name);
    if (known !== undefined) return known;
    const make = this.#factories[name];
    if (make === undefined || this.#stopped.has(name)) return Promise.resolve(undefined);
    const starting = start(make());
    this.#running.set(name, starting);
    starting.catch(() => {
      if (this.#running.get(name) === starting) this.#running.delete(name);
    });
    return starting;
  }
}

async function start(provider: Provider): Promise<Provider> {
  await provider.initialise();
  return provider;
}

function notRunning(name: ProviderName): ProviderAnswer {
  return unavailable(`the provider ${name} is not running`);
}
