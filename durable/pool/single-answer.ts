/** The answer of a call that streams, on its way from the isolate to whoever called: one, with a head that HTTP allows. */
import { readResponseHead } from '../../src/isolate/response-head.ts';
import type { AnswerOrigin, AnswerSink } from './contract.ts';

export class SingleAnswer {
  readonly #sink: AnswerSink | undefined;
  readonly #origin: () => AnswerOrigin;
  #given = false;

  /** Without `sink` nobody wants one. `origin` is asked when it comes. */
  constructor(sink: AnswerSink | undefined, origin: () => AnswerOrigin) {
    this.#sink = sink;
    this.#origin = origin;
  }

  /** Whether there was one. */
  get given(): boolean {
    return this.#given;
  }

  /** What it is given comes from the isolate. Resolves when all of it was passed on. */
  async respond(head: unknown, body: unknown): Promise<void> {
    const read = readResponseHead(head);
    const isBody = body === undefined || body instanceof ReadableStream;
    if (this.#sink === undefined || this.#given || read === undefined || !isBody) {
      throw new Error('this call takes no such answer');
    }
    this.#given = true;
    await this.#sink.respond(read, body, this.#origin());
  }
}
