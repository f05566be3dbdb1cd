/**
 * The topic object: one per topic name. It stores what is published before it says so, finds the subscribers, and gives
 * each message to each of them until it is handled; an alarm goes on where the object went away.
 */
import { DurableObject } from 'cloudflare:workers';
import type { MessageContent, MessagingError, ReceivedMessage } from '../../src/capability/messaging/contract.ts';
import { MAX_REPLIES_BYTES } from '../../src/core/limits.ts';
import type { Page, PageRequest } from '../../src/core/page.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { type Bindings, catalogue } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { attemptAt, type QueuedAttempt } from './attempt.ts';
import type {
  DeadLetter,
  DeliveryRef,
  NewMessage,
  Published,
  TopicContract,
  TopicDelivery,
  TopicStatus,
} from './contract.ts';
import { deadLetters, refOf } from './dead-letters.ts';
import { Inboxes } from './inboxes.ts';
import { type Arrival, TopicLedger } from './ledger.ts';
import { TopicDesk } from './session.ts';
import type { AttemptEnd } from './transitions.ts';

/** When an alarm looks again after what could not be done at once, in milliseconds. */
const LOOK_AGAIN_MS = 1_000;

/** `open` implements the contract's too, by which a caller need not wait for it. */
export class Topic extends DurableObject<Bindings> implements Omit<TopicContract, 'open'> {
  readonly #ledger: TopicLedger;
  readonly #inboxes = new Inboxes();
  readonly #desk = new TopicDesk((topic, message) =>
    this.#publish(message, { topic, id: crypto.randomUUID(), now: Date.now() }),
  );
  /** The pass that hands over what is due, and whether another one has to follow. */
  #pass: Promise<void> | undefined;
  #isBehind = false;
  /** When the alarm rings, as far as this life of the object knows. */
  #alarmAt = Number.POSITIVE_INFINITY;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#ledger = new TopicLedger(openDatabase(ctx.storage));
    this.#ledger.recover(Date.now());
  }

  open(): TopicDesk {
    return this.#desk;
  }

  async request(
    topic: string,
    message: NewMessage,
    wish: { readonly timeoutMs: number; readonly replies: number },
  ): Promise<Result<readonly ReceivedMessage[], MessagingError>> {
    if (this.#inboxes.isFull) return err(exhausted('the topic has too many requests that wait for replies'));
    // Nobody but the handlers of this message ever hears of it, and they only by their shard.
    const inbox = crypto.randomUUID();
    const collected = this.#inboxes.collect(inbox, wish);
    const published = await this.#publish(message, { topic, id: crypto.randomUUID(), inbox, now: Date.now() });
    if (!published.ok) {
      this.#inboxes.cancel(inbox);
      return published;
    }
    const replies = await collected;
    return replies.length === 0 ? err({ tag: 'timeout' }) : ok(replies.map((reply) => ({ ...reply, topic })));
  }

  async reply(inbox: string, message: MessageContent): Promise<Result<void, MessagingError>> {
    if (this.#inboxes.deliver(inbox, message)) return ok(undefined);
    return err(exhausted(`the request takes at most ${MAX_REPLIES_BYTES} bytes of replies`));
  }

  async status(): Promise<TopicStatus> {
    return this.#ledger.status();
  }

  async deadLetters(page: PageRequest): Promise<Page<DeadLetter>> {
    return deadLetters(this.#ledger, page);
  }

  async redrive(id?: string): Promise<number> {
    const now = Date.now();
    const redriven = this.#each(id, (ref) => this.#ledger.redrive(ref, now));
    if (redriven > 0) await this.#wakeBy(now + LOOK_AGAIN_MS);
    this.#handOver();
    return redriven;
  }

  async discard(id?: string): Promise<number> {
    const now = Date.now();
    return this.#each(id, (ref) => this.#ledger.discard(ref, now));
  }

  async attempt(ref: DeliveryRef, attempt: number): Promise<TopicDelivery | undefined> {
    return this.#ledger.attempt(ref, attempt);
  }

  async settle(ref: DeliveryRef, attempt: number, end: AttemptEnd): Promise<void> {
    this.#ledger.settle(ref, attempt, end, Date.now(), Math.random());
    this.#handOver();
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    const now = Date.now();
    const next = this.#ledger.nextTime(now);
    if (next === undefined) return;
    // Set first: an object that goes away in the middle is woken to go on.
    await this.#wakeBy(Math.max(next, now + LOOK_AGAIN_MS));
    while (this.#ledger.expire(now));
    this.#handOver();
    await this.#pass;
  }

  async #publish(message: NewMessage, arrival: Arrival): Promise<Published> {
    if (!this.#ledger.publish(message, arrival)) {
      return err(exhausted('the topic holds as many messages as it can: publish again when some are delivered'));
    }
    // In one turn with the message: both are stored, or neither.
    await this.#wakeBy(arrival.now + LOOK_AGAIN_MS);
    this.#handOver();
    return ok({ messageId: arrival.id });
  }

  /** Sees to it that everything due is handed over, now or after the pass that goes on. Nobody waits for it. */
  #handOver(): void {
    this.#isBehind = true;
    this.#pass ??= this.#passes();
    this.ctx.waitUntil(this.#pass);
  }

  /** Its last look at whether more is to be done, and its end, are in one turn: nobody is told of a pass that is over. */
  async #passes(): Promise<void> {
    try {
      while (this.#isBehind) {
        this.#isBehind = false;
        await this.#route().catch((error: unknown) => {
          console.warn({ message: 'a topic could not find its subscribers for now', error: String(error) });
        });
        this.#start();
        const next = this.#ledger.nextTime(Date.now());
        if (next !== undefined) await this.#wakeBy(Math.max(next, Date.now() + LOOK_AGAIN_MS));
      }
    } finally {
      this.#pass = undefined;
    }
  }

  /** The subscribers are asked for after the messages were stored: whoever was there when they were published gets them. */
  async #route(): Promise<void> {
    while (this.#ledger.messages.isOpen && this.#ledger.messages.hasUnrouted()) {
      const lastSeq = this.#ledger.messages.lastSeq();
      const subscribers = await catalogue(this.env).subscribers(this.#ledger.messages.topic());
      while (this.#ledger.route(lastSeq, subscribers, Date.now()));
    }
  }

  #start(): void {
    const { DELIVERIES: queue } = this.env;
    const started = this.#ledger.start(queue === undefined ? 'object' : 'queue', Date.now());
    for (const delivery of started)
      this.ctx.waitUntil(queue === undefined ? this.#deliver(delivery) : this.#enqueue(queue, delivery));
  }

  async #deliver(delivery: TopicDelivery): Promise<void> {
    const end = await attemptAt(this.env, delivery);
    await this.settle(delivery, delivery.attempt, end);
  }

  async #enqueue(queue: Queue<QueuedAttempt>, { topic, seq, subscriber, attempt }: TopicDelivery): Promise<void> {
    try {
      await queue.send({ topic, seq, subscriber, attempt });
    } catch (error) {
      console.warn({ message: 'a queue did not take an attempt', topic, subscriber, error: String(error) });
      await this.settle({ seq, subscriber }, attempt, { kind: 'not-taken' });
    }
  }

  #each(id: string | undefined, change: (ref: DeliveryRef) => boolean): number {
    if (!this.#ledger.messages.isOpen) return 0;
    const ref = id === undefined ? undefined : refOf(id);
    if (id !== undefined) return ref !== undefined && change(ref) ? 1 : 0;
    const all = this.#ledger.deliveries.dead({ seq: 0, subscriber: '' }, this.#ledger.deliveries.counts().dead);
    return all.filter((each) => change(each)).length;
  }

  /** The alarm rings at `time` or before. */
  async #wakeBy(time: number): Promise<void> {
    if (this.#alarmAt <= time) return;
    this.#alarmAt = time;
    await this.ctx.storage.setAlarm(time);
  }
}

function exhausted(why: string): MessagingError {
  return { tag: 'other', val: `RESOURCE_EXHAUSTED: ${why}` };
}
