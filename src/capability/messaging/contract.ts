/** `messaging` at the border of an isolate: what it can be asked for, and what comes back. Types only. */
import type { Result } from '../../core/result.ts';

/** What a message is made of. */
export interface MessageContent {
  readonly data: Uint8Array;
  readonly contentType?: string;
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

/** A message as a component gets it. Its metadata has the platform's entries, `skerry-…`, behind the publisher's. */
export interface ReceivedMessage extends MessageContent {
  readonly topic: string;
}

/** Where the answer to a delivered message goes. */
export interface ReplyAddress {
  readonly topic: string;
  readonly inbox: string;
}

/** The variant `error` of `wasi:messaging/types`. */
export type MessagingError =
  | { readonly tag: 'timeout' }
  | { readonly tag: 'connection' | 'permission-denied' | 'other'; readonly val: string };

/** The value of an answer `done`. */
export type MessagingResult<T> = Result<T, MessagingError>;

/** What each operation takes and comes to. */
export interface MessagingOperations {
  /** Resolves when the topic has stored the message. */
  publish: { readonly input: { readonly topic: string; readonly message: MessageContent }; readonly value: null };
  /** Publishes, and waits for `replies` replies or until `timeoutMs` is over; it fails when none came by then. */
  request: {
    readonly input: {
      readonly topic: string;
      readonly message: MessageContent;
      readonly timeoutMs?: number;
      readonly replies?: number;
    };
    readonly value: readonly ReceivedMessage[];
  };
  /** Answers the message that this call is the delivery of; nobody may wait for it. */
  reply: { readonly input: { readonly message: MessageContent }; readonly value: null };
}
