/** Where the entries of one bucket are: what every back end does. */
import type { Result } from '../../core/result.ts';
import type { KeyPage, SwapEnd, VersionedValue } from './contract.ts';

/** Why a back end does not do what it was asked for. */
export type StoreRefusal =
  /** The value under the key is not the decimal text of a signed integer of 64 bits. */
  | 'not-a-count'
  /** The sum is none, or is below what the caller takes. */
  | 'count-out-of-range'
  | 'too-many-keys'
  | 'too-many-bytes'
  /** What a batch asks for is more than one answer may hold. */
  | 'batch-too-large'
  /** A cursor that no page of this bucket came with. */
  | 'unknown-cursor'
  /** What was asked for has to be atomic, and nothing here is. */
  | 'not-atomic'
  /** This back end takes no key of that length or form. */
  | 'unsuitable-key'
  /** The key was written moments ago: this back end takes a write a second. */
  | 'too-often';

/** What an operation of a back end came to. */
export type StoreResult<T> = Result<T, StoreRefusal>;

/** One bucket. Keys and values are within the platform's limits. Rejects when the back end is not there. */
export interface BucketStore {
  get(key: string): Promise<StoreResult<Uint8Array | undefined>>;
  exists(key: string): Promise<StoreResult<boolean>>;
  /** Keys in no particular order; none that is there all the while is left out or comes twice. */
  listKeys(cursor: string | undefined): Promise<StoreResult<KeyPage>>;
  /** The values in the order of the keys. */
  getMany(keys: readonly string[]): Promise<StoreResult<readonly (Uint8Array | undefined)[]>>;
  /** All or nothing where the back end is atomic; a key that is there twice gets its last value. */
  setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<StoreResult<undefined>>;
  /** The same; a key that is not there is no error. */
  deleteMany(keys: readonly string[]): Promise<StoreResult<undefined>>;
  /** Adds to the count under the key, unless the sum would be below `least`. */
  increment(key: string, delta: bigint, least: bigint): Promise<StoreResult<bigint>>;
  read(key: string): Promise<StoreResult<VersionedValue>>;
  swap(key: string, version: number, value: Uint8Array): Promise<StoreResult<SwapEnd>>;
}
