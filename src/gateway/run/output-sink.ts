/** Where a shard hands the output of a command to: it becomes the events of an answer, as fast as the client takes them. */
import { RpcTarget } from 'cloudflare:workers';
import type { AnswerOrigin, AnswerSink } from '../../../durable/pool/contract.ts';
import type { AnswerBody, ResponseHead } from '../../isolate/tasks.ts';
import { OutputEvents } from './events.ts';

export class OutputEventsSink extends RpcTarget implements AnswerSink {
  readonly #begun = Promise.withResolvers<AnswerOrigin>();
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(writer: WritableStreamDefaultWriter<Uint8Array>) {
    super();
    this.#writer = writer;
  }

  /** Resolves when output may come; pending for ever when the call ends before that. */
  get begun(): Promise<AnswerOrigin> {
    return this.#begun.promise;
  }

  /** False when the client takes no more. */
  async respond(head: ResponseHead, body: AnswerBody, origin: AnswerOrigin): Promise<boolean> {
    if (head.kind !== 'output' || !(body instanceof ReadableStream))
      throw new Error('a command answers with its output');
    this.#begun.resolve(origin);
    try {
      const events = new OutputEvents();
      for await (const chunk of body) for (const each of events.read(chunk)) await this.#writer.write(each);
      for (const each of events.end()) await this.#writer.write(each);
      return true;
    } catch {
      return false;
    }
  }
}
