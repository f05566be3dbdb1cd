/** The topics of the platform, as the provider `messaging` of a shard uses them. */
import type { Broker } from '../../src/capability/messaging/broker.ts';
import { err, ok } from '../../src/core/result.ts';
import { type Bindings, topic as topicObject } from '../shared/bindings.ts';
import { OpenSessions } from './open-sessions.ts';

export function messagingBroker(env: Pick<Bindings, 'TOPICS'>): Broker {
  const topics = new OpenSessions((name) => topicObject(env, name).open());
  return {
    async publish(topic, message, { component, request, hops }, use) {
      const published = await topics.use(topic, use, (session) =>
        session.publish(topic, { ...message, publisher: component, request, hops }),
      );
      return published.ok ? ok(undefined) : err(published.error);
    },
    request: (topic, message, { component, request, hops }, wish) =>
      topicObject(env, topic).request(topic, { ...message, publisher: component, request, hops }, wish),
    reply: ({ topic, inbox }, message) => topicObject(env, topic).reply(inbox, message),
  };
}
