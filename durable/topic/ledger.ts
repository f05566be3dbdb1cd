/**
 * What is stored of a topic and how it changes: each method is one transaction that applies the transitions of deliveries.
 * A line is the deliveries of one key to one subscriber; only the first of a line is ever due or running.
 */
import { messageBytes } from '../../src/capability/messaging/input.ts';
import {
  DEAD_LETTER_RETENTION_MS,
  MAX_TOPIC_BYTES,
  MAX_TOPIC_MESSAGES,
  MESSAGE_RETENTION_MS,
} from '../../src/core/limits.ts';
import type { Database } from '../shared/database.ts';
import type { DeliveryRef, NewMessage, TopicDelivery, TopicStatus } from './contract.ts';
import { DeliveryStore, type StoredDelivery } from './delivery-store.ts';
import { MessageStore } from './message-store.ts';
import {
  type AttemptEnd,
  type Courier,
  created,
  type DeliveryState,
  type Done,
  ended,
  expired,
  isLastAttempt,
  lost,
  moved,
  pauseMs,
  started,
  watchedAt,
} from './transitions.ts';

/** Metadata key by which a publisher orders messages. */
const KEY = 'key';

/** Attempts at a time: of one topic, and of one subscriber, so that a slow one leaves room for the others. Each is a message in memory. */
const MAX_RUNNING = 32;
const MAX_RUNNING_PER_SUBSCRIBER = 16;

/** Messages that are routed, and deliveries that expire, in one transaction. */
const BATCH = 100;

/** Where and when a message comes in. */
export interface Arrival {
  readonly topic: string;
  readonly id: string;
  readonly inbox?: string;
  readonly now: number;
}

export class TopicLedger {
  readonly messages: MessageStore;
  readonly deliveries: DeliveryStore;

  constructor(db: Database) {
    this.messages = new MessageStore(db);
    this.deliveries = new DeliveryStore(db);
  }

  /** Stores a message; false when the topic is full. */
  publish(message: NewMessage, { topic, id, inbox, now }: Arrival): boolean {
    const bytes = messageBytes(message);
    if (this.messages.isOpen) {
      const totals = this.messages.totals();
      if (totals.messages >= MAX_TOPIC_MESSAGES || totals.bytes + bytes > MAX_TOPIC_BYTES) return false;
    }
    this.messages.open(topic);
    const key = message.metadata.find(([name]) => name === KEY)?.[1] ?? null;
    this.messages.transaction(() =>
      this.messages.add({ ...message, id, key, bytes, inbox: inbox ?? null, publishedAt: now }),
    );
    return true;
  }

