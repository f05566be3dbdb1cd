/** Who gets the messages of a topic, as the catalogue finds it. */
import { describe, expect, it } from 'vitest';
import { handlesMessages, Subscriptions, subscriptionsOf } from '../../../durable/catalogue/subscriptions.ts';
import { DENY_ALL, type Grants, grantsOf, type MessagingRule, POLICY_ALONE } from '../../../src/policy/index.ts';

function grants(allow: readonly MessagingRule[], deny: readonly MessagingRule[] = [], runtime = POLICY_ALONE): Grants {
  return grantsOf({ ...DENY_ALL, permissions: { ...DENY_ALL.permissions, messaging: { allow, deny } } }, runtime);
}

const subscribe = (topic: string): MessagingRule => ({ topic, access: ['subscribe'] });

describe('the subscribers of a topic', () => {
  it('are those whose grants allow it at that moment, deny rules and what was granted and revoked included', () => {
    const entries = [
      ['all', grants([subscribe('*')])],
      ['denied', grants([subscribe('*')], [subscribe('orders.secret')])],
      ['granted', grants([], [], { granted: ['msg:subscribe:orders.*'], revoked: [] })],
      ['publisher', grants([{ topic: '*', access: ['publish'] }])],
      ['revoked', grants([subscribe('*')], [], { granted: [], revoked: ['messaging'] })],
    ] as const;
    const subscriptions = new Subscriptions(
      entries.map(([name, each]) => ({ name, subscriptions: subscriptionsOf(each) })),
    );
    expect(subscriptions.of('orders.created')).toEqual(['all', 'denied', 'granted']);
    expect(subscriptions.of('orders.secret')).toEqual(['all', 'granted']);
    expect(subscriptions.of('other')).toEqual(['all', 'denied']);
  });

  it('are written down without what is not about messages', () => {
    const all = grants([subscribe('*')], [], { granted: ['kv:read', 'msg:subscribe:a'], revoked: ['keyvalue'] });
    const kept = {
      ...all,
      permissions: { ...all.permissions, environment: { allow: [{ key: 'A', value: 'secret' }], deny: [] } },
    };
    expect(JSON.stringify(subscriptionsOf(kept))).not.toContain('secret');
    expect(subscriptionsOf(kept).runtime).toEqual({ granted: ['msg:subscribe:a'], revoked: [] });
  });
});

describe('a component handles messages', () => {
  it.each([
    [['wasi:messaging/incoming-handler@0.2.0-draft'], true],
    [['wasi:messaging/incoming-handler@0.3.0'], false],
    [['wasi:http/incoming-handler@0.2.3', 'handle'], false],
    [[], false],
  ] as const)('with the exports %j: %j', (exports, expected) => {
    expect(handlesMessages(exports)).toBe(expected);
  });
});
