/** Outgoing bodies of `wasi:http/types`, of requests and of responses. */
import { WasiFailure } from '../failure.ts';
import { Resource } from '../resource.ts';
import { OutputStream } from '../streams.ts';
import type { BodyPipe } from './body-pipe.ts';
import { httpFailure, internalError } from './error-code.ts';
import { type Fields, fieldsLength } from './fields.ts';

export class OutgoingBody extends Resource {
  readonly #pipe: BodyPipe;
  #taken = false;

  constructor(pipe: BodyPipe) {
    super();
    this.#pipe = pipe;
  }

  write(): OutputStream {
    if (this.#taken) throw new WasiFailure(undefined);
    this.#taken = true;
    return new OutputStream(this.#pipe);
  }

  /** Fails when the body has another length than its headers say, and for trailers, which the platform cannot send. */
  static finish(body: OutgoingBody, trailers: Fields | undefined): void {
    if (trailers !== undefined && fieldsLength(trailers) > 0) {
      const code = internalError('trailers are unsupported: the platform has none');
      body.#pipe.fail(code);
      throw httpFailure(code);
    }
    const failure = body.#pipe.finish();
    if (failure !== undefined) throw httpFailure(failure);
  }

  /** Dropped without `finish`: the message must not pass for a whole one. After `finish` it has no effect. */
  [Symbol.dispose](): void {
    this.#pipe.fail(internalError('the body was dropped before it was finished'));
  }
}
