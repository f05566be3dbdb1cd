/** A topic and its subscribers in a made-up time: the ledger over SQLite, with everything that can go wrong around it. */

import type { Database } from '../../durable/shared/database.ts';
import type { TopicDelivery } from '../../durable/topic/contract.ts';
import { TopicLedger } from '../../durable/topic/ledger.ts';
import type { AttemptEnd } from '../../durable/topic/transitions.ts';
import { sqliteDatabase } from './sqlite-database.ts';

/** What subscribers saw: each attempt in the order in which they were begun. */
export interface Seen {
  readonly subscriber: string;
  readonly text: string;
  readonly attempt: number;
}

export class TopicWorld {
  now = 1_000_000;
  readonly subscribers: string[];
  readonly seen: Seen[] = [];
  /** What was handled, by subscriber, in order. */
  readonly handled: { readonly subscriber: string; readonly text: string }[] = [];
  readonly acknowledged: { readonly text: string; readonly key: string | undefined }[] = [];
  ledger: TopicLedger;
  readonly #db: Database;
  #running: TopicDelivery[] = [];

  constructor(subscribers: readonly string[] = ['reader']) {
    this.subscribers = [...subscribers];
    this.#db = sqliteDatabase();
    this.ledger = new TopicLedger(this.#db);
  }

  get running(): readonly TopicDelivery[] {
    return this.#running;
  }

  publish(text: string, key?: string): boolean {
    const message = {
      data: new TextEncoder().encode(text),
      metadata: key === undefined ? [] : ([['key', key]] as const),
      publisher: 'writer',
      request: 'r',
      hops: 1,
    };
    const stored = this.ledger.publish(message, { topic: 't', id: `id-${text}`, now: this.now });
    if (stored) this.acknowledged.push({ text, key });
    return stored;
  }

  /** The subscribers of this moment get what was published so far. */
  route(): void {
    while (this.ledger.route(this.ledger.messages.lastSeq(), this.subscribers, this.now));
  }

  start(): void {
    const started = this.ledger.start('object', this.now);
    this.#running.push(...started);
    for (const { subscriber, message, attempt } of started)
      this.seen.push({ subscriber, text: new TextDecoder().decode(message.data), attempt });
  }

  /** One of the attempts ends; `at` chooses which. */
  settle(at: number, end: AttemptEnd): void {
    const [delivery] = this.#running.splice(at % Math.max(1, this.#running.length), 1);
    if (delivery === undefined) return;
    const { subscriber, message, attempt } = delivery;
    if (end.kind === 'handled') this.handled.push({ subscriber, text: new TextDecoder().decode(message.data) });
    this.ledger.settle(delivery, attempt, end, this.now, 0.5);
  }

  /** The object goes away and comes back: what ran is not heard of again, what was stored is there. */
  evict(): void {
    this.#running = [];
    this.ledger = new TopicLedger(this.#db);
    this.ledger.recover(this.now);
  }

  /** Goes on, all handlers working, until nothing is left to do. */
  drain(): void {
    for (let round = 0; round < 10_000; round += 1) {
      this.route();
      this.start();
      while (this.#running.length > 0) this.settle(0, { kind: 'handled' });
      const next = this.ledger.nextTime(this.now);
      const { deliveries } = this.ledger.status();
      if (next === undefined || deliveries === 0) return;
      this.now = Math.max(this.now, next);
    }
    throw new Error('the topic does not come to rest');
  }
}
