/** The topics of the platform, as the provider `messaging` of a shard uses them. */
import type { Broker } from '../../src/capability/messaging/broker.ts';
import { err, ok } from '../../src/core/result.ts';
import { type Bindings, topic as topicObject } from '../shared/bindings.ts';

export function messagingBroker(env: Pick<Bindings, 'TOPICS'>): Broker {
  return {
    async publish(topic, message, { component, request }) {
      const published = await topicObject(env, topic).publish(topic, { ...message, publisher: component, request });
      return published.ok ? ok(undefined) : err(published.error);
    },
    request: (topic, message, { component, request }, wish) =>
      topicObject(env, topic).request(topic, { ...message, publisher: component, request }, wish),
    reply: ({ topic, inbox }, message) => topicObject(env, topic).reply(inbox, message),
  };
}
