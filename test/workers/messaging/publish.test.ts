/** A component publishes through the real gateway, shard and topic: what is acknowledged is stored, and what is denied is not. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../durable/shared/database.ts';
import { MAX_TOPIC_MESSAGES } from '../../../src/core/limits.ts';
import { request } from '../../support/gateway-client.ts';
import { deploy, freshTopic, publish, storedMessages, topicObject } from '../../support/messaging-client.ts';

/** Somebody who takes nothing for now, so that messages are kept. */
async function stoppedListener(topic: string): Promise<void> {
  const name = await deploy('listener', [{ topic, access: ['subscribe'] }]);
  await request(`/v1/components/${name}/stop`, { method: 'POST' });
}

describe('a message', () => {
  it('is stored when its publisher is told so, with its metadata and who published it', async () => {
    const topic = freshTopic();
    await stoppedListener(topic);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    const metadata = [
      ['key', 'k'],
      ['skerry-message-id', 'forged'],
    ] as const;
    expect(await publish(talker, topic, 'hello', metadata)).toEqual({ result: { ok: null } });
    await abortAllDurableObjects();
    expect(await storedMessages(topic)).toEqual([{ text: 'hello', metadata: [['key', 'k']], publisher: talker }]);
  });

  it('is denied without a grant: the guest is told, it is recorded, and no topic comes to be', async () => {
    const topic = freshTopic();
    const talker = await deploy('talker', [{ topic: 'another', access: ['publish'] }]);
    expect(await publish(talker, topic, 'hello')).toEqual({
      result: { err: expect.stringContaining('permission-denied: ') },
    });
    await expect
      .poll(async () => (await request(`/v1/components/${talker}/events?limit=500`)).text())
      .toContain(`"resource":"publish ${topic}"`);
    const tables = await runInDurableObject(topicObject(topic), (_instance, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'message'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it('is refused when the topic is full', async () => {
    const topic = freshTopic();
    await stoppedListener(topic);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, 'first');
    await runInDurableObject(topicObject(topic), (_instance, state) =>
      openDatabase(state.storage).run('UPDATE topic SET messages = ?', MAX_TOPIC_MESSAGES),
    );
    expect(await publish(talker, topic, 'second')).toEqual({
      result: { err: expect.stringContaining('other: RESOURCE_EXHAUSTED') },
    });
    expect(await storedMessages(topic)).toHaveLength(1);
  });

  it('to a name that is no topic is refused', async () => {
    const talker = await deploy('talker', [{ topic: '*', access: ['publish'] }]);
    expect(await publish(talker, 'a.*', 'x')).toEqual({ result: { err: expect.stringContaining('other: ') } });
  });
});
