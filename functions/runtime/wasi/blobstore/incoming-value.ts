/** `incoming-value` of `wasi:blobstore/types`: a range of an object, read when it is consumed. */
import { MAX_BLOB_SYNC_BYTES } from '../../limits.ts';
import { WasiFailure } from '../failure.ts';
import { Resource } from '../resource.ts';
import { InputStream } from '../streams.ts';
import { type BlobRange, BlobSource } from './blob-source.ts';
import type { BlobClient } from './client.ts';

export class IncomingValue extends Resource {
  readonly #client: BlobClient;
  readonly #range: BlobRange;

  constructor(client: BlobClient, range: BlobRange) {
    super();
    this.#client = client;
    this.#range = range;
  }

  size(): bigint {
    return BigInt(this.#range.length);
  }

  static incomingValueConsumeAsync(value: IncomingValue): InputStream {
    return new InputStream(value.#source());
  }

  static async incomingValueConsumeSync(value: IncomingValue): Promise<Uint8Array> {
    const { length } = value.#range;
    if (length > MAX_BLOB_SYNC_BYTES) {
      throw new WasiFailure(`too-large: at most ${MAX_BLOB_SYNC_BYTES} bytes are read at once, use the stream`);
    }
    const all = new Uint8Array(length);
    const source = value.#source();
    try {
      await source.fill(all);
    } finally {
      source.close();
    }
    return all;
  }

  #source(): BlobSource {
    if (!this.#client.open()) throw new WasiFailure('busy: too many objects are being read or written at a time');
    return new BlobSource(this.#client, this.#range);
  }
}
