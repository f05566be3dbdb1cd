/** Two components that talk by messages: one that publishes what its caller says, and one that does what messages say. */
import { fromJavaScript } from './component-fixtures.ts';
import { kept } from './kept-fixture.ts';

export const MESSAGING = `package wasi:messaging@0.2.0-draft {
  interface types {
    type metadata = list<tuple<string, string>>;
    type topic = string;
    resource client {
      connect: static func(name: string) -> result<client, error>;
      disconnect: func() -> result<_, error>;
    }
    variant error { timeout, connection(string), permission-denied(string), other(string) }
    resource message {
      constructor(data: list<u8>);
      topic: func() -> option<topic>;
      content-type: func() -> option<string>;
      set-content-type: func(content-type: string);
      data: func() -> list<u8>;
      set-data: func(data: list<u8>);
      metadata: func() -> option<metadata>;
      add-metadata: func(key: string, value: string);
      set-metadata: func(meta: metadata);
      remove-metadata: func(key: string);
    }
  }
  interface producer {
    use types.{client, message, error, topic};
    send: func(c: borrow<client>, topic: topic, message: message) -> result<_, error>;
  }
  interface request-reply {
    use types.{client, message, error, topic};
    resource request-options {
      constructor();
      set-timeout-ms: func(timeout-ms: u32);
      set-expected-replies: func(expected-replies: u32);
    }
    request: func(c: borrow<client>, topic: topic, message: borrow<message>, options: option<request-options>)
      -> result<list<message>, error>;
    reply: func(reply-to: borrow<message>, message: message) -> result<_, error>;
  }
  interface incoming-handler {
    use types.{message, error, topic};
    handle: func(message: message) -> result<_, error>;
  }
}
`;

const TALKER_WORLD = `package test:messages;
world talker {
  import wasi:messaging/producer@0.2.0-draft;
  import wasi:messaging/request-reply@0.2.0-draft;
  export publish: func(topic: string, text: string, metadata: list<tuple<string, string>>) -> result<_, string>;
  export ask: func(topic: string, text: string, timeout-ms: option<u32>, replies: option<u32>) -> result<list<string>, string>;
}
${MESSAGING}`;

const TEXT = `
// One call's texts are small, and QuickJS has no TextEncoder.
const bytesOf = (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0));
const textOf = (bytes) => decodeURIComponent(escape(Array.from(bytes, (b) => String.fromCharCode(b)).join('')));
const errorOf = (thrown) => {
  const error = thrown?.payload ?? thrown;
  return error?.tag === undefined ? String(error) : error.tag + ': ' + (error.val ?? '');
};
`;

const TALKER = `import { Client, Message } from 'wasi:messaging/types@0.2.0-draft';
import { send } from 'wasi:messaging/producer@0.2.0-draft';
import { RequestOptions, request } from 'wasi:messaging/request-reply@0.2.0-draft';
${TEXT}
export function publish(topic, text, metadata) {
  const message = new Message(bytesOf(text));
  message.setContentType('text/plain');
  for (const [key, value] of metadata) message.addMetadata(key, value);
  try { send(Client.connect('main'), topic, message); } catch (thrown) { throw errorOf(thrown); }
}
export function ask(topic, text, timeoutMs, replies) {
  const options = new RequestOptions();
  if (timeoutMs != null) options.setTimeoutMs(timeoutMs);
  if (replies != null) options.setExpectedReplies(replies);
  try {
    return request(Client.connect('main'), topic, new Message(bytesOf(text)), options).map((m) => textOf(m.data()));
  } catch (thrown) { throw errorOf(thrown); }
}
`;

const LISTENER_WORLD = `package test:messages;
world listener {
  import wasi:messaging/producer@0.2.0-draft;
  import wasi:messaging/request-reply@0.2.0-draft;
  export wasi:messaging/incoming-handler@0.2.0-draft;
  export ping: func() -> u32;
}
${MESSAGING}`;

/**
 * The first word of a message says what becomes of it: `fail`, `trap`, `spin`; `reply TEXT…` answers each of the texts;
 * `again` publishes the message anew in its own topic; `tell TOPIC` publishes there what was received; `once TOPIC` and `crash TOPIC` the same, and then fail the first attempt.
 */
const LISTENER = `import { Client, Message } from 'wasi:messaging/types@0.2.0-draft';
import { send } from 'wasi:messaging/producer@0.2.0-draft';
import { reply } from 'wasi:messaging/request-reply@0.2.0-draft';
${TEXT}
function tell(message, topic) {
  const told = { topic: message.topic(), type: message.contentType(), text: textOf(message.data()), metadata: message.metadata() };
  send(Client.connect('main'), topic, new Message(bytesOf(JSON.stringify(told))));
}
export const incomingHandler = {
  handle(message) {
    const [word, ...rest] = textOf(message.data()).split(' ');
    if (word === 'fail') throw { tag: 'other', val: 'no' };
    if (word === 'trap') throw new Error('trap');
    if (word === 'spin') for (;;);
    if (word === 'reply') for (const text of rest) reply(message, new Message(bytesOf(text)));
    if (['tell', 'once', 'crash'].includes(word)) tell(message, rest[0]);
    if (word === 'again') send(Client.connect('main'), message.topic(), new Message(message.data()));
    const attempt = message.metadata().find(([key]) => key === 'skerry-attempt')[1];
    if (word === 'once' && attempt === '1') throw { tag: 'other', val: 'again' };
    if (word === 'crash' && attempt === '1') throw new Error('trap');
  },
};
export function ping() { return 1; }
`;

const SOURCES = {
  /** `publish` and `ask`. */
  talker: [TALKER_WORLD, TALKER],
  /** Handles messages, and has a function `ping`. */
  listener: [LISTENER_WORLD, LISTENER],
} as const;

export type MessagingComponent = keyof typeof SOURCES;

/** Built once, in some seconds, and kept in `dist/fixtures`. */
export async function messagingComponent(name: MessagingComponent): Promise<Uint8Array> {
  const [world, source] = SOURCES[name];
  return kept(name, [world, source], () => fromJavaScript(world, source, { stubWasi: false }));
}

/** All of them as base64. */
export async function messagingComponents(): Promise<Record<MessagingComponent, string>> {
  const encode = async (name: MessagingComponent) => Buffer.from(await messagingComponent(name)).toString('base64');
  return { talker: await encode('talker'), listener: await encode('listener') };
}
