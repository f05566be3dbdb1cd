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
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;

  /** Pending for ever when the call ends without a response. */
  get begun(): Promise<BegunResponse> {
    return this.#begun.promise;
  }

  /** Ends the body as the call has ended: in order only where all of it has come. A stream that breaks off may just end here. */
  async conclude(isWhole: boolean): Promise<void> {
    // A client that is gone needs no end, and neither does an isolate.
    if (isWhole) return this.#writer?.close().catch(() => undefined);
    this.#reader?.cancel().catch(() => undefined);
    return this.#writer?.abort(new Error('the call was ended')).catch(() => undefined);
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
    this.#reader = body.getReader();
    this.#writer = writable.getWriter();
    begin(readable);
    return copy(this.#reader, this.#writer, origin.maxBodyBytes);
  }
}

/** True when all has been taken; what it writes to is left open. The isolate has seen to the bound, and is not trusted to have. */
async function copy(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  maxBytes: number,
): Promise<boolean> {
  let bytes = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes += part.value.byteLength;
      if (bytes > maxBytes) throw new Error('the body is larger than it may be');
      await writer.write(part.value);
    }
    return true;
  } catch (error) {
    // Each side hears that the other is gone.
    reader.cancel(error).catch(() => undefined);
    writer.abort(error).catch(() => undefined);
    return false;
  }
}
