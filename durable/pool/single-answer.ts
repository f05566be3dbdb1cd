/** The answer of a call that streams, on its way from the isolate to whoever called: one, with a head that HTTP allows. */
import { readResponseHead } from '../../src/isolate/response-head.ts';
import type { AnswerBody } from '../../src/isolate/tasks.ts';
import type { AnswerOrigin, AnswerSink } from './contract.ts';

export class SingleAnswer {
  readonly #sink: AnswerSink | undefined;
  readonly #origin: () => AnswerOrigin;
  #given = false;
  #refused = false;

  /** Without `sink` nobody wants one. `origin` is asked when it comes. */
  constructor(sink: AnswerSink | undefined, origin: () => AnswerOrigin) {
    this.#sink = sink;
    this.#origin = origin;
  }

  /** Whether there was one. */
  get given(): boolean {
    return this.#given;
  }

  /** Whoever wanted the answer did not take all of it. */
  get refused(): boolean {
    return this.#refused;
  }

  /** What it is given comes from the isolate. Resolves when no more of it is passed on, with whether that was all. */
  async respond(head: unknown, body: unknown): Promise<boolean> {
    const read = readResponseHead(head);
    if (this.#sink === undefined || this.#given || read === undefined || !isBody(body)) return false;
    const origin = this.#origin();
    // Whoever takes a stream counts its bytes.
    if (body instanceof Uint8Array && body.byteLength > origin.maxBodyBytes) return false;
    this.#given = true;
    // A gateway that cannot be reached has gone with its client.
    const isTaken = await this.#sink.respond(read, body, origin).catch(() => false);
    this.#refused = !isTaken;
    return isTaken;
  }
}

function isBody(body: unknown): body is AnswerBody {
  return body === undefined || body instanceof ReadableStream || body instanceof Uint8Array;
}
