/** Two components that talk by messages, through the real gateway, shards, topics and isolates. */
import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../../durable/shared/database.ts';
import { MAX_MESSAGE_HOPS } from '../../../src/core/limits.ts';
import { call, request } from '../../support/gateway-client.ts';
import { deploy, freshTopic, makeDue, publish, storedMessages, topicObject } from '../../support/messaging-client.ts';

/** What a listener says about a message that told it to. */
interface Told {
  readonly topic: string;
  readonly type: string;
  readonly text: string;
  readonly metadata: [string, string][];
}

const WAIT = { timeout: 20_000 };

/** A topic whose messages are kept, for listeners to tell what they got. */
async function notebook(): Promise<{ readonly topic: string; read(): Promise<readonly Told[]> }> {
  const topic = freshTopic();
  const keeper = await deploy('listener', [{ topic, access: ['subscribe'] }]);
  await request(`/v1/components/${keeper}/stop`, { method: 'POST' });
  return {
    topic,
    read: async () => {
      const opened = await runInDurableObject(topicObject(topic), (_instance, state) =>
        openDatabase(state.storage).first("SELECT name FROM sqlite_master WHERE name = 'message'"),
      );
      return opened === undefined ? [] : (await storedMessages(topic)).map(({ text }) => JSON.parse(text) as Told);
    },
  };
}

async function events(name: string): Promise<string> {
  return (await request(`/v1/components/${name}/events?limit=500`)).text();
}

describe('a message', () => {
  it('reaches every subscriber once, with what it was published with, its id and its attempt, which nobody can forge', async () => {
    const [topic, notes] = [freshTopic(), await notebook()];
    const rules = [
      { topic, access: ['subscribe'] },
      { topic: notes.topic, access: ['publish'] },
    ] as const;
    await deploy('listener', rules);
    await deploy('listener', rules);
    await deploy('listener', [{ topic: 'another', access: ['subscribe'] }]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, `tell ${notes.topic}`, [
      ['a', '1'],
      ['skerry-attempt', '7'],
    ]);
    await expect.poll(async () => (await notes.read()).length, WAIT).toBe(2);
    const [one, two] = await notes.read();
    expect(one).toEqual({
      topic,
      type: 'text/plain',
      text: `tell ${notes.topic}`,
      metadata: [
        ['a', '1'],
        ['skerry-message-id', expect.stringMatching(/^[0-9a-f-]{36}$/)],
        ['skerry-attempt', '1'],
      ],
    });
    expect(two?.metadata).toEqual(one?.metadata);
    await expect
      .poll(async () => (await request(`/v1/topics/${topic}`)).json(), WAIT)
      .toEqual({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 });
  });

  it.each(['fail', 'trap'])('comes again after its handler said %s, with the number of the attempt', async (word) => {
    const [topic, notes] = [freshTopic(), await notebook()];
    await deploy('listener', [
      { topic, access: ['subscribe'] },
      { topic: notes.topic, access: ['publish'] },
    ]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, word === 'fail' ? `once ${notes.topic}` : `crash ${notes.topic}`);
    await expect
      .poll(async () => (await notes.read()).map(({ metadata }) => metadata.at(-1)?.[1]), WAIT)
      .toEqual(['1', '2']);
    const [first, second] = await notes.read();
    expect(second?.metadata[0]).toEqual(first?.metadata[0]);
  });

  it('waits for a subscriber that is stopped, counts no attempt, and comes once it is started', async () => {
    const [topic, notes] = [freshTopic(), await notebook()];
    const listener = await deploy('listener', [
      { topic, access: ['subscribe'] },
      { topic: notes.topic, access: ['publish'] },
    ]);
    await request(`/v1/components/${listener}/stop`, { method: 'POST' });
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, `tell ${notes.topic}`);
    const paused = () =>
      runInDurableObject(topicObject(topic), (_instance, state) =>
        openDatabase(state.storage).first<{ pauses: number }>('SELECT pauses FROM subscriber'),
      );
    await expect.poll(paused, WAIT).toMatchObject({ pauses: expect.any(Number) });
    await expect.poll(async () => (await paused())?.pauses ?? 0, WAIT).toBeGreaterThan(0);
    await request(`/v1/components/${listener}/start`, { method: 'POST' });
    await makeDue(topic);
    await expect
      .poll(async () => (await notes.read()).map(({ metadata }) => metadata.at(-1)?.[1]), WAIT)
      .toEqual(['1']);
  });

  it('is handled although the objects go away in the middle', async () => {
    const spoken = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')].map((spy) =>
      spy.mockImplementation(() => {}),
    );
    const [topic, notes] = [freshTopic(), await notebook()];
    await deploy('listener', [
      { topic, access: ['subscribe'] },
      { topic: notes.topic, access: ['publish'] },
    ]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    const sent = new Set<string>();
    for (let index = 0; index < 12; index += 1) {
      const text = `tell ${notes.topic} ${index}`;
      const answer = await publish(talker, topic, text).catch(() => undefined);
      if (JSON.stringify(answer) === '{"result":{"ok":null}}') sent.add(text);
      if (index % 3 === 1) await abortAllDurableObjects();
      if (index % 3 === 2) await evictAllDurableObjects();
    }
    expect(sent.size).toBeGreaterThan(0);
    await expect
      .poll(async () => {
        const told = new Set((await notes.read()).map(({ text }) => text));
        return [...sent].filter((text) => !told.has(text));
      }, WAIT)
      .toEqual([]);
    for (const spy of spoken) spy.mockRestore();
  });

  it('that is being handled is looked after by an alarm, should the object go away before the end', async () => {
    const topic = freshTopic();
    const listener = await deploy('listener', [{ topic, access: ['subscribe'] }]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, 'spin');
    const running = () =>
      runInDurableObject(topicObject(topic), (_instance, state) =>
        openDatabase(state.storage).first<{ kind: string }>('SELECT kind FROM delivery'),
      );
    await expect.poll(running, WAIT).toEqual({ kind: 'running' });
    const alarm = await runInDurableObject(topicObject(topic), async (instance, state) => {
      await instance.alarm();
      return state.storage.getAlarm();
    });
    expect((alarm ?? 0) - Date.now()).toBeGreaterThan(0);
    expect((alarm ?? 0) - Date.now()).toBeLessThan(60_000);
    await request(`/v1/components/${listener}`, { method: 'DELETE' });
  });

  it('of one key comes in order, although some fail', async () => {
    const [topic, notes] = [freshTopic(), await notebook()];
    await deploy('listener', [
      { topic, access: ['subscribe'] },
      { topic: notes.topic, access: ['publish'] },
    ]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    const words = ['tell', 'once', 'tell', 'tell'];
    for (const [index, word] of words.entries())
      await publish(talker, topic, `${word} ${notes.topic} ${index}`, [['key', 'k']]);
    await expect
      .poll(async () => (await notes.read()).map(({ text }) => text.split(' ').at(-1)), WAIT)
      .toEqual(['0', '1', '1', '2', '3']);
  });
});

