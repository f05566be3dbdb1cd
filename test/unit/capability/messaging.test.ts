/** The provider `messaging`: nothing that an isolate sends is trusted, and nothing is sent that the grants do not allow. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Broker } from '../../../src/capability/messaging/broker.ts';
import { messagingProvider } from '../../../src/capability/messaging/provider.ts';
import type { ProviderUse } from '../../../src/capability/provider.ts';
import {
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_HOPS,
  MAX_MESSAGE_METADATA,
  MAX_REPLIES,
  MAX_REPLY_WAIT_MS,
} from '../../../src/core/limits.ts';
import { ok } from '../../../src/core/result.ts';
import type { AccessRequest } from '../../../src/policy/access.ts';
import { NO_GRANTS } from '../../../src/policy/index.ts';
import { CALL_LIFE } from '../../support/call-life.ts';

const caller = { component: 'writer', version: 'v1', instance: 'i', request: 'r' };
const REFUSED = { allowed: false, rule: 'not asked here' };
const message = { data: new Uint8Array([1]), metadata: [['a', '1']] };

/** A provider over a broker that notes what it is asked for. */
function setUp(allowed = true) {
  const asked: unknown[][] = [];
  const requests: AccessRequest[] = [];
  const broker: Broker = {
    publish: async (...args) => {
      asked.push(['publish', ...args]);
      return ok(undefined);
    },
    request: async (...args) => {
      asked.push(['request', ...args]);
      return ok([]);
    },
    reply: async (...args) => {
      asked.push(['reply', ...args]);
      return ok(undefined);
    },
  };
  const provider = messagingProvider(broker);
  const invoke = (operation: string, input: unknown, more: Partial<ProviderUse> = {}) =>
    provider.invoke({
      operation,
      input,
      caller,
      life: CALL_LIFE,
      allow: (request) => {
        requests.push(request);
        return { allowed, rule: 'the rule' };
      },
      allowAny: () => REFUSED,
      refuse: () => REFUSED,
      subrequest: () => REFUSED,
      grants: () => NO_GRANTS,
      onEnd: () => undefined,
      ...more,
    });
  return { asked, requests, invoke };
}

