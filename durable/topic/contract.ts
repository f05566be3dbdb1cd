/** What a topic promises: one object per topic name, which stores messages and delivers each to every subscriber. */
import type { MessageContent, MessagingError, ReceivedMessage } from '../../src/capability/messaging/contract.ts';
import type { Page, PageRequest } from '../../src/core/page.ts';
import type { Result } from '../../src/core/result.ts';
import type { AttemptEnd, DeathReason } from './transitions.ts';

/** A message that has been checked, and whose publisher may publish it. */
export interface NewMessage extends MessageContent {
  /** The component. */
  readonly publisher: string;
  /** The request in whose course it was published. */
  readonly request: string;
  /** Which message it is in its row: 1 where no message led to it. */
  readonly hops: number;
}

/** One delivery of a topic: a message to one subscriber. */
export interface DeliveryRef {
  /** Place of the message in its topic. */
  readonly seq: number;
  readonly subscriber: string;
}

/** An attempt at a delivery, as a shard gets it. */
export interface TopicDelivery extends DeliveryRef {
  readonly topic: string;
  readonly messageId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** No other attempt follows when this one fails. */
  readonly isLast: boolean;
  readonly message: MessageContent;
  readonly request: string;
  /** Which message it is in its row. */
  readonly hops: number;
  /** Inbox of a requester. */
  readonly inbox?: string;
}

/** What could not be delivered, for an operator to look at: without the data. */
export interface DeadLetter {
  /** For `redrive` and `discard`. */
  readonly id: string;
  readonly messageId: string;
  readonly subscriber: string;
  readonly publisher: string;
  readonly key?: string;
  readonly contentType?: string;
  readonly bytes: number;
  readonly attempts: number;
  readonly reason: DeathReason;
  /** ISO 8601. */
  readonly publishedAt: string;
  readonly diedAt: string;
}

/** What the topic holds now. */
export interface TopicStatus {
  readonly messages: number;
  readonly bytes: number;
  readonly deliveries: number;
  readonly deadLetters: number;
}

/** The way in for who may publish more than once. It is over when it is disposed of, or its object goes away. */
export interface TopicSession extends Disposable {
  /** Resolves when the message is stored; from then on it is delivered at least once to each subscriber. */
  publish(topic: string, message: NewMessage): Promise<Published>;
}

/** Whether a message was stored. */
export type Published = Result<{ readonly messageId: string }, MessagingError>;

/** Publishers are asked for their grants before; subscribers at each attempt. */
export interface TopicContract {
  /** The session can be used before it is open. */
  open(): TopicSession & Promise<TopicSession>;
  /** Publishes, and resolves with `replies` replies, or with those that came in `timeoutMs`; `timeout` when none did. */
  request(
    topic: string,
    message: NewMessage,
    wish: { readonly timeoutMs: number; readonly replies: number },
  ): Promise<Result<readonly ReceivedMessage[], MessagingError>>;
  /** Hands a reply to the request that waits for it. When none does any more, nothing happens. */
  reply(inbox: string, message: MessageContent): Promise<Result<void, MessagingError>>;
  status(): Promise<TopicStatus>;
  /** Oldest message first. */
  deadLetters(page: PageRequest): Promise<Page<DeadLetter>>;
  /** Delivers dead letters anew, all of them where no id is given; answers how many. */
  redrive(id?: string): Promise<number>;
  /** Deletes dead letters, all of them where no id is given; answers how many. */
  discard(id?: string): Promise<number>;
  /** For the consumer of a queue: what is to be delivered, or nothing when that attempt is not under way any more. */
  attempt(ref: DeliveryRef, attempt: number): Promise<TopicDelivery | undefined>;
  /** For the same: how the attempt ended. One that is not under way any more is ignored. */
  settle(ref: DeliveryRef, attempt: number, end: AttemptEnd): Promise<void>;
}
