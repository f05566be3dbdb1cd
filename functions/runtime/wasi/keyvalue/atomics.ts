/** `wasi:keyvalue/atomics`: counts and compare-and-swap. */
import type { VersionedValue } from '../../../../src/capability/keyvalue/contract.ts';
import { WasiFailure } from '../failure.ts';
import { Resource } from '../resource.ts';
import { ask } from './ask.ts';
import { type Bucket, type BucketPlace, placeOf } from './store.ts';

let readingOf: (cas: Cas) => Reading;

/** A key as it was when the handle was made. */
interface Reading extends VersionedValue {
  readonly place: BucketPlace;
  readonly key: string;
}

export class Cas extends Resource {
  readonly #reading: Reading;

  static {
    readingOf = (cas) => cas.#reading;
  }

  constructor(reading: Reading) {
    super();
    this.#reading = reading;
  }

  static async new(bucket: Bucket, key: string): Promise<Cas> {
    const place = placeOf(bucket);
    const read = await ask(place.capabilities, 'read', { bucket: place.name, key });
    return new Cas({ place, key, ...read });
  }

  /** The value that `swap` replaces, or nothing. */
  current(): Uint8Array | undefined {
    return this.#reading.value;
  }
}

/** Counts are signed since the second draft. */
export function createAtomics(unsigned: boolean) {
  return {
    increment(bucket: Bucket, key: string, delta: bigint): Promise<bigint> {
      const { capabilities, name } = placeOf(bucket);
      return ask(capabilities, 'increment', { bucket: name, key, delta, unsigned });
    },
  };
}

/** With `swap`, which the first draft does not have. */
export const atomics = {
  ...createAtomics(false),
  Cas,
  async swap(cas: Cas, value: Uint8Array): Promise<undefined> {
    const { place, key, version } = readingOf(cas);
    const { capabilities, name } = place;
    const { newer } = await ask(capabilities, 'swap', { bucket: name, key, version, value }).catch(storeError);
    // A handle of what is there now, so that the guest can try again.
    if (newer !== undefined) throw new WasiFailure({ tag: 'cas-failed', val: new Cas({ place, key, ...newer }) });
    return undefined;
  },
};

/** `swap` has an error type of its own around that of the store. */
function storeError(error: unknown): never {
  throw error instanceof WasiFailure ? new WasiFailure({ tag: 'store-error', val: error.payload }) : error;
}
