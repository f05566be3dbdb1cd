/**
 * The bytes of an outgoing body between the guest, which writes them, and whoever sends them: a bounded buffer. What is in it
 * counts as flushed, for a guest may write before it hands the message over.
 */
import type { CallLifetime } from '../../lifetime.ts';
import { BODY_BUFFER_BYTES } from '../../limits.ts';
import { byteStream } from '../../platform.ts';
import { Latch } from '../latch.ts';
import { type ByteSink, streamClosed } from '../streams.ts';
import { bodyFailure, type ErrorCode } from './error-code.ts';

/** How the length of a body that is not the declared one is reported. */
type SizeError = 'HTTP-request-body-size' | 'HTTP-response-body-size';

export interface BodyPipeOptions {
  readonly lifetime: CallLifetime;
  /** What the header `content-length` says, in bytes. */
  readonly contentLength: bigint | undefined;
  readonly sizeError: SizeError;
}

/** A whole body, one that is still being written, or none that anybody may send. */
export type PipedBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'stream'; readonly stream: ReadableStream };

export class BodyPipe implements ByteSink {
  readonly room: Latch;
  readonly #lifetime: CallLifetime;
  readonly #sizeError: SizeError;
  #contentLength: bigint | undefined;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #written = 0n;
  /** Most bytes that are taken; absent: any number. */
  #maxBytes: bigint | undefined;
  /** Nobody wants the bytes, and the guest need not know. */
  #discards = false;
  #isCut = false;
  #end: 'finished' | 'closed' | ErrorCode | undefined;
  /** Wakes who waits for bytes to send. */
  #wake: (() => void) | undefined;
  #onBroken: (code: ErrorCode) => void = () => undefined;

  constructor({ lifetime, contentLength, sizeError }: BodyPipeOptions) {
    this.#lifetime = lifetime;
    this.#contentLength = contentLength;
    this.#sizeError = sizeError;
    this.room = new Latch(lifetime, true);
  }

  permit(): number {
    if (this.#end === 'finished' || this.#end === 'closed') throw streamClosed();
    if (this.#end !== undefined) throw bodyFailure(this.#end);
    return BODY_BUFFER_BYTES - this.#buffered;
  }

  write(bytes: Uint8Array): void {
    this.permit();
    const written = this.#written + BigInt(bytes.length);
    if (isBeyond(written, this.#contentLength) || isBeyond(written, this.#maxBytes)) {
      this.fail({ tag: this.#sizeError, val: written });
      this.permit();
    }
    if (bytes.length === 0) return;
    this.#written = written;
    if (this.#discards) return;
    this.#chunks.push(bytes.slice());
    this.#buffered += bytes.length;
    if (this.#buffered >= BODY_BUFFER_BYTES) this.room.clear();
    this.#wake?.();
  }

  /** What the headers say of the length; undefined when they say nothing. */
  get contentLength(): bigint | undefined {
    return this.#contentLength;
  }

  /** From now on more bytes than this, with those that were written before, are too many. */
  limit(bytes: number): void {
    this.#maxBytes = BigInt(bytes);
    if (isBeyond(this.#written, this.#maxBytes)) this.fail({ tag: this.#sizeError, val: this.#written });
  }

  /** Lets the guest write what nobody gets, of whatever length: the response to a `HEAD`. */
  discard(): void {
    this.#discards = true;
    this.#contentLength = undefined;
    this.#forget();
    this.room.set();
  }

  /** Why the body did not become whole; undefined while it may. */
  get failure(): ErrorCode | undefined {
    return this.#end === 'finished' || this.#end === 'closed' ? undefined : this.#end;
  }

  /** Whether who was to send it gave it up. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Nobody sends it any more, and the guest hears of that where it still writes. */
  cut(): void {
    this.#isCut = true;
    this.#forget();
    this.#stop({ tag: 'connection-terminated' });
  }

  /** The message can have no body: from now on each byte is one too many. Answers why, when there is one already. */
  expectNothing(): ErrorCode | undefined {
    const most =
      this.#contentLength === undefined || this.#contentLength < this.#written ? this.#written : this.#contentLength;
    this.#contentLength = 0n;
    return most === 0n ? undefined : { tag: this.#sizeError, val: most };
  }

  /** The guest has written all of it. Answers why that is not a whole body, and then nobody can send it. */
  finish(): ErrorCode | undefined {
    if (this.#end !== undefined) return this.#end === 'finished' || this.#end === 'closed' ? undefined : this.#end;
    if (this.#contentLength !== undefined && this.#written !== this.#contentLength) {
      const code: ErrorCode = { tag: this.#sizeError, val: this.#written };
      this.fail(code);
      return code;
    }
    this.#stop('finished');
    return undefined;
  }

  /** Nobody takes more bytes: whatever the guest writes is refused as `closed`. */
  close(): void {
    this.#stop('closed');
  }

  /** The body cannot become whole: the guest is told why, and so is whoever sends it. */
  fail(code: ErrorCode): void {
    if (this.#end !== undefined) return;
    this.#stop(code);
    this.#onBroken(code);
  }

  /**
   * The body for the one who sends it; to be asked once. A stream that breaks off does not end: over RPC its end would pass for
   * that of the body. So `onBroken` has to give up the message that it belongs to.
   */
  open(onBroken: (code: ErrorCode) => void): PipedBody {
    if (this.#end === 'finished') return { kind: 'bytes', bytes: this.#drain() };
    this.#onBroken = onBroken;
    // Nobody reads on, or nobody is there any more: the message may be whole for all that.
    this.#lifetime.atEnd(() => this.#stop({ tag: 'connection-terminated' }));
    const stream = byteStream(
      () => this.#pull(),
      () => this.cut(),
    );
    return { kind: 'stream', stream };
  }

  async #pull(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (this.#buffered === 0 && this.#end === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    if (this.#buffered > 0) return this.#drain();
    if (this.#end === 'finished' || this.#end === 'closed') return undefined;
    return new Promise(() => undefined);
  }

  #drain(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#buffered);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    this.#forget();
    this.room.set();
    return all;
  }

  #stop(end: 'finished' | 'closed' | ErrorCode): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    if (end !== 'finished') this.#forget();
    this.room.set();
    this.#wake?.();
  }

  #forget(): void {
    this.#chunks = [];
    this.#buffered = 0;
  }
}

function isBeyond(bytes: bigint, most: bigint | undefined): boolean {
  return most !== undefined && bytes > most;
}
