/** A request and its replies, across two shards: whoever asked gets them, nobody waits for ever, and nobody else can answer. */
import { describe, expect, it } from 'vitest';
import { topic as topicContract } from '../../../durable/shared/bindings.ts';
import { bindings, call } from '../../support/gateway-client.ts';
import { deploy, freshTopic } from '../../support/messaging-client.ts';

async function ask(talker: string, topic: string, text: string, timeoutMs: number, replies: number): Promise<unknown> {
  return (await call(talker, 'ask', { topic, text, 'timeout-ms': timeoutMs, replies })).json();
}

describe('a request', () => {
  it('comes back with as many replies as it waits for', async () => {
    const topic = freshTopic();
    await deploy('listener', [{ topic, access: ['subscribe'] }]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    expect(await ask(talker, topic, 'reply one two three', 20_000, 2)).toEqual({ result: { ok: ['one', 'two'] } });
  });

  it('comes back with those that are there when its time is over', async () => {
    const topic = freshTopic();
    await deploy('listener', [{ topic, access: ['subscribe'] }]);
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    expect(await ask(talker, topic, 'reply warm', 20_000, 1)).toEqual({ result: { ok: ['warm'] } });
    expect(await ask(talker, topic, 'reply one', 2_000, 2)).toEqual({ result: { ok: ['one'] } });
  });

  it('fails with timeout when nobody answers', async () => {
    const topic = freshTopic();
    const talker = await deploy('talker', [{ topic, access: ['publish'] }]);
    expect(await ask(talker, topic, 'ok', 50, 1)).toEqual({ result: { err: 'timeout: ' } });
  });

  it('needs the grant to publish', async () => {
    const talker = await deploy('talker', []);
    expect(await ask(talker, freshTopic(), 'ok', 50, 1)).toEqual({
      result: { err: expect.stringContaining('permission-denied') },
    });
  });
});

describe('a reply', () => {
  it('to a request that nobody waits for has no effect', async () => {
    const name = freshTopic();
    const reply = { data: new Uint8Array(1), metadata: [] };
    expect(await topicContract(bindings, name).reply('nobody', reply)).toEqual({ ok: true, value: undefined });
  });
});
