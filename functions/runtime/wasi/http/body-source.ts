/** The bytes of an incoming body, as an input stream reads them: one chunk is held, and the next is asked for once it is taken. */
import type { CallLifetime } from '../../lifetime.ts';
import { BODY_READ_BYTES } from '../../limits.ts';
import { startTimer } from '../../platform.ts';
import { Latch } from '../latch.ts';
import type { ByteSource } from '../streams.ts';
import { bodyFailure, type ErrorCode } from './error-code.ts';

const NOTHING = new Uint8Array();

export interface BodySourceOptions {
  /** Longest wait for more bytes, in milliseconds. */
  readonly betweenBytesMs?: number;
  /** Most bytes that the body may have, and who is told when it has more. */
  readonly limit?: { readonly bytes: number; exceeded(): void };
}

/** Reads `stream`, which must be one of bytes; nobody else may. */
export class BodySource implements ByteSource {
  readonly arrival: Latch;
  readonly #reader: ReadableStreamBYOBReader;
  readonly #lifetime: CallLifetime;
  readonly #betweenBytesMs: number | undefined;
  readonly #limit: BodySourceOptions['limit'];
  #received = 0;
  #chunk = NOTHING;
  #end: 'reached' | ErrorCode | undefined;

  constructor(stream: ReadableStream, lifetime: CallLifetime, { betweenBytesMs, limit }: BodySourceOptions = {}) {
    this.arrival = new Latch(lifetime);
    this.#reader = stream.getReader({ mode: 'byob' });
    this.#lifetime = lifetime;
    this.#betweenBytesMs = betweenBytesMs;
    this.#limit = limit;
    this.#next();
  }

  read(length: number): Uint8Array | undefined {
    if (this.#chunk.length > 0) return this.#take(length);
    if (this.#end === undefined) return NOTHING;
    if (this.#end === 'reached') return undefined;
    throw bodyFailure(this.#end);
  }

  /** How the body failed; undefined while it has not. */
  get failure(): ErrorCode | undefined {
    return this.#end === 'reached' ? undefined : this.#end;
  }

  /** Nobody wants the rest. */
  cancel(): void {
    if (this.#end === undefined) this.#stop('reached');
  }

  #take(length: number): Uint8Array {
    const taken = this.#chunk.subarray(0, length);
    this.#chunk = this.#chunk.subarray(taken.length);
    if (this.#chunk.length === 0 && this.#end === undefined) this.#next();
    return taken;
  }

  #next(): void {
    this.arrival.clear();
    const stopTimer =
      this.#betweenBytesMs === undefined
        ? () => undefined
        : startTimer(this.#betweenBytesMs, () => this.#stop({ tag: 'connection-read-timeout' }));
    const stopListening = this.#lifetime.atEnd(() => this.#stop({ tag: 'connection-terminated' }));
    const settled = () => {
      stopTimer();
      stopListening();
    };
    this.#reader.read(new Uint8Array(BODY_READ_BYTES)).then(
      ({ value, done }) => {
        settled();
        if (this.#end !== undefined) return;
        if (done || value === undefined) this.#end = 'reached';
        else this.#receive(value);
        this.arrival.set();
      },
      () => {
        settled();
        this.#end ??= { tag: 'connection-terminated' };
        this.arrival.set();
      },
    );
  }

  #receive(bytes: Uint8Array<ArrayBuffer>): void {
    this.#received += bytes.length;
    this.#chunk = bytes;
    if (this.#limit === undefined || this.#received <= this.#limit.bytes) return;
    this.#stop({ tag: 'HTTP-request-body-size', val: BigInt(this.#received) });
    this.#limit.exceeded();
  }

  #stop(end: 'reached' | ErrorCode): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#chunk = NOTHING;
    // The other side may be gone already, and then there is nothing to be told to it.
    this.#reader.cancel().catch(() => undefined);
    this.arrival.set();
  }
}