describe('publish', () => {
  it('asks for the topic by its name, and hands on what was sent', async () => {
    const { invoke, asked, requests } = setUp();
    expect(await invoke('publish', { topic: 'orders.created', message })).toEqual({
      kind: 'done',
      value: { ok: true, value: null },
    });
    expect(requests).toEqual([{ capability: 'messaging', topic: 'orders.created', access: 'publish' }]);
    expect(asked).toEqual([
      ['publish', 'orders.created', message, { ...caller, hops: 1 }, expect.objectContaining({ life: CALL_LIFE })],
    ]);
  });

  it('reaches no topic without a grant', async () => {
    const { invoke, asked } = setUp(false);
    const refused = { kind: 'refused', reason: 'denied', message: 'the rule' };
    expect(await invoke('publish', { topic: 't', message })).toEqual(refused);
    expect(await invoke('request', { topic: 't', message })).toEqual(refused);
    expect(asked).toEqual([]);
  });

  it.each(['publish', 'request'])('of a message too many in a row is refused and recorded: %s', async (operation) => {
    const { invoke, asked } = setUp();
    const refused: unknown[] = [];
    const use = (hops: number) =>
      invoke(
        operation,
        { topic: 't', message },
        {
          life: { ...CALL_LIFE, hops },
          refuse: (denial) => {
            refused.push(denial);
            return { allowed: false, rule: denial.rule };
          },
        },
      );
    expect(await use(MAX_MESSAGE_HOPS - 1)).toMatchObject({ kind: 'done', value: { ok: true } });
    expect(asked[0]?.[3]).toMatchObject({ hops: MAX_MESSAGE_HOPS });
    expect(await use(MAX_MESSAGE_HOPS)).toMatchObject({ kind: 'refused', reason: 'denied' });
    expect(asked).toHaveLength(1);
    expect(refused).toMatchObject([{ capability: 'messaging', resource: 'publish t' }]);
  });

  it.each(['', '*', 'a.*', 'a..b', 'a b', '.a', 'a\u0000', 'ä', 'x'.repeat(513), 7, null, {}])(
    'takes %j for no topic, and does not even ask',
    async (topic) => {
      const { invoke, asked, requests } = setUp();
      expect(await invoke('publish', { topic, message })).toMatchObject({
        kind: 'done',
        value: { ok: false, error: { tag: 'other' } },
      });
      expect([asked, requests]).toEqual([[], []]);
    },
  );

  it('drops metadata that is the platform’s, in any spelling, and keeps the rest', async () => {
    const { invoke, asked } = setUp();
    const metadata = [
      ['skerry-message-id', 'forged'],
      ['Skerry-Attempt', '1'],
      ['skerry', 'kept'],
      ['key', 'k'],
    ];
    await invoke('publish', { topic: 't', message: { ...message, metadata } });
    expect(asked[0]?.[2]).toMatchObject({
      metadata: [
        ['skerry', 'kept'],
        ['key', 'k'],
      ],
    });
  });

  it.each([
    ['data', { ...message, data: new Uint8Array(MAX_MESSAGE_BYTES) }],
    ['entries', { ...message, metadata: Array.from({ length: MAX_MESSAGE_METADATA + 1 }, () => ['k', '']) }],
    ['content type', { ...message, contentType: 'é'.repeat(MAX_MESSAGE_BYTES / 2) }],
  ])('refuses too much of %s', async (_what, large) => {
    const { invoke, asked } = setUp();
    expect(await invoke('publish', { topic: 't', message: large })).toMatchObject({
      value: { ok: false, error: { tag: 'other', val: expect.stringContaining('TOO_LARGE') } },
    });
    expect(asked).toEqual([]);
  });

  it('7: never fails and never reaches a topic, whatever comes instead of a message', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.anything(),
        fc.constantFrom('publish', 'request', 'reply', 'toString'),
        async (input, operation) => {
          const { invoke, asked } = setUp();
          for (const each of [input, { topic: 't', message: input }])
            expect((await invoke(operation, each)).kind).toBe('refused');
          expect(asked).toEqual([]);
        },
      ),
    );
  });

  it('says that a topic could not be reached, and not why', async () => {
    const broker = { publish: () => Promise.reject(new Error('secret')) } as unknown as Broker; // only this is asked for
    const answer = await messagingProvider(broker).invoke({
      operation: 'publish',
      input: { topic: 't', message },
      caller,
      life: CALL_LIFE,
      allow: () => ({ allowed: true, rule: '' }),
      allowAny: () => REFUSED,
      refuse: () => REFUSED,
      subrequest: () => REFUSED,
      grants: () => NO_GRANTS,
      onEnd: () => undefined,
    });
    expect(answer).toMatchObject({ value: { ok: false, error: { tag: 'connection' } } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});

describe('request', () => {
  it.each([
    [{}, { timeoutMs: MAX_REPLY_WAIT_MS, replies: 1 }],
    [
      { timeoutMs: 5, replies: 2 },
      { timeoutMs: 5, replies: 2 },
    ],
    [
      { timeoutMs: 4_000_000_000, replies: 4_000_000_000 },
      { timeoutMs: MAX_REPLY_WAIT_MS, replies: MAX_REPLIES },
    ],
  ])('with the options %j waits for %j', async (options, expected) => {
    const { invoke, asked } = setUp();
    await invoke('request', { topic: 't', message, ...options });
    expect(asked[0]?.[4]).toEqual(expected);
  });
});

describe('reply', () => {
  it('goes to whoever waits for an answer to the message of this call, whatever the isolate says', async () => {
    const { invoke, asked, requests } = setUp(false);
    const replyTo = { topic: 't', inbox: 'box' };
    await invoke('reply', { message, topic: 'another', inbox: 'another', replyTo: 'another' }, { replyTo });
    expect(asked).toEqual([['reply', replyTo, message]]);
    expect(requests).toEqual([]);
  });

  it('has no effect where nobody waits', async () => {
    const { invoke, asked } = setUp();
    expect(await invoke('reply', { message })).toEqual({ kind: 'done', value: { ok: true, value: null } });
    expect(asked).toEqual([]);
  });
});
