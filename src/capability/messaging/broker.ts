/** What the provider stands on: topics that store messages, as far as a provider uses them. */

import type { Result } from '../../core/result.ts';
import type { CallIdentity, ProviderUse } from '../provider.ts';
import type { MessageContent, MessagingError, ReceivedMessage, ReplyAddress } from './contract.ts';

/** Who publishes. */
export interface Publisher extends CallIdentity {
  /** Which message it is in its row: 1 where no message led to it. */
  readonly hops: number;
}

/** What a request waits for. */
export interface ReplyWish {
  readonly timeoutMs: number;
  readonly replies: number;
}

/** The use in which something is published: how long it may use a topic. */
export type Publication = Pick<ProviderUse, 'life' | 'onEnd'>;

/** Names are checked and allowed before a broker is asked. It rejects when a topic cannot be reached. */
export interface Broker {
  /** By a call that goes on. */
  publish(
    topic: string,
    message: MessageContent,
    from: Publisher,
    use: Publication,
  ): Promise<Result<void, MessagingError>>;
  request(
    topic: string,
    message: MessageContent,
    from: Publisher,
    wish: ReplyWish,
  ): Promise<Result<readonly ReceivedMessage[], MessagingError>>;
  /** An inbox that nobody reads any more is no error. */
  reply(address: ReplyAddress, message: MessageContent): Promise<Result<void, MessagingError>>;
}