describe('a grant that is gone', () => {
  it('keeps a message from its subscriber, also one that was on its way; it is recorded and goes no further', async () => {
    const topic = freshTopic();
    const listener = await deploy('listener', [{ topic, access: ['subscribe'] }]);
    await request(`/v1/components/${listener}/stop`, { method: 'POST' });
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, 'ok');
    await expect.poll(async () => (await request(`/v1/topics/${topic}`)).json(), WAIT).toMatchObject({ deliveries: 1 });
    await request(`/v1/components/${listener}/policy`, { method: 'PUT', body: 'version: "1.0"\n' });
    await request(`/v1/components/${listener}/start`, { method: 'POST' });
    await makeDue(topic);
    await expect
      .poll(async () => (await request(`/v1/topics/${topic}`)).json(), WAIT)
      .toEqual({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 });
    await expect.poll(() => events(listener), WAIT).toContain(`"resource":"subscribe ${topic}"`);
    expect(await events(listener)).not.toContain('FunctionCalled');
    await publish(talker, topic, 'ok');
    await expect
      .poll(async () => (await request(`/v1/topics/${topic}`)).json(), WAIT)
      .toEqual({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 });
  });
});

describe('a grant at run time', () => {
  it('makes a subscriber of a component, and a revoke takes that back', async () => {
    const [topic, notes] = [freshTopic(), await notebook()];
    const listener = await deploy('listener', [{ topic: notes.topic, access: ['publish'] }]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, `tell ${notes.topic} before`);
    const granted = await request(`/v1/components/${listener}/capabilities`, {
      method: 'POST',
      body: JSON.stringify({
        capability: 'messaging',
        permissions: [`msg:subscribe:${topic}`, `msg:publish:${notes.topic}`],
      }),
    });
    expect(granted.status).toBe(200);
    await publish(talker, topic, `tell ${notes.topic} granted`);
    await expect.poll(async () => (await notes.read()).length, WAIT).toBe(1);
    await request(`/v1/components/${listener}/capabilities/messaging`, { method: 'DELETE' });
    await publish(talker, topic, `tell ${notes.topic} after`);
    await expect
      .poll(async () => (await request(`/v1/topics/${topic}`)).json(), WAIT)
      .toEqual({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 });
    expect((await notes.read()).map(({ text }) => text.split(' ').at(-1))).toEqual(['granted']);
  });
});

describe('a component with access: token', () => {
  it('gets messages all the same', async () => {
    const [topic, notes] = [freshTopic(), await notebook()];
    const rules = [
      { topic, access: ['subscribe'] },
      { topic: notes.topic, access: ['publish'] },
    ] as const;
    const listener = await deploy('listener', rules, 'access: token\n');
    expect((await call(listener, 'ping')).status).toBe(401);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, `tell ${notes.topic}`);
    await expect.poll(async () => (await notes.read()).length, WAIT).toBe(1);
  });
});

describe('a component that publishes what it is subscribed to', () => {
  it('does not go on for ever: a row of messages ends, and the refusal is recorded', async () => {
    const topic = freshTopic();
    const listener = await deploy('listener', [{ topic, access: ['publish', 'subscribe'] }]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    await publish(talker, topic, 'again');
    await expect.poll(() => events(listener), WAIT).toContain('messages in a row');
    const { items } = JSON.parse(await events(listener)) as { items: { type: string }[] };
    expect(items.filter(({ type }) => type === 'FunctionCalled').length).toBeLessThanOrEqual(MAX_MESSAGE_HOPS + 1);
  });
});
