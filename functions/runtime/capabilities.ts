/** The capabilities of one call, as its WASI objects use them: each use is a message, waited for as long as the call lasts. */
import type { CallCarrier, CapabilityAnswer, CapabilityUse, ProviderName } from '../../src/isolate/protocol.ts';
import { type CallLifetime, CallOver } from './lifetime.ts';

/** Sends a use to where the call's authority is. */
export type SendUse = (use: CapabilityUse) => Promise<CapabilityAnswer>;

/**
 * Opens the way for what is too large for messages. It can be used before it is open, and whoever has it disposes of it.
 */
export type OpenCarrier = () => CallCarrier & Promise<CallCarrier> & Disposable;

/** Nobody is there who could do anything for the guest: instances outside of calls. */
export const noCapabilities: SendUse = async () => ({
  kind: 'refused',
  reason: 'unavailable',
  message: 'there are no capabilities here',
});

export class CapabilityClient {
  readonly #send: SendUse;
  readonly #lifetime: CallLifetime;
  readonly #openCarrier: OpenCarrier | undefined;
  #carrier: CallCarrier | undefined;
  /** Providers that were told of something that was refused here. */
  readonly #told = new Map<ProviderName, Promise<unknown>>();
  readonly #finishing = new Set<Promise<unknown>>();

  constructor(send: SendUse, lifetime: CallLifetime, openCarrier?: OpenCarrier) {
    this.#send = send;
    this.#lifetime = lifetime;
    this.#openCarrier = openCarrier;
  }

  /** Never rejects but with `CallOver`: when nobody answers, the capability is unavailable. */
  use(provider: ProviderName, operation: string, input: unknown): Promise<CapabilityAnswer> {
    return this.#lifetime.settle(this.start(provider, operation, input));
  }

  /** As `use`, while the guest goes on: it does not wait, so its time counts. Who waits for the answer does so by the lifetime. */
  start(provider: ProviderName, operation: string, input: unknown): Promise<CapabilityAnswer> {
    if (this.#lifetime.over) return Promise.reject(new CallOver());
    return this.#send({ provider, operation, input }).catch(
      (): CapabilityAnswer => ({ kind: 'refused', reason: 'unavailable', message: 'the platform did not answer' }),
    );
  }

  /** The call's carrier, opened when it is first asked for and let go with the call; undefined where there is none. */
  carrier(): CallCarrier | undefined {
    if (this.#carrier !== undefined || this.#openCarrier === undefined) return this.#carrier;
    const opened = this.#openCarrier();
    // Whoever uses it hears of it; nobody waits for the opening by itself.
    opened.catch(() => undefined);
    this.#lifetime.atEnd(() => opened[Symbol.dispose]());
    this.#carrier = opened;
    return opened;
  }

  /**
   * Tells, once in a call, of a use that was refused before anybody was asked. The guest does not wait for it, the end of
   * the call does: a message that is under way then is lost.
   */
  refused(provider: ProviderName, operation: string): void {
    if (this.#told.has(provider)) return;
    const heard = this.#send({ provider, operation, input: undefined }).catch(() => undefined);
    this.#told.set(provider, heard);
  }

  /** Has the end of the call wait for something that was started, if it is under way then. Never rejects. */
  finish(started: Promise<CapabilityAnswer>): void {
    const done = () => {
      this.#finishing.delete(finished);
    };
    const finished: Promise<void> = started.then(done, done);
    this.#finishing.add(finished);
  }

  /** Resolves when all of that was heard; undefined when there is nothing under way. */
  get heard(): Promise<unknown> | undefined {
    const waiting = [...this.#told.values(), ...this.#finishing];
    return waiting.length === 0 ? undefined : Promise.all(waiting);
  }
}
