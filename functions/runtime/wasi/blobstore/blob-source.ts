/** The bytes of an object's range for one input stream: a chunk is held, and the next one asked for when it is taken. */
import type { BlobBody, ReadInput } from '../../../../src/capability/blobstore/contract.ts';
import { BLOB_READ_BYTES, BLOB_SEGMENT_BYTES } from '../../limits.ts';
import { WasiFailure } from '../failure.ts';
import { Latch } from '../latch.ts';
import { type ByteSource, streamFailed } from '../streams.ts';
import type { BlobClient } from './client.ts';

/** What is left to read of an object. */
export type BlobRange = ReadInput;

const NOTHING = new Uint8Array();

/**
 * Reads segment by segment: the grants are asked for each, and what another one wrote in between is an error. It takes
 * the place that `BlobClient.open` gave, and gives it back at its end.
 */
export class BlobSource implements ByteSource {
  readonly arrival: Latch;
  readonly #client: BlobClient;
  #rest: BlobRange;
  #reader: ReadableStreamBYOBReader | undefined;
  #chunk: Uint8Array = NOTHING;
  #end: 'reached' | { readonly failure: string } | undefined;

  constructor(client: BlobClient, range: BlobRange) {
    this.arrival = new Latch(client.lifetime);
    this.#client = client;
    this.#rest = range;
    this.#next();
  }

  read(length: number): Uint8Array | undefined {
    if (this.#chunk.length > 0) return this.#take(length);
    if (this.#end === undefined) return NOTHING;
    if (this.#end === 'reached') return undefined;
    throw streamFailed(this.#end.failure);
  }

  /** Fills `target`, which is as long as the range. Throws the error of WIT, a text. */
  async fill(target: Uint8Array): Promise<void> {
    let filled = 0;
    for (;;) {
      if (!this.arrival.ready()) await this.#client.lifetime.until(this.arrival.wait);
      if (this.#end !== undefined && this.#end !== 'reached') throw new WasiFailure(this.#end.failure);
      if (this.#chunk.length === 0) return;
      target.set(this.#chunk, filled);
      filled += this.#chunk.length;
      this.#take(this.#chunk.length);
    }
  }

  /** Nobody wants the rest. */
  close(): void {
    this.#stop('reached');
    this.#chunk = NOTHING;
  }

  #take(length: number): Uint8Array {
    const taken = this.#chunk.subarray(0, length);
    this.#chunk = this.#chunk.subarray(taken.length);
    if (this.#chunk.length === 0 && this.#end === undefined) this.#next();
    return taken;
  }

  /** Asks for the next chunk. It is not waited for here: the guest goes on, and does not pause its clock. */
  #next(): void {
    this.arrival.clear();
    this.#readChunk().then(
      (chunk) => {
        if (this.#end !== undefined) return;
        if (chunk === undefined) this.#stop('reached');
        else this.#chunk = chunk;
        this.arrival.set();
      },
      (error: unknown) => {
        const text = error instanceof WasiFailure ? String(error.payload) : 'unavailable: the bytes stopped coming';
        this.#stop({ failure: text });
      },
    );
  }

  async #readChunk(): Promise<Uint8Array | undefined> {
    const { offset, length } = this.#rest;
    if (length === 0) return undefined;
    this.#reader ??= await this.#openSegment();
    const most = Math.min(length, BLOB_READ_BYTES);
    const { value, done } = await this.#reader.read(new Uint8Array(most));
    if (!done && value !== undefined) {
      this.#rest = { ...this.#rest, offset: offset + value.length, length: length - value.length };
      return value;
    }
    this.#reader = undefined;
    return this.#readChunk();
  }

  async #openSegment(): Promise<ReadableStreamBYOBReader> {
    const length = Math.min(this.#rest.length, BLOB_SEGMENT_BYTES);
    const { body } = await this.#client.carry<BlobBody>((carrier) => carrier.readBlob({ ...this.#rest, length }));
    return body.getReader({ mode: 'byob' });
  }

  #stop(end: 'reached' | { readonly failure: string }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    // The other side may be gone, and then there is nobody to be told.
    this.#reader?.cancel().catch(() => undefined);
    this.#client.close();
    this.arrival.set();
  }
}
