/** Probes of `wasi:messaging`: somebody listens to the topic, and replies. */
import { receivedMessage } from '../../../functions/runtime/wasi/messaging.ts';
import type { Probe } from './evidence.ts';

const TYPES = 'wasi:messaging/types#';
const ON = `${TYPES}[method]message.`;

/** `topic` has a subscriber that answers to `reply …`. */
export function messaging(topic: string): Probe {
  return async (guest) => {
    const client = await guest.call(`${TYPES}[static]client.connect`, 'main');
    const message = await guest.call(`${TYPES}[constructor]message`, new TextEncoder().encode('nothing'));
    await guest.call(`${ON}set-data`, message, new TextEncoder().encode('reply hello'));
    await guest.call(`${ON}set-content-type`, message, 'text/plain');
    await guest.call(`${ON}set-metadata`, message, [['a', 'b']]);
    await guest.call(`${ON}add-metadata`, message, 'c', 'd');
    await guest.call(`${ON}remove-metadata`, message, 'c');
    for (const name of ['topic', 'content-type', 'data', 'metadata']) await guest.call(`${ON}${name}`, message);
    const options = await guest.call('wasi:messaging/request-reply#[constructor]request-options');
    await guest.call('wasi:messaging/request-reply#[method]request-options.set-timeout-ms', options, 20_000);
    await guest.call('wasi:messaging/request-reply#[method]request-options.set-expected-replies', options, 1);
    await guest.call('wasi:messaging/request-reply#request', client, topic, message, options);
    const received = { topic, data: new Uint8Array(), metadata: [] };
    await guest.call('wasi:messaging/request-reply#reply', guest.own(receivedMessage(received, true)), message);
    await guest.call('wasi:messaging/producer#send', client, topic, message);
    await guest.call(`${TYPES}[method]client.disconnect`, client);
  };
}
