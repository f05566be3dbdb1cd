/** The bytes that a guest writes for an object: gathered into messages, sent one after the other, bounded throughout. */
import type { BlobUpload } from '../../../../src/capability/blobstore/contract.ts';
import { MAX_BLOB_CHUNK_BYTES } from '../../../../src/core/limits.ts';
import type { CallLifetime } from '../../lifetime.ts';
import { BLOB_BUFFER_BYTES, BLOB_UNPLACED_BYTES } from '../../limits.ts';
import { Latch } from '../latch.ts';
import { type ByteSink, streamClosed, streamFailed } from '../streams.ts';
import { errorText } from './client.ts';

const NOT_CONNECTED = `too-large: more than ${BLOB_UNPLACED_BYTES} bytes are taken only after write-data`;
const LOST = 'unavailable: the platform did not answer';

export class BlobSink implements ByteSink {
  readonly room: Latch;
  /** What waits to be sent. */
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  /** Bytes that wait or are on their way. */
  #held = 0;
  #upload: BlobUpload | undefined;
  #isSending = false;
  #sending = Promise.resolve();
  #isEnded = false;
  #failure: string | undefined;

  constructor(lifetime: CallLifetime) {
    this.room = new Latch(lifetime, true);
  }

  permit(): number {
    if (this.#failure !== undefined) throw streamFailed(this.#failure);
    if (this.#isEnded) throw streamClosed();
    if (this.#upload !== undefined) return Math.max(BLOB_BUFFER_BYTES - this.#held, 0);
    // Nobody makes room before the guest has said where the bytes go. The byte that is too many makes the next write fail.
    if (this.#held > BLOB_UNPLACED_BYTES) throw streamFailed(NOT_CONNECTED);
    return BLOB_UNPLACED_BYTES + 1 - this.#held;
  }

  write(bytes: Uint8Array): void {
    this.permit();
    if (bytes.length === 0) return;
    this.#chunks.push(bytes.slice());
    this.#waiting += bytes.length;
    this.#hold(bytes.length);
    this.#send();
  }

  /** The bytes have somewhere to go from here on. */
  connect(upload: BlobUpload): void {
    this.#upload = upload;
    this.#hold(0);
    this.#send();
  }

  /** Sends what is left, and takes no more; answers why that failed. Never rejects. */
  async end(): Promise<string | undefined> {
    this.#isEnded = true;
    this.#send();
    await this.#sending;
    return this.#failure;
  }

  /** Nobody wants the bytes. */
  abort(): void {
    this.#isEnded = true;
    this.#forget();
  }

  #send(): void {
    const upload = this.#upload;
    if (upload === undefined || this.#isSending) return;
    this.#isSending = true;
    this.#sending = this.#sendTo(upload);
  }

  /** Full messages while the guest writes, and the rest when it has ended. */
  async #sendTo(upload: BlobUpload): Promise<void> {
    while (this.#waiting >= MAX_BLOB_CHUNK_BYTES || (this.#isEnded && this.#waiting > 0)) {
      const message = this.#gather();
      const result = await upload.write(message).catch(() => undefined);
      if (result?.ok === true) this.#hold(-message.length);
      else this.#fail(result === undefined ? LOST : errorText(result.error));
    }
    this.#isSending = false;
  }

  #fail(text: string): void {
    this.#failure ??= text;
    this.#forget();
  }

  #forget(): void {
    this.#chunks = [];
    this.#waiting = 0;
    this.#hold(-this.#held);
  }

  #hold(more: number): void {
    this.#held += more;
    if (this.#upload !== undefined && this.#failure === undefined && this.#held >= BLOB_BUFFER_BYTES) this.room.clear();
    else this.room.set();
  }

  /** As much of what waits as one message takes. */
  #gather(): Uint8Array {
    const message = new Uint8Array(Math.min(this.#waiting, MAX_BLOB_CHUNK_BYTES));
    let filled = 0;
    while (filled < message.length) {
      const [chunk = new Uint8Array()] = this.#chunks;
      const taken = chunk.subarray(0, message.length - filled);
      message.set(taken, filled);
      filled += taken.length;
      if (taken.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(taken.length);
    }
    this.#waiting -= filled;
    return message;
  }
}
