/** Bytes on their way from a guest to a reader outside of the isolate: a queue of bounded size that a stream empties. */
import type { CallLifetime } from '../lifetime.ts';
import { byteStream } from '../platform.ts';
import { Latch } from './latch.ts';
import type { PollSource } from './poll.ts';
import { streamClosed } from './streams.ts';

export class Outflow {
  /** What the reader gets. It can be read to its end after the call, too. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #capacity: number;
  readonly #room: Latch;
  readonly #queue: Uint8Array<ArrayBuffer>[] = [];
  #queued = 0;
  #state: 'open' | 'closed' | 'failed' | 'cancelled' = 'open';
  #why = '';
  /** Wakes the reader that waits for more. */
  #wake: (() => void) | undefined;

  /** Holds `capacity` bytes, and what is written beyond that where the writer cannot wait. */
  constructor(lifetime: CallLifetime, capacity: number) {
    this.#capacity = capacity;
    this.#room = new Latch(lifetime, true);
    this.stream = byteStream(
      () => this.#pull(),
      () => {
        this.#forget();
        this.#become('cancelled');
      },
    );
  }

  /** Ready while bytes are taken, or nobody wants them. */
  get room(): PollSource {
    return this.#room;
  }

  /** Bytes that it takes now. Throws the `stream-error` of a stream that nobody reads any more. */
  free(): number {
    if (this.#state !== 'open') throw streamClosed();
    return Math.max(this.#capacity - this.#queued, 0);
  }

  /** Takes the bytes, and the buffer that they are in. Dropped where nobody reads any more. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#state !== 'open' || bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    if (this.#queued >= this.#capacity) this.#room.clear();
    this.#wake?.();
  }

  /** Nothing follows: the reader finds the end behind what is there. */
  close(): void {
    if (this.#state === 'open') this.#become('closed');
  }

  /** The reader finds an error instead of what it has not read yet. */
  fail(why: string): void {
    if (this.#state === 'cancelled' || this.#state === 'failed') return;
    this.#why = why;
    this.#forget();
    this.#become('failed');
  }

  #become(state: 'closed' | 'failed' | 'cancelled'): void {
    this.#state = state;
    this.#room.set();
    this.#wake?.();
  }

  #forget(): void {
    this.#queue.length = 0;
    this.#queued = 0;
  }

  async #pull(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#state === 'open' && this.#queue.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const next = this.#queue.shift();
    if (next === undefined && this.#state === 'failed') throw new Error(this.#why);
    if (next === undefined) return undefined;
    this.#queued -= next.length;
    if (this.#queued < this.#capacity) this.#room.set();
    return next;
  }
}
