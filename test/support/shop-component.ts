/**
 * A real program: an HTTP handler in JavaScript (componentize-js 0.19.3) that uses everything that is outside of it. Each part
 * reports what came of it, so that one that is denied does not hide the others.
 */
import { starlingComponent, STARLING_WASI as V } from './componentize-0-19.ts';
import { MESSAGING } from './messaging-components.ts';
import { BLOBSTORE_PACKAGE } from './wit-blobstore.ts';

const KEYVALUE = `package wasi:keyvalue@0.2.0-draft2 {
  interface store {
    variant error { no-such-store, access-denied, other(string) }
    open: func(identifier: string) -> result<bucket, error>;
    resource bucket {
      get: func(key: string) -> result<option<list<u8>>, error>;
    }
  }
  interface atomics {
    use store.{bucket, error};
    increment: func(bucket: borrow<bucket>, key: string, delta: s64) -> result<s64, error>;
  }
}
`;

const WORLD = `package test:shop;
world shop {
  import wasi:io/streams@${V};
  import wasi:keyvalue/store@0.2.0-draft2;
  import wasi:keyvalue/atomics@0.2.0-draft2;
  import wasi:blobstore/blobstore@0.2.0-draft;
  import wasi:blobstore/container@0.2.0-draft;
  import wasi:blobstore/types@0.2.0-draft;
  import wasi:messaging/types@0.2.0-draft;
  import wasi:messaging/producer@0.2.0-draft;
  export wasi:http/incoming-handler@${V};
}
${KEYVALUE}
${MESSAGING}
${BLOBSTORE_PACKAGE.replaceAll('@0.2.2', `@${V}`)}`;

/** `GET /?origin=…&bucket=…&container=…&topic=…` does all four things and answers what came of each. */
const SOURCE = `
import { open } from 'wasi:keyvalue/store@0.2.0-draft2';
import { increment } from 'wasi:keyvalue/atomics@0.2.0-draft2';
import { containerExists, createContainer, getContainer } from 'wasi:blobstore/blobstore@0.2.0-draft';
import { IncomingValue, OutgoingValue } from 'wasi:blobstore/types@0.2.0-draft';
import { Client, Message } from 'wasi:messaging/types@0.2.0-draft';
import { send } from 'wasi:messaging/producer@0.2.0-draft';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function attempt(run) {
  try {
    return { ok: await run() };
  } catch (thrown) {
    const error = thrown?.payload ?? thrown;
    return { err: typeof error === 'string' ? error : error?.tag ?? String(error) };
  }
}

async function fetched(origin) {
  const response = await fetch(origin);
  return response.text();
}

function counted(bucket) {
  return Number(increment(open(bucket), 'visits', 1n));
}

function stored(name, text) {
  const container = containerExists(name) ? getContainer(name) : createContainer(name);
  const value = OutgoingValue.newOutgoingValue();
  const body = value.outgoingValueWriteBody();
  container.writeData('receipt', value);
  body.blockingWriteAndFlush(encoder.encode(text));
  body[Symbol.dispose ?? Symbol.for('dispose')]();
  OutgoingValue.finish(value);
  return decoder.decode(IncomingValue.incomingValueConsumeSync(container.getData('receipt', 0n, 2n ** 64n - 1n)));
}

function published(topic, text) {
  send(Client.connect('main'), topic, new Message(encoder.encode(text)));
  return topic;
}

async function handle(request) {
  const query = new URL(request.url).searchParams;
  const report = {
    fetch: await attempt(() => fetched(query.get('origin'))),
    count: await attempt(() => counted(query.get('bucket'))),
    blob: await attempt(() => stored(query.get('container'), 'a receipt')),
    message: await attempt(() => published(query.get('topic'), query.get('text'))),
  };
  return new Response(JSON.stringify(report), { headers: { 'content-type': 'application/json' } });
}

addEventListener('fetch', (event) => event.respondWith(handle(event.request)));
`;

export function shopComponent(): Promise<Uint8Array> {
  return starlingComponent(SOURCE, WORLD, { wasi: true });
}
