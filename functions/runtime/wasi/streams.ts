/** `wasi:io/error` and `wasi:io/streams`, over whatever bytes come from and go to. */
import { MAX_BLOCKING_WRITE_BYTES, WRITE_PERMIT_BYTES } from '../limits.ts';
import { WasiFailure, WasiTrap } from './failure.ts';
import { ALWAYS_READY, Pollable, type PollSource } from './poll.ts';
import { Resource } from './resource.ts';

/** Where an input stream reads from. */
export interface ByteSource {
  /**
   * At most `length` bytes, none when there are none now, `undefined` at the end. Throws `streamFailed` when no more can come.
   */
  read(length: number): Uint8Array | undefined;
  /** Ready when there are bytes, the end, or a failure. Absent: at any time. */
  readonly arrival?: PollSource;
  /** The guest has dropped its stream. */
  close?(): void;
}

/** Where an output stream writes to. */
export interface ByteSink {
  /** Takes bytes, at most what `permit` said; it copies what it keeps. Throws `streamFailed` or `streamClosed`. */
  write(bytes: Uint8Array): void;
  /** Bytes that it takes now; 0: wait for `room`. Throws as `write` does. Absent: any number. */
  permit?(): number;
  /** Begins to pass on what was written. Absent: nothing is kept back. */
  flush?(): void;
  /** Ready when bytes are taken, or a failure is there to be told. Absent: at any time. */
  readonly room?: PollSource | undefined;
  /** Ready when all that was written before `flush` has been passed on, or failed. Absent: at any time. */
  readonly flushed?: PollSource;
  /** The guest let the stream go. Absent: nothing depends on it. */
  dropped?(): void;
}

/** The resource `error` of `wasi:io/error`; `cause` is for functions that tell more of it. */
export class IoError extends Resource {
  readonly #text: string;
  readonly #cause: unknown;

  constructor(text: string, cause?: unknown) {
    super();
    this.#text = text;
    this.#cause = cause;
  }

  toDebugString(): string {
    return this.#text;
  }

  static causeOf(error: IoError): unknown {
    return error.#cause;
  }
}

export class InputStream extends Resource {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  read(length: bigint): Uint8Array {
    const bytes = this.#source.read(Number(length < BigInt(WRITE_PERMIT_BYTES) ? length : BigInt(WRITE_PERMIT_BYTES)));
    if (bytes === undefined) throw streamClosed();
    return bytes;
  }

  blockingRead(length: bigint): Uint8Array | Promise<Uint8Array> {
    return afterwards(this.#source.arrival, () => this.read(length));
  }

  skip(length: bigint): bigint {
    return BigInt(this.read(length).length);
  }

  blockingSkip(length: bigint): bigint | Promise<bigint> {
    return afterwards(this.#source.arrival, () => this.skip(length));
  }

  subscribe(): Pollable {
    return new Pollable(this.#source.arrival ?? ALWAYS_READY);
  }

  static sourceOf(stream: InputStream): ByteSource {
    return stream.#source;
  }

  [Symbol.dispose](): void {
    this.#source.close?.();
  }
}

export class OutputStream extends Resource {
  readonly #sink: ByteSink;
  /** Bytes that may be written before the next `check-write`. */
  #permit = 0;

  constructor(sink: ByteSink) {
    super();
    this.#sink = sink;
  }

  checkWrite(): bigint {
    this.#permit = this.#takes();
    return BigInt(this.#permit);
  }

  write(bytes: Uint8Array): void {
    this.#spend(bytes.length);
    this.#sink.write(bytes);
  }

  blockingWriteAndFlush(bytes: Uint8Array): void | Promise<void> {
    requireBlockingSize(BigInt(bytes.length));
    return this.#writeAll(bytes);
  }

  flush(): void {
    this.#sink.flush?.();
  }

  blockingFlush(): void | Promise<void> {
    this.flush();
    return afterwards(this.#sink.flushed, () => this.#report());
  }

  subscribe(): Pollable {
    return new Pollable(this.#sink.room ?? ALWAYS_READY);
  }

  writeZeroes(length: bigint): void {
    this.#spend(Number(length));
    this.#sink.write(new Uint8Array(Number(length)));
  }

  blockingWriteZeroesAndFlush(length: bigint): void | Promise<void> {
    requireBlockingSize(length);
    return this.#writeAll(new Uint8Array(Number(length)));
  }

  splice(source: InputStream, length: bigint): bigint {
    const most = BigInt(this.#takes());
    const bytes = source.read(length < most ? length : most);
    this.#sink.write(bytes);
    return BigInt(bytes.length);
  }

  blockingSplice(source: InputStream, length: bigint): bigint | Promise<bigint> {
    const { arrival } = InputStream.sourceOf(source);
    const { room } = this.#sink;
    if (isReady(arrival) && isReady(room)) return this.splice(source, length);
    return this.#spliceLater(source, length, [arrival, room]);
  }

  async #spliceLater(source: InputStream, length: bigint, waits: readonly (PollSource | undefined)[]): Promise<bigint> {
    for (const wait of waits) await afterwards(wait, () => undefined);
    return this.splice(source, length);
  }

  [Symbol.dispose](): void {
    this.#sink.dropped?.();
  }

  /** Writes what the sink takes at once, and waits for the rest where it takes less. */
  #writeAll(bytes: Uint8Array): void | Promise<void> {
    if (bytes.length > this.#takes()) return this.#writeInParts(bytes);
    this.#sink.write(bytes);
    return this.blockingFlush();
  }

  async #writeInParts(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      await afterwards(this.#sink.room, () => undefined);
      const part = rest.subarray(0, this.#takes());
      this.#sink.write(part);
      rest = rest.subarray(part.length);
    }
    await this.blockingFlush();
  }

  /** Throws what failed while it was passed on. */
  #report(): void {
    this.#sink.permit?.();
  }

  #takes(): number {
    return Math.min(this.#sink.permit?.() ?? WRITE_PERMIT_BYTES, WRITE_PERMIT_BYTES);
  }

  #spend(length: number): void {
    if (length > this.#permit) {
      throw new WasiTrap(`wasi:io/streams: wrote ${length} bytes where check-write permitted ${this.#permit}`);
    }
    this.#permit -= length;
  }
}

export const ioError = { Error: IoError };

export const streams = { InputStream, OutputStream };

/** The `stream-error` of a stream that ended. */
export function streamClosed(): WasiFailure {
  return new WasiFailure({ tag: 'closed' });
}

/** The `stream-error` of a stream whose last operation failed. */
export function streamFailed(text: string, cause?: unknown): WasiFailure {
  return new WasiFailure({ tag: 'last-operation-failed', val: new IoError(text, cause) });
}

function isReady(source: PollSource | undefined): boolean {
  return source === undefined || source.ready();
}

/** Does `next` at once where nothing is to be waited for. */
function afterwards<T>(source: PollSource | undefined, next: () => T): T | Promise<T> {
  if (source === undefined || source.ready()) return next();
  return source.lifetime.until(source.wait).then(next);
}

function requireBlockingSize(length: bigint): void {
  if (length > BigInt(MAX_BLOCKING_WRITE_BYTES)) {
    throw new WasiTrap(
      `wasi:io/streams: a blocking write takes at most ${MAX_BLOCKING_WRITE_BYTES} bytes, got ${length}`,
    );
  }
}
