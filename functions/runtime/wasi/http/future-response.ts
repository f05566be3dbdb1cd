/** The resource `future-incoming-response` of `wasi:http/types`: a request under way. */
import type { CallLifetime } from '../../lifetime.ts';
import { Latch } from '../latch.ts';
import { Pollable } from '../poll.ts';
import { Resource } from '../resource.ts';
import type { ErrorCode } from './error-code.ts';
import type { IncomingResponse } from './incoming-response.ts';

/** How a request ended: with the head of a response, or without one. */
export type Exchange =
  | { readonly tag: 'ok'; readonly val: IncomingResponse }
  | { readonly tag: 'err'; readonly val: ErrorCode };

/** The outer arm tells the first `get` of an answer from all later ones. */
type GetResult = { readonly tag: 'ok'; readonly val: Exchange } | { readonly tag: 'err'; readonly val: undefined };

/** Gives a request its end; the first one counts. */
export let settleFuture: (future: FutureIncomingResponse, exchange: Exchange) => void;

export class FutureIncomingResponse extends Resource {
  readonly #settled: Latch;
  readonly #abort: () => void;
  #exchange: Exchange | undefined;
  #taken = false;

  static {
    settleFuture = (future, exchange) => {
      if (future.#exchange !== undefined) return;
      future.#exchange = exchange;
      future.#settled.set();
    };
  }

  /** `abort` ends a request that nobody waits for any more. */
  constructor(lifetime: CallLifetime, abort: () => void) {
    super();
    this.#settled = new Latch(lifetime);
    this.#abort = abort;
  }

  subscribe(): Pollable {
    return new Pollable(this.#settled);
  }

  get(): GetResult | undefined {
    if (this.#exchange === undefined) return undefined;
    if (this.#taken) return { tag: 'err', val: undefined };
    this.#taken = true;
    return { tag: 'ok', val: this.#exchange };
  }

  /** A response that was taken goes on by itself. */
  [Symbol.dispose](): void {
    if (this.#taken) return;
    this.#taken = true;
    if (this.#exchange?.tag !== 'err') this.#abort();
  }
}
