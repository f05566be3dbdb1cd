/** `wasi:io/error` and `wasi:io/streams`, over sources and sinks that never block. */
import { MAX_BLOCKING_WRITE_BYTES, WRITE_PERMIT_BYTES } from '../limits.ts';
import { WasiFailure, WasiTrap } from './failure.ts';
import { ALWAYS_READY, Pollable } from './poll.ts';
import { Resource } from './resource.ts';

/** Where an input stream reads from: at most `length` bytes, none when there are none now, `undefined` at the end. */
export type ByteSource = (length: number) => Uint8Array | undefined;

/** Where an output stream writes to. It copies what it keeps. */
export type ByteSink = (bytes: Uint8Array) => void;

/** The resource `error` of `wasi:io/error`. */
export class IoError extends Resource {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  toDebugString(): string {
    return this.#text;
  }
}

export class InputStream extends Resource {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  read(length: bigint): Uint8Array {
    const bytes = this.#source(Number(length < BigInt(WRITE_PERMIT_BYTES) ? length : BigInt(WRITE_PERMIT_BYTES)));
    if (bytes === undefined) throw closed();
    return bytes;
  }

  blockingRead(length: bigint): Uint8Array {
    return this.read(length);
  }

  skip(length: bigint): bigint {
    return BigInt(this.read(length).length);
  }

  blockingSkip(length: bigint): bigint {
    return this.skip(length);
  }

  subscribe(): Pollable {
    return new Pollable(ALWAYS_READY);
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
    this.#permit = WRITE_PERMIT_BYTES;
    return BigInt(this.#permit);
  }

  write(bytes: Uint8Array): void {
    this.#spend(bytes.length);
    this.#sink(bytes);
  }

  blockingWriteAndFlush(bytes: Uint8Array): void {
    requireBlockingSize(BigInt(bytes.length));
    this.#sink(bytes);
  }

  flush(): void {
    this.#sink(new Uint8Array());
  }

  blockingFlush(): void {
    this.flush();
  }

  subscribe(): Pollable {
    return new Pollable(ALWAYS_READY);
  }

  writeZeroes(length: bigint): void {
    this.#spend(Number(length));
    this.#sink(new Uint8Array(Number(length)));
  }

  blockingWriteZeroesAndFlush(length: bigint): void {
    requireBlockingSize(length);
    this.#sink(new Uint8Array(Number(length)));
  }

  splice(source: InputStream, length: bigint): bigint {
    const bytes = source.read(length);
    this.#sink(bytes);
    return BigInt(bytes.length);
  }

  blockingSplice(source: InputStream, length: bigint): bigint {
    return this.splice(source, length);
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

function requireBlockingSize(length: bigint): void {
  if (length > BigInt(MAX_BLOCKING_WRITE_BYTES)) {
    throw new WasiTrap(
      `wasi:io/streams: a blocking write takes at most ${MAX_BLOCKING_WRITE_BYTES} bytes, got ${length}`,
    );
  }
}

function closed(): WasiFailure {
  return new WasiFailure({ tag: 'closed' });
}
