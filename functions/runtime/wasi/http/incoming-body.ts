/** Incoming bodies of `wasi:http/types`, of responses and of requests, and the trailers behind them, of which there are none. */
import type { CallLifetime } from '../../lifetime.ts';
import { WasiFailure } from '../failure.ts';
import { Latch } from '../latch.ts';
import { Pollable } from '../poll.ts';
import { Resource } from '../resource.ts';
import { type ByteSource, InputStream } from '../streams.ts';
import { BodySource, type BodySourceOptions } from './body-source.ts';
import type { ErrorCode } from './error-code.ts';

/** What a body reads from, and what it gives up with it. */
export interface IncomingBytes {
  /** Absent: the body is `whole`. */
  readonly stream: ReadableStream | undefined;
  /** Absent: the body is empty, or in the stream. */
  readonly whole?: Uint8Array;
  readonly lifetime: CallLifetime;
  readonly options?: BodySourceOptions;
}

const EMPTY = new Uint8Array();

/** The body of a message as long as it is the message's: it is handed out once, and goes on by itself then. */
export class UnreadBody {
  readonly #bytes: IncomingBytes;
  #isTaken = false;

  constructor(bytes: IncomingBytes) {
    this.#bytes = bytes;
  }

  /** Throws the empty error of `consume` the second time. */
  take(): IncomingBody {
    if (this.#isTaken) throw new WasiFailure(undefined);
    this.#isTaken = true;
    return new IncomingBody(this.#bytes);
  }

  /** The message was dropped: nobody wants a body that was not taken. */
  drop(): void {
    if (this.#isTaken) return;
    this.#isTaken = true;
    // The other side may be gone already.
    this.#bytes.stream?.cancel().catch(() => undefined);
  }
}

export class IncomingBody extends Resource {
  readonly #bytes: IncomingBytes;
  #source: BodySource | undefined;
  #taken = false;

  constructor(bytes: IncomingBytes) {
    super();
    this.#bytes = bytes;
  }

  stream(): InputStream {
    if (this.#taken) throw new WasiFailure(undefined);
    this.#taken = true;
    const { stream, whole = EMPTY, lifetime, options } = this.#bytes;
    if (stream === undefined) return new InputStream(wholeSource(whole));
    this.#source = new BodySource(stream, lifetime, options);
    return new InputStream(this.#source);
  }

  /** What was not read is given up, for the trailers of the platform are known without it: there are none. */
  static finish(body: IncomingBody): FutureTrailers {
    const failure = body.#source?.failure;
    body.#giveUp();
    return new FutureTrailers(body.#bytes.lifetime, failure);
  }

  [Symbol.dispose](): void {
    this.#giveUp();
  }

  #giveUp(): void {
    const { stream } = this.#bytes;
    if (this.#taken) this.#source?.cancel();
    // The other side may be gone already.
    else stream?.cancel().catch(() => undefined);
    this.#taken = true;
  }
}

/** `result<option<trailers>, error-code>` inside of the `result` that tells a second `get` from the first. */
type TrailersResult =
  | { readonly tag: 'ok'; readonly val: TrailersEnd }
  | { readonly tag: 'err'; readonly val: undefined };
type TrailersEnd = { readonly tag: 'ok'; readonly val: undefined } | { readonly tag: 'err'; readonly val: ErrorCode };

export class FutureTrailers extends Resource {
  readonly #known: Latch;
  readonly #failure: ErrorCode | undefined;
  #taken = false;

  constructor(lifetime: CallLifetime, failure: ErrorCode | undefined) {
    super();
    this.#known = new Latch(lifetime, true);
    this.#failure = failure;
  }

  subscribe(): Pollable {
    return new Pollable(this.#known);
  }

  get(): TrailersResult {
    if (this.#taken) return { tag: 'err', val: undefined };
    this.#taken = true;
    const val: TrailersEnd =
      this.#failure === undefined ? { tag: 'ok', val: undefined } : { tag: 'err', val: this.#failure };
    return { tag: 'ok', val };
  }
}

/** Reads what is there already. */
function wholeSource(bytes: Uint8Array): ByteSource {
  let rest = bytes;
  return {
    read: (length) => {
      if (rest.length === 0) return undefined;
      const taken = rest.subarray(0, length);
      rest = rest.subarray(taken.length);
      return taken;
    },
  };
}