  /** Makes the deliveries of messages up to `lastSeq` to `subscribers`; true when there are more of them. */
  route(lastSeq: number, subscribers: readonly string[], now: number): boolean {
    return this.#inside(false, () => {
      const messages = this.messages.unrouted(lastSeq, BATCH);
      for (const { seq, key } of messages) {
        for (const name of subscribers) {
          const state = created(key !== null && this.deliveries.firstOfLine(name, key) !== undefined, now);
          this.deliveries.save({ seq, subscriber: name, key, state });
          this.deliveries.saveSubscriber(this.deliveries.subscriber(name));
        }
        if (subscribers.length > 0) this.messages.setRouted(seq);
        else this.messages.dropIfDone(seq);
      }
      return messages.length === BATCH;
    });
  }

  /** Starts what is due, as far as there is room; what is answered has to be handed over. */
  start(by: Courier, now: number): TopicDelivery[] {
    return this.#inside([], () => {
      const known = this.deliveries.subscribers().map((each) => {
        const running = this.deliveries.runningCount(each.name);
        return { ...each, running };
      });
      let room = MAX_RUNNING - known.reduce((sum, { running }) => sum + running, 0);
      const picked: TopicDelivery[] = [];
      for (const { name, pausedUntil, running } of known) {
        if (pausedUntil > now) continue;
        const free = Math.max(0, Math.min(room, MAX_RUNNING_PER_SUBSCRIBER - running));
        for (const delivery of this.deliveries.due(name, now, free)) {
          if (delivery.state.kind !== 'due') continue;
          const state = started(delivery.state, by, now);
          this.deliveries.save({ ...delivery, state });
          picked.push(this.#handOver(delivery, state.attempts));
          room -= 1;
        }
      }
      return picked;
    });
  }

  /** What attempt number `attempt` hands over; undefined when it is not under way. */
  attempt(ref: DeliveryRef, attempt: number): TopicDelivery | undefined {
    return this.#inside(undefined, () => {
      const delivery = this.deliveries.find(ref);
      const isUnderWay = delivery?.state.kind === 'running' && delivery.state.attempts === attempt;
      return isUnderWay ? this.#handOver(delivery, attempt) : undefined;
    });
  }

  /** An attempt ended. One that is not under way any more is ignored. */
  settle(ref: DeliveryRef, attempt: number, end: AttemptEnd, now: number, random: number): void {
    this.#inside(undefined, () => {
      const delivery = this.deliveries.find(ref);
      if (delivery?.state.kind !== 'running' || delivery.state.attempts !== attempt) return;
      const subscriber = this.deliveries.subscriber(ref.subscriber);
      if (end.kind !== 'not-taken') {
        if (subscriber.pauses > 0) this.deliveries.saveSubscriber({ ...subscriber, pausedUntil: 0, pauses: 0 });
      } else if (subscriber.pausedUntil <= now) {
        const pauses = subscriber.pauses + 1;
        this.deliveries.saveSubscriber({ ...subscriber, pauses, pausedUntil: now + pauseMs(pauses, random) });
      }
      this.#change(delivery, ended(delivery.state, end, now, random), now);
    });
  }

  /** After the object went away: nobody will say how its attempts ended. */
  recover(now: number): void {
    this.#inside(undefined, () => {
      for (const delivery of this.deliveries.runningByObject()) this.#lose(delivery, now);
    });
  }

  /** Gives up what took too long: attempts of a queue, messages that nobody took, old dead letters. True when there is more. */
  expire(now: number): boolean {
    return this.#inside(false, () => {
      const lease = this.deliveries.endedBy('running', now, BATCH);
      for (const delivery of lease) this.#lose(delivery, now);
      const waiting = this.#isExpiring(now) ? this.deliveries.waitingSince(now - MESSAGE_RETENTION_MS, BATCH) : [];
      for (const delivery of waiting) this.#change(delivery, expired(delivery.state, now), now);
      const dead = this.deliveries.endedBy('dead', now - DEAD_LETTER_RETENTION_MS, BATCH);
      for (const delivery of dead) this.#change(delivery, { kind: 'done' }, now);
      return [lease, waiting, dead].some(({ length }) => length === BATCH);
    });
  }

  /** Tries one dead letter again; false when it is none. */
  redrive(ref: DeliveryRef, now: number): boolean {
    return this.#inside(false, () => {
      const delivery = this.deliveries.find(ref);
      if (delivery?.state.kind !== 'dead') return false;
      const { subscriber, key } = delivery;
      const isBusy = key !== null && this.deliveries.firstOfLine(subscriber, key) !== undefined;
      this.deliveries.save({ ...delivery, state: created(isBusy, now) });
      return true;
    });
  }

  /** Deletes one dead letter; false when it is none. */
  discard(ref: DeliveryRef, now: number): boolean {
    return this.#inside(false, () => {
      const delivery = this.deliveries.find(ref);
      if (delivery?.state.kind !== 'dead') return false;
      this.#change(delivery, { kind: 'done' }, now);
      return true;
    });
  }

  status(): TopicStatus {
    return this.#inside({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 }, () => {
      const { deliveries, dead } = this.deliveries.counts();
      return { ...this.messages.totals(), deliveries: deliveries - dead, deadLetters: dead };
    });
  }

  /** When there is something to do; undefined when there will not be. */
  nextTime(now: number): number | undefined {
    if (!this.messages.isOpen) return undefined;
    const { running, died, due } = this.deliveries.times();
    const waiting = this.messages.oldestWaiting();
    const times = [
      ...(this.messages.hasUnrouted() ? [now] : []),
      ...running.map((until) => watchedAt(until, now)),
      ...due,
      ...died.map((at) => at + DEAD_LETTER_RETENTION_MS),
      ...(waiting === undefined ? [] : [waiting + MESSAGE_RETENTION_MS]),
    ];
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** A topic that nobody published to has no tables. */
  #inside<T>(nothing: T, body: () => T): T {
    return this.messages.isOpen ? this.messages.transaction(body) : nothing;
  }

  #isExpiring(now: number): boolean {
    const waiting = this.messages.oldestWaiting();
    return waiting !== undefined && waiting + MESSAGE_RETENTION_MS <= now;
  }

  #lose(delivery: StoredDelivery, now: number): void {
    if (delivery.state.kind === 'running') this.#change(delivery, lost(delivery.state, now), now);
  }

  /** One that is done, or dead, makes way for the next of its line. */
  #change(delivery: StoredDelivery, state: DeliveryState | Done, now: number): void {
    if (state.kind === 'done') this.deliveries.remove(delivery);
    else this.deliveries.save({ ...delivery, state });
    if (state.kind !== 'done' && state.kind !== 'dead') return;
    const { seq, subscriber, key } = delivery;
    const next = key === null ? undefined : this.deliveries.firstOfLine(subscriber, key);
    if (next?.state.kind === 'behind') this.deliveries.save({ ...next, state: moved(now) });
    if (state.kind === 'dead') return;
    this.messages.dropIfDone(seq);
    this.deliveries.dropIfIdle(subscriber);
  }

  #handOver({ seq, subscriber }: DeliveryRef, attempt: number): TopicDelivery {
    const stored = this.messages.find(seq);
    if (stored === undefined) throw new Error('a delivery has no message');
    const { id, inbox, request, hops, data, metadata, contentType } = stored;
    return {
      seq,
      subscriber,
      topic: this.messages.topic(),
      messageId: id,
      attempt,
      isLast: isLastAttempt(attempt),
      message: { data, metadata, ...(contentType === undefined ? {} : { contentType }) },
      request,
      hops,
      ...(inbox === null ? {} : { inbox }),
    };
  }
}
