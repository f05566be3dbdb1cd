/** What whoever has opened a topic can do: publish, as the topic object does it. */
import { RpcTarget } from 'cloudflare:workers';
import type { NewMessage, Published, TopicSession } from './contract.ts';

/** It is disposed of where it was opened: nothing is to be done here then. */
export class TopicDesk extends RpcTarget implements Omit<TopicSession, keyof Disposable> {
  readonly #publish: TopicSession['publish'];

  constructor(publish: TopicSession['publish']) {
    super();
    this.#publish = publish;
  }

  publish(topic: string, message: NewMessage): Promise<Published> {
    return this.#publish(topic, message);
  }
}
