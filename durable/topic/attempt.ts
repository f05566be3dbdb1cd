/** One attempt at a delivery, in the subscriber's shard: made by the topic object itself, or by the consumer of a queue. */
import { z } from 'zod';
import { type Bindings, pool, topic as topicObject } from '../shared/bindings.ts';
import type { TopicDelivery } from './contract.ts';
import type { AttemptEnd } from './transitions.ts';

/** What is in a queue: which attempt is to be made. The message stays in its topic. */
const queuedSchema = z.strictObject({
  topic: z.string(),
  seq: z.int(),
  subscriber: z.string(),
  attempt: z.int(),
});

/** The message of the queue `DELIVERIES`. */
export type QueuedAttempt = z.infer<typeof queuedSchema>;

/** A shard that cannot be reached, or goes away, is a failure: it may have begun. */
export async function attemptAt(env: Pick<Bindings, 'POOLS'>, delivery: TopicDelivery): Promise<AttemptEnd> {
  try {
    return await pool(env, delivery.subscriber).message(delivery);
  } catch (error) {
    const { topic, subscriber, attempt } = delivery;
    console.warn({ message: 'a message could not be handed over', topic, subscriber, attempt, error: String(error) });
    return { kind: 'failed', reason: 'platform' };
  }
}

/** Makes the attempts of a batch, and says to their topics how they ended. One whose topic is out of reach comes again. */
export async function consumeAttempts(batch: MessageBatch, env: Pick<Bindings, 'POOLS' | 'TOPICS'>): Promise<void> {
  const consume = async (queued: Message) => {
    const attempt = queuedSchema.safeParse(queued.body);
    try {
      // Nobody else writes to the queue; what is none of ours is not for us to deliver.
      if (attempt.success) await makeAttempt(env, attempt.data);
      queued.ack();
    } catch (error) {
      console.warn({ message: 'an attempt of a queue was not made', error: String(error) });
      queued.retry();
    }
  };
  await Promise.all(batch.messages.map(consume));
}

async function makeAttempt(
  env: Pick<Bindings, 'POOLS' | 'TOPICS'>,
  { topic: name, seq, subscriber, attempt }: QueuedAttempt,
): Promise<void> {
  const topic = topicObject(env, name);
  const delivery = await topic.attempt({ seq, subscriber }, attempt);
  // Over already: a queue may give the same thing twice.
  if (delivery === undefined) return;
  await topic.settle({ seq, subscriber }, attempt, await attemptAt(env, delivery));
}
