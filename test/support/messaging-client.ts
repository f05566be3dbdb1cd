/** Components that talk by messages, in the Worker under test, and what their topics hold. */
import { runInDurableObject } from 'cloudflare:test';
import { inject } from 'vitest';
import { openDatabase } from '../../durable/shared/database.ts';
import type { Topic } from '../../durable/topic/index.ts';
import { bindings, call, freshName, request } from './gateway-client.ts';
import type { MessagingComponent } from './messaging-components.ts';

/** A topic that no other test uses. */
export function freshTopic(): string {
  return `${freshName('t')}.created`;
}

/** Deploys one of the components under a name of its own, with rules for topics. */
export async function deploy(
  which: MessagingComponent,
  rules: readonly { readonly topic: string; readonly access: readonly ('publish' | 'subscribe')[] }[],
  more = '',
): Promise<string> {
  const name = freshName(which);
  const allow = rules.map(({ topic, access }) => `{topic: "${topic}", access: [${access.join(', ')}]}`).join(', ');
  const policy = `version: "1.0"\npermissions: {messaging: {allow: [${allow}]}}\n${more}`;
  const form = new FormData();
  const bytes = Uint8Array.from(atob(inject('messaging')[which]), (character) => character.charCodeAt(0));
  form.append('component', new Blob([bytes], { type: 'application/wasm' }), 'component.wasm');
  form.append('policy', new Blob([policy], { type: 'application/yaml' }), 'policy.yaml');
  const answer = await request(`/v1/components/${name}`, { method: 'PUT', body: form });
  if (answer.status !== 201) throw new Error(`HTTP ${answer.status} ${await answer.text()}`);
  return name;
}

/** Has a talker publish; what the call answered. */
export async function publish(
  talker: string,
  topic: string,
  text: string,
  metadata: readonly (readonly [string, string])[] = [],
): Promise<unknown> {
  return (await call(talker, 'publish', { topic, text, metadata })).json();
}

/** The object of a topic. */
export function topicObject(topic: string): DurableObjectStub<Topic> {
  // A cast: the binding is of this class.
  return bindings.TOPICS.getByName(topic) as unknown as DurableObjectStub<Topic>;
}

/** The messages that a topic keeps, as text, with their metadata. */
export function storedMessages(topic: string): Promise<{ text: string; metadata: unknown; publisher: string }[]> {
  return runInDurableObject(topicObject(topic), (_instance, state) =>
    openDatabase(state.storage)
      .all<{ data: ArrayBuffer; metadata: string; publisher: string }>(
        'SELECT data, metadata, publisher FROM message ORDER BY seq',
      )
      .map(({ data, metadata, publisher }) => ({
        text: new TextDecoder().decode(data),
        metadata: JSON.parse(metadata),
        publisher,
      })),
  );
}

/** As if all waits of a topic were over: what is due later is due now. */
export async function makeDue(topic: string): Promise<void> {
  await runInDurableObject(topicObject(topic), async (instance, state) => {
    const db = openDatabase(state.storage);
    if (db.first("SELECT name FROM sqlite_master WHERE name = 'delivery'") === undefined) return;
    db.run("UPDATE delivery SET at = 0 WHERE kind = 'due'");
    db.run('UPDATE subscriber SET paused_until = 0');
    await instance.alarm();
  });
}
