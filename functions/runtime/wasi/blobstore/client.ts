/** The blobstore as one call reaches it: questions to the provider, bytes through the carrier, failures as texts. */
import type {
  BlobCarrier,
  BlobError,
  BlobOperations,
  BlobResult,
} from '../../../../src/capability/blobstore/contract.ts';
import type { CapabilityAnswer } from '../../../../src/isolate/protocol.ts';
import type { CapabilityClient } from '../../capabilities.ts';
import type { CallLifetime } from '../../lifetime.ts';
import { MAX_OPEN_BLOBS } from '../../limits.ts';
import type { WasiContext } from '../context.ts';
import { WasiFailure } from '../failure.ts';

const NO_ANSWER: CapabilityAnswer = {
  kind: 'refused',
  reason: 'unavailable',
  message: 'the platform did not answer',
};

export class BlobClient {
  readonly lifetime: CallLifetime;
  readonly #capabilities: CapabilityClient;
  #open = 0;

  constructor({ lifetime, capabilities }: Pick<WasiContext, 'lifetime' | 'capabilities'>) {
    this.lifetime = lifetime;
    this.#capabilities = capabilities;
  }

  /** Asks the provider. Throws the error of WIT, a text, when that is the answer. */
  async ask<K extends keyof BlobOperations>(
    operation: K,
    input: BlobOperations[K]['input'],
  ): Promise<BlobOperations[K]['value']> {
    return unwrap<BlobOperations[K]['value']>(await this.#capabilities.use('blobstore', operation, input));
  }

  /**
   * Has the carrier do something; `T` is what the method of `BlobCarrier` says. A guest that waits for it does so with
   * `lifetime.settle`.
   */
  async carry<T>(act: (carrier: BlobCarrier) => Promise<CapabilityAnswer>): Promise<T> {
    const carrier = this.#capabilities.carrier();
    return unwrap<T>(carrier === undefined ? NO_ANSWER : await act(carrier).catch(() => NO_ANSWER));
  }

  /** A place for one more value whose bytes the host holds; false when there is none. `close` gives it back. */
  open(): boolean {
    if (this.#open >= MAX_OPEN_BLOBS) return false;
    this.#open += 1;
    return true;
  }

  close(): void {
    this.#open -= 1;
  }
}

/** What an answer of the blobstore holds. Throws the error of WIT, a text. */
export function unwrap<T>(answer: CapabilityAnswer): T {
  const result = resultOf<T>(answer);
  if (result.ok) return result.value;
  throw new WasiFailure(result.error);
}

/** The same with the error as a value. */
export function resultOf<T>(answer: CapabilityAnswer): { ok: true; value: T } | { ok: false; error: string } {
  if (answer.kind === 'refused') return { ok: false, error: refusalText(answer) };
  const result = answer.value as BlobResult<T>; // the platform's own answer, of the type that its contract says
  return result.ok ? result : { ok: false, error: errorText(result.error) };
}

export function errorText({ code, message }: BlobError): string {
  return `${code}: ${message}`;
}

function refusalText({ reason, message }: Extract<CapabilityAnswer, { kind: 'refused' }>): string {
  return `${reason === 'denied' ? 'access-denied' : reason}: ${message}`;
}
