/** Where a shard hands a component's response to: its head becomes an answer, its body follows as fast as the client takes it. */
import { RpcTarget } from 'cloudflare:workers';
import type { AnswerOrigin, AnswerSink } from '../../../durable/pool/contract.ts';
import type { AnswerBody, HeaderField, ResponseHead } from '../../isolate/tasks.ts';
import { declaredLength } from './headers.ts';

/** A response that has begun. */
export interface BegunResponse {
  readonly kind: 'begun';
  readonly status: number;
  readonly headers: readonly HeaderField[];
  readonly body: ReadableStream | Uint8Array<ArrayBuffer> | null;
  readonly origin: AnswerOrigin;
}

export class HttpResponseSink extends RpcTarget implements AnswerSink {
  readonly #begun = Promise.withResolvers<BegunResponse>();
  readonly #cut = new AbortController();
  #writable: WritableStream<Uint8Array> | undefined;

  /** Pending for ever when the call ends without a response. */
  get begun(): Promise<BegunResponse> {
    return this.#begun.promise;
  }

  /** Ends the body as the call has ended: in order only where all of it has come. A stream that breaks off may just end here. */
  async conclude(isWhole: boolean): Promise<void> {
    this.#cut.abort(new Error('the call was ended'));
    // A client that is gone needs no end.
    await (isWhole ? this.#writable?.close() : this.#writable?.abort())?.catch(() => undefined);
  }

  /** False when the client takes no more, or is sent no more. */
  async respond(head: ResponseHead, body: AnswerBody, origin: AnswerOrigin): Promise<boolean> {
    if (head.kind !== 'http') return false;
    const begin = (sent: BegunResponse['body']) => {
      this.#begun.resolve({ kind: 'begun', status: head.status, headers: head.headers, body: sent, origin });
    };
    if (!(body instanceof ReadableStream)) {
      begin(body ?? null);
      return true;
    }
    const length = declaredLength(head.headers);
    const { readable, writable } = length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
    this.#writable = writable;
    begin(readable);
    return copy(body, writable, origin.maxBodyBytes, this.#cut.signal);
  }
}

/** True when all has been taken; what it writes to is left open. */
async function copy(
  body: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await body.pipeThrough(new TransformStream(bound(maxBytes))).pipeTo(writable, { signal, preventClose: true });
    return true;
  } catch {
    return false;
  }
}

/** The isolate has seen to that already, and is not trusted to have. */
function bound(maxBytes: number): Transformer<Uint8Array, Uint8Array> {
  let bytes = 0;
  return {
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) controller.error(new Error('the body is larger than it may be'));
      else controller.enqueue(chunk);
    },
  };
}
