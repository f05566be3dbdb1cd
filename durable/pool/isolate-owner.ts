/**
 * The isolate of a shard. What fails before the guest runs (R2, the loader) is the platform's failure and is told apart
 * from a crash; the next call tries a new isolate, since the loader remembers a failed one under its id.
 */
import { artifactKey } from '../../src/build/keys.ts';
import { failure } from '../../src/core/errors.ts';
import { type Settled, settle, settleLost } from '../../src/isolate/guest-error.ts';
import { type LoadedIsolate, loadIsolate } from '../../src/isolate/loader.ts';
import type { CallCapabilities, CallRequest } from '../../src/isolate/protocol.ts';
import { type Bindings, build } from '../shared/bindings.ts';
import type { Serving } from './check-call.ts';

/** Added to a call's own deadline before the shard gives up on the isolate itself, in milliseconds. */
const ISOLATE_GRACE_MS = 2_000;

type Env = Pick<Bindings, 'LOADER' | 'ARTIFACTS' | 'BUILDS'>;

export class IsolateOwner {
  readonly #env: Env;
  readonly #shardId: string;
  #attempt = 0;
  #current: { readonly key: string; readonly isolate: LoadedIsolate } | undefined;

  constructor(env: Env, shardId: string) {
    this.#env = env;
    this.#shardId = shardId;
  }

  /** Runs one call to its end, or to its deadline. Never throws. */
  async run(config: Serving, request: CallRequest, capabilities: CallCapabilities): Promise<Settled> {
    const isolate = this.#open(config);
    const { promise: late, resolve } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => resolve({ kind: 'timeout', fuel: 0 }), request.timeoutMs + ISOLATE_GRACE_MS);
    try {
      const running = isolate.entrypoint.call(request, capabilities);
      // If the deadline wins, nobody is left to hear how the isolate fails.
      running.catch(() => undefined);
      return settle(await Promise.race([running, late]), request.timeoutMs);
    } catch (error) {
      this.#drop(isolate);
      const loadError = isolate.loadError();
      if (loadError === undefined) return settleLost(error);
      console.error({
        message: 'an isolate could not be loaded',
        component: config.component,
        error: String(loadError),
      });
      return {
        outcome: 'platform',
        answer: {
          kind: 'failure',
          failure: failure('COMMUNICATION_FAILURE', 'the component could not be loaded: try again'),
        },
        fuel: 0,
      };
    } finally {
      clearTimeout(timer);
    }
  }

  #open(config: Serving): LoadedIsolate {
    const { digest, component, incarnation } = config;
    const key = `${component}:${incarnation}:${digest}`;
    if (this.#current?.key !== key) {
      const owner = `${component}:${incarnation}:${this.#shardId}`;
      const spec = { digest, owner, attempt: this.#attempt };
      this.#current = { key, isolate: loadIsolate(this.#env.LOADER, spec, () => this.#artifact(digest)) };
    }
    return this.#current.isolate;
  }

  #drop(isolate: LoadedIsolate): void {
    if (this.#current?.isolate !== isolate) return;
    this.#current = undefined;
    this.#attempt += 1;
  }

  /** One read; a release with a newer builder finds nothing there yet and has it built from the source. */
  async #artifact(digest: string): Promise<ArrayBuffer> {
    const stored = await this.#env.ARTIFACTS.get(artifactKey(digest));
    if (stored !== null) return stored.arrayBuffer();
    const rebuilt = await build(this.#env, digest).ensure(digest);
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const fresh = await this.#env.ARTIFACTS.get(artifactKey(digest));
    if (fresh === null) throw new Error('the artifact of this version is gone');
    return fresh.arrayBuffer();
  }
}
