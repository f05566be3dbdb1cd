/**
 * Buckets in Workers KV: read fast everywhere, and seen elsewhere a minute or more after they were written. Nothing here is
 * atomic: a batch that fails may have been done in part.
 */
import { MAX_BATCH_BYTES, MAX_KEYS_PER_PAGE } from '../../core/limits.ts';
import { err, ok } from '../../core/result.ts';
import type { BucketStore, StoreRefusal, StoreResult } from './bucket-store.ts';
import type { KeyPage, SwapEnd, VersionedValue } from './contract.ts';

/** Longest key of Workers KV, in bytes. */
const MAX_KV_KEY_BYTES = 512;

/** Operations on Workers KV at a time: an object has six connections, and others want some of them. */
const MAX_PARALLEL = 4;

/** What this needs of a KV namespace. */
export type KvNamespace = Pick<KVNamespace, 'get' | 'put' | 'delete' | 'list'>;

const encoder = new TextEncoder();

/**
 * The keys of a bucket in the namespace, each until it is deleted: `{bucket}/{key}`. A bucket's name has no slash in it, so
 * that no key of one bucket can be one of another.
 */
export class KvBucket implements BucketStore {
  readonly #kv: KvNamespace;
  readonly #prefix: string;

  constructor(kv: KvNamespace, bucket: string) {
    this.#kv = kv;
    this.#prefix = `${bucket}/`;
  }

  async get(key: string): Promise<StoreResult<Uint8Array | undefined>> {
    const name = this.#nameOf(key);
    return name === undefined ? err('unsuitable-key') : ok(await this.#read(name));
  }

  async exists(key: string): Promise<StoreResult<boolean>> {
    const name = this.#nameOf(key);
    if (name === undefined) return err('unsuitable-key');
    const stream = await this.#kv.get(name, 'stream');
    // The value itself is not wanted.
    await stream?.cancel();
    return ok(stream !== null);
  }

  async listKeys(cursor: string | undefined): Promise<StoreResult<KeyPage>> {
    const limit = MAX_KEYS_PER_PAGE;
    const page = await this.#kv
      .list({ prefix: this.#prefix, limit, ...(cursor === undefined ? {} : { cursor }) })
      .catch((error: unknown) => {
        if (cursor !== undefined && /cursor/i.test(String(error))) return undefined;
        throw error;
      });
    if (page === undefined) return err('unknown-cursor');
    // A cursor is the guest's to make up: what it leads to outside of the bucket is not the guest's to see.
    const names = page.keys.map(({ name }) => name).filter((name) => name.startsWith(this.#prefix));
    const keys = names.map((name) => name.slice(this.#prefix.length));
    return ok(page.list_complete ? { keys } : { keys, cursor: page.cursor });
  }

  async getMany(keys: readonly string[]): Promise<StoreResult<readonly (Uint8Array | undefined)[]>> {
    const values: (Uint8Array | undefined)[] = [];
    let bytes = 0;
    const refusal = await this.#each(keys, async (name, index) => {
      if (bytes > MAX_BATCH_BYTES) return;
      values[index] = await this.#read(name);
      bytes += values[index]?.length ?? 0;
    });
    if (refusal !== undefined) return err(refusal);
    return bytes > MAX_BATCH_BYTES ? err('batch-too-large') : ok(keys.map((_, index) => values[index]));
  }

  async setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<StoreResult<undefined>> {
    // Workers KV takes one write a second for each key: of two in one batch the second would fail.
    const latest = new Map(entries);
    const values = [...latest.values()];
    const refusal = await this.#each([...latest.keys()], async (name, index) => {
      const value = values[index];
      if (value !== undefined) await this.#kv.put(name, value);
    });
    return refusal === undefined ? ok(undefined) : err(refusal);
  }

  async deleteMany(keys: readonly string[]): Promise<StoreResult<undefined>> {
    const refusal = await this.#each([...new Set(keys)], (name) => this.#kv.delete(name));
    return refusal === undefined ? ok(undefined) : err(refusal);
  }

  async increment(): Promise<StoreResult<bigint>> {
    return err('not-atomic');
  }

  async read(): Promise<StoreResult<VersionedValue>> {
    return err('not-atomic');
  }

  async swap(): Promise<StoreResult<SwapEnd>> {
    return err('not-atomic');
  }

  async #read(name: string): Promise<Uint8Array | undefined> {
    const value = await this.#kv.get(name, 'arrayBuffer');
    return value === null ? undefined : new Uint8Array(value);
  }

  /** Does something with each key, some at a time; before any of it is done, all keys are looked at. */
  async #each(
    keys: readonly string[],
    act: (name: string, index: number) => Promise<void>,
  ): Promise<StoreRefusal | undefined> {
    const names = keys.map((key) => this.#nameOf(key));
    if (names.includes(undefined)) return 'unsuitable-key';
    const left = [...names.entries()];
    const worker = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [index, name] = next;
        if (name !== undefined) await act(name, index);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(MAX_PARALLEL, left.length) }, worker));
    } catch (error) {
      if (isTooOften(error)) return 'too-often';
      throw error;
    }
    return undefined;
  }

  /** Undefined for a key that Workers KV does not take. */
  #nameOf(key: string): string | undefined {
    const name = this.#prefix + key;
    return encoder.encode(name).length > MAX_KV_KEY_BYTES ? undefined : name;
  }
}

/** Workers KV says so by the status of its own answer, which is in the message. */
function isTooOften(error: unknown): boolean {
  return /\b429\b/.test(String(error));
}
