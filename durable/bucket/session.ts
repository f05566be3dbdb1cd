/** The entries of a bucket, as whoever has opened it uses them. Each method is one transaction. */
import { RpcTarget } from 'cloudflare:workers';
import type { BucketStore, StoreResult } from '../../src/capability/keyvalue/bucket-store.ts';
import type { KeyPage, SwapEnd, VersionedValue } from '../../src/capability/keyvalue/contract.ts';
import { MAX_BATCH_BYTES } from '../../src/core/limits.ts';
import { err, ok } from '../../src/core/result.ts';
import type { EntryStore } from './store.ts';

export class BucketEntries extends RpcTarget implements BucketStore {
  readonly #entries: EntryStore;

  constructor(entries: EntryStore) {
    super();
    this.#entries = entries;
  }

  async get(key: string): Promise<StoreResult<Uint8Array | undefined>> {
    return ok(this.#entries.read(key).value);
  }

  async exists(key: string): Promise<StoreResult<boolean>> {
    return ok(this.#entries.exists(key));
  }

  async listKeys(cursor: string | undefined): Promise<StoreResult<KeyPage>> {
    return this.#entries.list(cursor);
  }

  async getMany(keys: readonly string[]): Promise<StoreResult<readonly (Uint8Array | undefined)[]>> {
    const values: (Uint8Array | undefined)[] = [];
    let bytes = 0;
    for (const key of keys) {
      const { value } = this.#entries.read(key);
      bytes += value?.length ?? 0;
      if (bytes > MAX_BATCH_BYTES) return err('batch-too-large');
      values.push(value);
    }
    return ok(values);
  }

  async setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<StoreResult<undefined>> {
    return this.#entries.set(entries);
  }

  async deleteMany(keys: readonly string[]): Promise<StoreResult<undefined>> {
    this.#entries.delete(keys);
    return ok(undefined);
  }

  async increment(key: string, delta: bigint, least: bigint): Promise<StoreResult<bigint>> {
    return this.#entries.increment(key, delta, least);
  }

  async read(key: string): Promise<StoreResult<VersionedValue>> {
    return ok(this.#entries.read(key));
  }

  async swap(key: string, version: number, value: Uint8Array): Promise<StoreResult<SwapEnd>> {
    return this.#entries.swap(key, version, value);
  }
}
