/** The capabilities of one call, as its WASI objects use them: each use is a message, waited for as long as the call lasts. */
import type { CapabilityAnswer, CapabilityUse, ProviderName } from '../../src/isolate/protocol.ts';
import type { CallLifetime } from './lifetime.ts';

/** Sends a use to where the call's authority is. */
export type SendUse = (use: CapabilityUse) => Promise<CapabilityAnswer>;

/** Nobody is there who could do anything for the guest: instances outside of calls. */
export const noCapabilities: SendUse = async () => ({
  kind: 'refused',
  reason: 'unavailable',
  message: 'there are no capabilities here',
});

export class CapabilityClient {
  readonly #send: SendUse;
  readonly #lifetime: CallLifetime;

  constructor(send: SendUse, lifetime: CallLifetime) {
    this.#send = send;
    this.#lifetime = lifetime;
  }

  /** Never rejects but with `CallOver`: when nobody answers, the capability is unavailable. */
  use(provider: ProviderName, operation: string, input: unknown): Promise<CapabilityAnswer> {
    const answered = this.#send({ provider, operation, input }).catch(
      (): CapabilityAnswer => ({ kind: 'refused', reason: 'unavailable', message: 'the platform did not answer' }),
    );
    return this.#lifetime.settle(answered);
  }
}
