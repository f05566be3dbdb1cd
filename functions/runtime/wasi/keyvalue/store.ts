/** `wasi:keyvalue/store`: buckets by name. Every use of one is checked outside of the isolate; the resource itself allows nothing. */
import type { CapabilityClient } from '../../capabilities.ts';
import type { WasiContext } from '../context.ts';
import { WasiFailure } from '../failure.ts';
import { Resource } from '../resource.ts';
import { ask, other } from './ask.ts';

/** How a draft spells the cursors of `list-keys`. */
export interface CursorForm {
  /** From the guest, which has it from `write`; it may also have made it up. */
  read(cursor: unknown): string | undefined;
  write(cursor: string): string | bigint;
}

/** Since the second draft: text. */
export const TEXT_CURSORS: CursorForm = Object.freeze({
  read: (cursor: unknown) => (typeof cursor === 'string' ? cursor : undefined),
  write: (cursor: string) => cursor,
});

/** In the first draft: a u64. */
export const NUMBER_CURSORS: CursorForm = Object.freeze({
  read: (cursor: unknown) => (typeof cursor === 'bigint' ? String(cursor) : undefined),
  write(cursor: string): bigint {
    if (/^\d{1,19}$/.test(cursor)) return BigInt(cursor);
    throw new WasiFailure(other('the bucket gives cursors that are no numbers: import wasi:keyvalue@0.2.0-draft2'));
  },
});

/** Where a bucket is asked: who asks, and for which one. */
export interface BucketPlace {
  readonly capabilities: CapabilityClient;
  readonly name: string;
}

/** The place behind a bucket that was lent to a function of another interface. */
export let placeOf: (bucket: Bucket) => BucketPlace;

export class Bucket extends Resource {
  readonly #place: BucketPlace;
  readonly #cursors: CursorForm;

  static {
    placeOf = (bucket) => bucket.#place;
  }

  constructor(place: BucketPlace, cursors: CursorForm) {
    super();
    this.#place = place;
    this.#cursors = cursors;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    const { capabilities, name } = this.#place;
    return ask(capabilities, 'get', { bucket: name, key });
  }

  set(key: string, value: Uint8Array): Promise<undefined> {
    const { capabilities, name } = this.#place;
    return ask(capabilities, 'set', { bucket: name, key, value });
  }

  delete(key: string): Promise<undefined> {
    const { capabilities, name } = this.#place;
    return ask(capabilities, 'delete', { bucket: name, key });
  }

  exists(key: string): Promise<boolean> {
    const { capabilities, name } = this.#place;
    return ask(capabilities, 'exists', { bucket: name, key });
  }

  async listKeys(given: unknown): Promise<{ keys: readonly string[]; cursor?: string | bigint }> {
    const { capabilities, name } = this.#place;
    const from = this.#cursors.read(given);
    const { keys, cursor } = await ask(capabilities, 'listKeys', {
      bucket: name,
      ...(from === undefined ? {} : { cursor: from }),
    });
    return cursor === undefined ? { keys } : { keys, cursor: this.#cursors.write(cursor) };
  }
}

/** `open` asks whether anything at all may be done with the bucket, so that a guest without a grant hears of it there. */
export function createStore({ capabilities }: WasiContext, cursors: CursorForm) {
  return {
    Bucket,
    async open(identifier: string): Promise<Bucket> {
      await ask(capabilities, 'open', { bucket: identifier });
      return new Bucket({ capabilities, name: identifier }, cursors);
    },
  };
}
