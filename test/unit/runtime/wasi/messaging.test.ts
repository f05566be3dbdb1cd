/** `wasi:messaging` as a guest has it: its own state of messages, what is sent, and every refusal as its own error. */
import { describe, expect, it } from 'vitest';
import { CapabilityClient } from '../../../../functions/runtime/capabilities.ts';
import { CallLifetime } from '../../../../functions/runtime/lifetime.ts';
import {
  Client,
  createProducer,
  createRequestReply,
  Message,
  RequestOptions,
  receivedMessage,
} from '../../../../functions/runtime/wasi/messaging.ts';
import { MAX_MESSAGE_BYTES, MAX_MESSAGE_METADATA } from '../../../../src/core/limits.ts';
import type { CapabilityAnswer, CapabilityUse } from '../../../../src/isolate/protocol.ts';
import { failureOf, testContext } from './context.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The interfaces of one call whose uses are all answered alike. */
function talking(answer: CapabilityAnswer) {
  const uses: CapabilityUse[] = [];
  const lifetime = new CallLifetime();
  const capabilities = new CapabilityClient(async (use) => {
    uses.push(use);
    return answer;
  }, lifetime);
  const context = testContext({ lifetime, capabilities });
  return { uses, ...createProducer(context), ...createRequestReply(context) };
}

const DONE: CapabilityAnswer = { kind: 'done', value: { ok: true, value: null } };

async function failureLater(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return failureOf(() => {
      throw error;
    });
  }
  throw new Error('it did not fail');
}

describe('a message', () => {
  it('has what was put into it, and no topic before it was sent', () => {
    const message = new Message(bytes('a'));
    expect([message.topic(), message.contentType(), message.metadata()]).toEqual([undefined, undefined, undefined]);
    message.setContentType('text/plain');
    message.setData(bytes('b'));
    message.addMetadata('x', '1');
    message.addMetadata('y', '2');
    message.addMetadata('x', '3');
    expect(message.metadata()).toEqual([
      ['y', '2'],
      ['x', '3'],
    ]);
    message.removeMetadata('y');
    expect(message.metadata()).toEqual([['x', '3']]);
    message.setMetadata([['z', '4']]);
    expect([message.contentType(), message.data(), message.metadata()]).toEqual([
      'text/plain',
      bytes('b'),
      [['z', '4']],
    ]);
  });

  it('is bounded in bytes and in entries: beyond that the guest traps', () => {
    expect(() => new Message(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow(/at most/);
    const message = new Message(bytes(''));
    const entries = (count: number) => Array.from({ length: count }, (_, at): [string, string] => [`k${at}`, '']);
    expect(() => message.setMetadata(entries(MAX_MESSAGE_METADATA + 1))).toThrow(/at most/);
    message.setMetadata(entries(MAX_MESSAGE_METADATA));
    expect(() => message.addMetadata('one', 'more')).toThrow(/at most/);
  });
});

describe('send', () => {
  it('hands over the whole message and its topic', async () => {
    const { send, uses } = talking(DONE);
    const message = new Message(bytes('a'));
    message.setContentType('text/plain');
    message.addMetadata('key', 'k');
    await send(Client.connect('any'), 'orders.created', message);
    expect(uses).toEqual([
      {
        provider: 'messaging',
        operation: 'publish',
        input: {
          topic: 'orders.created',
          message: { data: bytes('a'), contentType: 'text/plain', metadata: [['key', 'k']] },
        },
      },
    ]);
  });

  it.each([
    ['denied', { tag: 'permission-denied', val: 'why' }],
    ['exhausted', { tag: 'other', val: 'RESOURCE_EXHAUSTED: why' }],
    ['unavailable', { tag: 'connection', val: 'why' }],
    ['invalid', { tag: 'other', val: 'why' }],
  ] as const)('that is %s fails with the error of the interface', async (reason, expected) => {
    const { send } = talking({ kind: 'refused', reason, message: 'why' });
    expect(await failureLater(() => send(Client.connect(''), 't', new Message(bytes(''))))).toEqual(expected);
  });

  it('passes on the error of the topic', async () => {
    const error = { tag: 'other', val: 'RESOURCE_EXHAUSTED: full' };
    const { send } = talking({ kind: 'done', value: { ok: false, error } });
    expect(await failureLater(() => send(Client.connect(''), 't', new Message(bytes(''))))).toEqual(error);
  });

  it('does nothing with a client that was disconnected', async () => {
    const { send, uses } = talking(DONE);
    const client = Client.connect('any');
    client.disconnect();
    expect(await failureLater(() => send(client, 't', new Message(bytes(''))))).toMatchObject({ tag: 'connection' });
    expect(uses).toEqual([]);
  });
});

describe('request and reply', () => {
  it('sends the options that were set, and gives the replies as messages', async () => {
    const reply = { data: bytes('pong'), metadata: [], topic: 't', contentType: 'text/plain' };
    const { request, uses } = talking({ kind: 'done', value: { ok: true, value: [reply] } });
    const options = new RequestOptions();
    options.setTimeoutMs(250);
    options.setExpectedReplies(3);
    const replies = await request(Client.connect(''), 't', new Message(bytes('ping')), options);
    expect(replies.map((each) => [each.topic(), each.data(), each.contentType()])).toEqual([
      ['t', bytes('pong'), 'text/plain'],
    ]);
    await request(Client.connect(''), 't', new Message(bytes('ping')), undefined);
    expect(uses.map(({ operation, input }) => [operation, Object.keys(input as object)])).toEqual([
      ['request', ['topic', 'message', 'timeoutMs', 'replies']],
      ['request', ['topic', 'message']],
    ]);
  });

  it('answers the message that the call is there for, and no other', async () => {
    const { reply, uses } = talking(DONE);
    const received = { data: bytes('ping'), metadata: [], topic: 't' };
    await reply(receivedMessage(received, true), new Message(bytes('pong')));
    await reply(receivedMessage(received, false), new Message(bytes('pong')));
    expect(uses.map(({ operation }) => operation)).toEqual(['reply']);
    expect(await failureLater(() => reply(new Message(bytes('mine')), new Message(bytes('pong'))))).toMatchObject({
      tag: 'other',
    });
  });
});
