/** The provider `messaging`: checks what a component publishes, asks the grants, and hands it to the topic. */
import { MAX_MESSAGE_HOPS, MAX_REPLIES, MAX_REPLY_WAIT_MS } from '../../core/limits.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { ownFields } from '../../isolate/untrusted.ts';
import { resourceOf } from '../../policy/index.ts';
import { metadataOf } from '../metadata.ts';
import { denied, done, invalid, type Provider, type ProviderAnswer, type ProviderUse } from '../provider.ts';
import type { Broker, Publisher } from './broker.ts';
import type { MessageContent, MessagingError } from './contract.ts';
import { readCount, readMessage, readTopicName } from './input.ts';

const ENDLESS = `at most ${MAX_MESSAGE_HOPS} messages in a row, each published by who handled the one before`;

/** The provider of one shard; it holds nothing. */
export function messagingProvider(broker: Broker): Provider {
  return {
    metadata: metadataOf('messaging'),
    initialise: async () => undefined,
    invoke: (use) => invoke(broker, use),
    shutDown: async () => undefined,
  };
}

async function invoke(broker: Broker, use: ProviderUse): Promise<ProviderAnswer> {
  const input = ownFields(use.input);
  const message = readMessage(input.get('message'));
  if (message === undefined) return invalid('not a message');
  if (!message.ok) return failed(message.error);
  switch (use.operation) {
    case 'publish':
      return toTopic(use, input, (topic, from) => broker.publish(topic, message.value, from, use));
    case 'request':
      return toTopic(use, input, (topic, from) =>
        broker.request(topic, message.value, from, {
          timeoutMs: readCount(input.get('timeoutMs'), MAX_REPLY_WAIT_MS),
          replies: input.get('replies') === undefined ? 1 : readCount(input.get('replies'), MAX_REPLIES),
        }),
      );
    case 'reply':
      return reply(broker, use, message.value);
    default:
      return invalid('not an operation of messaging');
  }
}

/** Publishing, once the topic has a name and the grants of this moment allow it. */
async function toTopic(
  use: ProviderUse,
  input: ReadonlyMap<string, unknown>,
  send: (topic: string, from: Publisher) => Promise<Result<unknown, MessagingError>>,
): Promise<ProviderAnswer> {
  const topic = readTopicName(input.get('topic'));
  if (!topic.ok) return failed(topic.error);
  const request = { capability: 'messaging', topic: topic.value, access: 'publish' } as const;
  const decision = use.allow(request);
  if (!decision.allowed) return denied(decision);
  const hops = (use.life.hops ?? 0) + 1;
  if (hops > MAX_MESSAGE_HOPS) return denied(use.refuse({ ...resourceOf(request), rule: ENDLESS }));
  return answerOf(() => send(topic.value, { ...use.caller, hops }));
}

/** Whoever was given a message may answer it: that was decided when it was delivered. */
async function reply(broker: Broker, { replyTo }: ProviderUse, message: MessageContent): Promise<ProviderAnswer> {
  // Not every message wants an answer; the interface calls that a reply without effect.
  return replyTo === undefined ? succeeded(undefined) : answerOf(() => broker.reply(replyTo, message));
}

async function answerOf(send: () => Promise<Result<unknown, MessagingError>>): Promise<ProviderAnswer> {
  try {
    const sent = await send();
    return sent.ok ? succeeded(sent.value) : failed(sent.error);
  } catch (error) {
    console.warn({ message: 'a topic could not be reached', error: String(error) });
    return failed({
      tag: 'connection',
      val: 'the topic could not be reached: whether it has the message is not known',
    });
  }
}

function succeeded(value: unknown): ProviderAnswer {
  return done(ok(value ?? null));
}

function failed(error: MessagingError): ProviderAnswer {
  return done(err(error));
}
