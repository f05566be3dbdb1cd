/** Dead letters through the control plane: listed, tried again, deleted; only by whom it is allowed. */
import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../durable/shared/database.ts';
import { request } from '../../support/gateway-client.ts';
import { deploy, freshTopic, makeDue, publish, topicObject } from '../../support/messaging-client.ts';

interface Letters {
  readonly items: { readonly id: string; readonly subscriber: string; readonly reason: string; attempts: number }[];
  readonly next?: string;
}

async function letters(topic: string, query = ''): Promise<Letters> {
  return (await request(`/v1/topics/${topic}/dead-letters${query}`)).json<Letters>();
}

/** A topic with messages that its only subscriber did not handle. */
async function withDeadLetters(count: number): Promise<{ readonly topic: string; readonly listener: string }> {
  const topic = freshTopic();
  const listener = await deploy('listener', [{ topic, access: ['subscribe'] }]);
  const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
  for (let index = 0; index < count; index += 1) await publish(talker, topic, 'fail');
  await expect
    .poll(
      async () => {
        await makeDue(topic);
        return (await letters(topic)).items.length;
      },
      { timeout: 30_000 },
    )
    .toBe(count);
  return { topic, listener };
}

describe('a message whose attempts all failed', () => {
  it('is listed with what is known of it, and is a fact of its subscriber', async () => {
    const { topic, listener } = await withDeadLetters(1);
    expect((await letters(topic)).items).toMatchObject([
      { id: `1.${listener}`, subscriber: listener, reason: 'err', attempts: 10, contentType: 'text/plain', bytes: 14 },
    ]);
    expect(await (await request(`/v1/topics/${topic}`)).json()).toMatchObject({ messages: 1, deadLetters: 1 });
    await expect
      .poll(async () => (await request(`/v1/components/${listener}/events?limit=500`)).text())
      .toContain('"type":"MessageDeadLettered"');
  });

  it('is tried again when it is asked for, one or all, and deleted when it is told so', async () => {
    const { topic, listener } = await withDeadLetters(3);
    const path = `/v1/topics/${topic}/dead-letters`;
    const first = await letters(topic, '?limit=2');
    expect(first.items.map(({ id }) => id)).toEqual([`1.${listener}`, `2.${listener}`]);
    expect((await letters(topic, `?limit=2&cursor=${first.next}`)).items.map(({ id }) => id)).toEqual([
      `3.${listener}`,
    ]);
    await request(`/v1/components/${listener}/stop`, { method: 'POST' });
    const redriven = await request(`${path}/redrive`, {
      method: 'POST',
      body: JSON.stringify({ id: `2.${listener}` }),
    });
    expect(await redriven.json()).toEqual({ redriven: 1 });
    expect((await letters(topic)).items.map(({ id }) => id)).toEqual([`1.${listener}`, `3.${listener}`]);
    expect((await request(`${path}/1.${listener}`, { method: 'DELETE' })).status).toBe(200);
    expect((await request(`${path}/1.${listener}`, { method: 'DELETE' })).status).toBe(404);
    expect(await (await request(path, { method: 'DELETE' })).json()).toEqual({ deleted: 1 });
    expect(await (await request(`/v1/topics/${topic}`)).json()).toMatchObject({ messages: 1, deliveries: 1 });
  });
});

describe('the control plane', () => {
  it('lets readers look and nothing else, and strangers nothing', async () => {
    const path = `/v1/topics/${freshTopic()}/dead-letters`;
    expect((await request(path, {}, 'read-token')).status).toBe(200);
    expect((await request(path, { method: 'DELETE' }, 'read-token')).status).toBe(403);
    expect((await request(`${path}/redrive`, { method: 'POST' }, 'read-token')).status).toBe(403);
    expect((await request(path, {}, null)).status).toBe(401);
  });

  it('leaves nothing in a topic that nobody published to', async () => {
    const topic = freshTopic();
    for (const method of ['GET', 'DELETE']) await request(`/v1/topics/${topic}/dead-letters`, { method });
    await request(`/v1/topics/${topic}/dead-letters/redrive`, { method: 'POST' });
    const tables = await runInDurableObject(topicObject(topic), (_instance, state) =>
      openDatabase(state.storage).all("SELECT name FROM sqlite_master WHERE name = 'schema_version'"),
    );
    expect(tables).toEqual([]);
  });

  it.each(['a.*', '*', 'a..b', '%20'])('refuses %s for a topic', async (name) => {
    const refused = await request(`/v1/topics/${name}/dead-letters`);
    expect(await refused.json()).toMatchObject({ error_code: 'INVALID_REQUEST', details: { field: 'topic' } });
  });

  it.each(['{"id":1}', '{"id":"x"}', '{"all":true}', '['])('refuses to redrive with the body %s', async (body) => {
    const refused = await request(`/v1/topics/${freshTopic()}/dead-letters/redrive`, { method: 'POST', body });
    expect(await refused.json()).toMatchObject({ error_code: 'INVALID_REQUEST', details: { field: 'id' } });
  });
});
