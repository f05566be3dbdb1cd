/** Deliveries through a Cloudflare queue: the topic hands attempts over, the Worker's consumer makes them and tells the topic. */

import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import type { QueuedAttempt } from '../../../durable/topic/attempt.ts';
import worker from '../../../src/index.ts';
import { bindings, request } from '../../support/gateway-client.ts';
import { deploy, freshTopic, makeDue, storedMessages, topicObject } from '../../support/messaging-client.ts';

const WAIT = { timeout: 20_000 };
const EMPTY = { messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 };

/** The queue of the configuration of these tests, whose consumer is the Worker. */
const queue = (env as unknown as { readonly TEST_DELIVERIES: Queue<QueuedAttempt> }).TEST_DELIVERIES;

/** Publishes in a topic object that has a queue: the one that is there, with another environment. */
async function publishByQueue(topic: string, texts: readonly string[], deliveries: Queue = queue): Promise<void> {
  await runInDurableObject(topicObject(topic), async (object) => {
    Reflect.set(object, 'env', { ...bindings, DELIVERIES: deliveries });
    for (const text of texts) {
      const data = new TextEncoder().encode(text);
      await object.open().publish(topic, { data, metadata: [], publisher: 'test', request: 'r', hops: 1 });
    }
    // Waits for the pass that hands over.
    await object.alarm();
  });
}

function status(topic: string): Promise<unknown> {
  return request(`/v1/topics/${topic}`).then((answer) => answer.json());
}

/** A queue that only keeps what it is given. */
function deafQueue(): { readonly sent: QueuedAttempt[]; readonly queue: Queue } {
  const sent: QueuedAttempt[] = [];
  const send = async (attempt: QueuedAttempt) => {
    sent.push(attempt);
  };
  return { sent, queue: { send } as unknown as Queue }; // only `send` is used
}

/** Has the Worker consume a batch; which of its entries were acknowledged. */
async function consume(bodies: readonly unknown[]): Promise<readonly string[]> {
  const context = createExecutionContext();
  const messages = bodies.map((body, id) => ({ id: String(id), timestamp: new Date(), attempts: 1, body }));
  const batch = createMessageBatch('deliveries', messages);
  await worker.queue(batch, bindings);
  return (await getQueueResult(batch, context)).explicitAcks;
}

describe('a topic with a queue', () => {
  it('has its messages handled through it, a failed attempt included', async () => {
    const [topic, notes] = [freshTopic(), freshTopic()];
    const keeper = await deploy('listener', [{ topic: notes, access: ['subscribe'] }]);
    await request(`/v1/components/${keeper}/stop`, { method: 'POST' });
    await deploy('listener', [
      { topic, access: ['subscribe'] },
      { topic: notes, access: ['publish'] },
    ]);
    await publishByQueue(topic, [`tell ${notes}`, `once ${notes}`]);
    await expect.poll(() => status(topic), WAIT).toEqual(EMPTY);
    expect(await storedMessages(notes)).toHaveLength(3);
  });

  it('keeps a message whose attempt the queue has, and gives it to nobody else meanwhile', async () => {
    const topic = freshTopic();
    await deploy('listener', [{ topic, access: ['subscribe'] }]);
    const { sent, queue: deaf } = deafQueue();
    await publishByQueue(topic, ['ok'], deaf);
    expect(sent).toEqual([{ topic, seq: 1, subscriber: expect.any(String), attempt: 1 }]);
    await makeDue(topic);
    expect(sent).toHaveLength(1);
    expect(await status(topic)).toMatchObject({ deliveries: 1 });
    expect(await consume(sent)).toEqual(['0']);
    expect(await status(topic)).toEqual(EMPTY);
  });

  it('makes an attempt once that the queue gives twice, and none for what is no attempt', async () => {
    const [topic, notes] = [freshTopic(), freshTopic()];
    const keeper = await deploy('listener', [{ topic: notes, access: ['subscribe'] }]);
    await request(`/v1/components/${keeper}/stop`, { method: 'POST' });
    await deploy('listener', [
      { topic, access: ['subscribe'] },
      { topic: notes, access: ['publish'] },
    ]);
    const { sent, queue: deaf } = deafQueue();
    await publishByQueue(topic, [`tell ${notes}`], deaf);
    expect(await consume(sent)).toEqual(['0']);
    expect(await consume([...sent, 'nonsense', { topic, seq: 1 }])).toEqual(['0', '1', '2']);
    expect(await storedMessages(notes)).toHaveLength(1);
  });

  it('tries again when the queue took nothing, and counts no attempt', async () => {
    const [topic, notes] = [freshTopic(), freshTopic()];
    const keeper = await deploy('listener', [{ topic: notes, access: ['subscribe'] }]);
    await request(`/v1/components/${keeper}/stop`, { method: 'POST' });
    await deploy('listener', [
      { topic, access: ['subscribe'] },
      { topic: notes, access: ['publish'] },
    ]);
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const broken = { send: () => Promise.reject(new Error('the queue is away')) } as unknown as Queue; // only `send` is used
    await publishByQueue(topic, [`tell ${notes}`], broken);
    expect(await status(topic)).toMatchObject({ deliveries: 1 });
    await runInDurableObject(topicObject(topic), (object) => Reflect.set(object, 'env', bindings));
    await makeDue(topic);
    await expect.poll(() => status(topic), WAIT).toEqual(EMPTY);
    const [told] = await storedMessages(notes);
    expect(told?.text).toContain('["skerry-attempt","1"]');
    warned.mockRestore();
  });
});
