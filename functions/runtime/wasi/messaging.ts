/** `wasi:messaging`: messages as a guest makes and gets them, sent through the capabilities of the call. */
import type {
  MessageContent,
  MessagingError,
  MessagingOperations,
  MessagingResult,
  ReceivedMessage,
} from '../../../src/capability/messaging/contract.ts';
import { MAX_MESSAGE_BYTES, MAX_MESSAGE_METADATA } from '../../../src/core/limits.ts';
import type { CapabilityAnswer, UseRefusal } from '../../../src/isolate/protocol.ts';
import type { WasiContext } from './context.ts';
import { WasiFailure, WasiTrap } from './failure.ts';
import { Resource } from './resource.ts';

type Metadata = [key: string, value: string][];

const NO_BYTES = new Uint8Array();

/** Longest name of a client, in UTF-16 units: there is one service, and the name means nothing to it. */
const MAX_CLIENT_NAME = 256;

/** A message that the platform hands to the guest. `isDelivery`: this call is there to handle it. */
export let receivedMessage: (message: ReceivedMessage, isDelivery: boolean) => Message;

let contentOf: (message: Message) => MessageContent;
let isReceived: (message: Message) => boolean;
let isDelivery: (message: Message) => boolean;
let isConnected: (client: Client) => boolean;
let wishOf: (options: RequestOptions) => { readonly timeoutMs?: number; readonly replies?: number };

/** The way to the platform's topics; every call has the same one, whatever name it asks for. */
export class Client extends Resource {
  #isConnected = true;

  static {
    isConnected = (client) => client.#isConnected;
  }

  static connect(name: string): Client {
    if (name.length > MAX_CLIENT_NAME) throw failure({ tag: 'connection', val: 'the name of the service is too long' });
    return new Client();
  }

  disconnect(): void {
    this.#isConnected = false;
  }
}

export class Message extends Resource {
  #data: Uint8Array;
  #contentType: string | undefined;
  #metadata: Metadata | undefined;
  #topic: string | undefined;
  #isDelivery = false;

  static {
    receivedMessage = (received, delivery) => {
      const message = new Message(received.data);
      message.#contentType = received.contentType;
      message.#metadata = received.metadata.map(([key, value]) => [key, value]);
      message.#topic = received.topic;
      message.#isDelivery = delivery;
      return message;
    };
    contentOf = (message) => ({
      data: message.#data,
      metadata: message.#metadata ?? [],
      ...(message.#contentType === undefined ? {} : { contentType: message.#contentType }),
    });
    isReceived = (message) => message.#topic !== undefined;
    isDelivery = (message) => message.#isDelivery;
  }

  constructor(data: Uint8Array) {
    super();
    this.#data = NO_BYTES;
    this.#take(data);
  }

  topic(): string | undefined {
    return this.#topic;
  }

  contentType(): string | undefined {
    return this.#contentType;
  }

  setContentType(contentType: string): void {
    requireSize(contentType.length);
    this.#contentType = contentType;
  }

  data(): Uint8Array {
    return this.#data;
  }

  setData(data: Uint8Array): void {
    this.#take(data);
  }

  metadata(): Metadata | undefined {
    return this.#metadata?.map(([key, value]) => [key, value]);
  }

  addMetadata(key: string, value: string): void {
    this.setMetadata([...(this.#metadata ?? []).filter(([other]) => other !== key), [key, value]]);
  }

  setMetadata(metadata: Metadata): void {
    if (metadata.length > MAX_MESSAGE_METADATA) {
      throw new WasiTrap(`wasi:messaging: a message has at most ${MAX_MESSAGE_METADATA} entries of metadata`);
    }
    requireSize(metadata.reduce((size, [key, value]) => size + key.length + value.length, 0));
    this.#metadata = metadata;
  }

  removeMetadata(key: string): void {
    this.#metadata = this.#metadata?.filter(([other]) => other !== key);
  }

  #take(data: Uint8Array): void {
    requireSize(data.length);
    this.#data = data;
  }
}

export class RequestOptions extends Resource {
  #timeoutMs: number | undefined;
  #replies: number | undefined;

  static {
    wishOf = (options) => ({
      ...(options.#timeoutMs === undefined ? {} : { timeoutMs: options.#timeoutMs }),
      ...(options.#replies === undefined ? {} : { replies: options.#replies }),
    });
  }

  setTimeoutMs(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
  }

  setExpectedReplies(expectedReplies: number): void {
    this.#replies = expectedReplies;
  }
}

export const messagingTypes = { Client, Message };

export function createProducer({ capabilities }: WasiContext) {
  return {
    send(client: Client, topic: string, message: Message): Promise<void> {
      requireConnection(client);
      const sent = capabilities.use('messaging', 'publish', { topic, message: contentOf(message) });
      return sent.then((answer) => nothingOf<'publish'>(answer));
    },
  };
}

export function createRequestReply({ capabilities }: WasiContext) {
  return {
    RequestOptions,

    request(client: Client, topic: string, message: Message, options: RequestOptions | undefined): Promise<Message[]> {
      requireConnection(client);
      const wish = options === undefined ? {} : wishOf(options);
      const answered = capabilities.use('messaging', 'request', { topic, message: contentOf(message), ...wish });
      return answered.then((answer) => resultOf<'request'>(answer).map((reply) => receivedMessage(reply, false)));
    },

    reply(replyTo: Message, message: Message): void | Promise<void> {
      if (!isReceived(replyTo)) throw failure({ tag: 'other', val: 'a message that was not received has no sender' });
      // What came as a reply wants none, as any message that nobody waits for.
      if (!isDelivery(replyTo)) return;
      const sent = capabilities.use('messaging', 'reply', { message: contentOf(message) });
      return sent.then((answer) => nothingOf<'reply'>(answer));
    },
  };
}

function requireConnection(client: Client): void {
  if (!isConnected(client)) throw failure({ tag: 'connection', val: 'the client is disconnected: connect again' });
}

/** Larger ones have no place in any topic; these functions have no error to say so with. */
function requireSize(size: number): void {
  if (size > MAX_MESSAGE_BYTES) throw new WasiTrap(`wasi:messaging: a message has at most ${MAX_MESSAGE_BYTES} bytes`);
}

/** The value of an answer; throws the error that the interface has for everything else. */
function resultOf<O extends keyof MessagingOperations>(answer: CapabilityAnswer): MessagingOperations[O]['value'] {
  if (answer.kind === 'refused') throw failure(REFUSALS[answer.reason](answer.message));
  // A cast: what comes from the shard is the platform's own provider's.
  const result = answer.value as MessagingResult<MessagingOperations[O]['value']>;
  if (!result.ok) throw failure(result.error);
  return result.value;
}

function nothingOf<O extends 'publish' | 'reply'>(answer: CapabilityAnswer): void {
  resultOf<O>(answer);
}

const REFUSALS: Readonly<Record<UseRefusal, (message: string) => MessagingError>> = {
  denied: (message) => ({ tag: 'permission-denied', val: message }),
  exhausted: (message) => ({ tag: 'other', val: `RESOURCE_EXHAUSTED: ${message}` }),
  unavailable: (message) => ({ tag: 'connection', val: message }),
  invalid: (message) => ({ tag: 'other', val: message }),
};

function failure(error: MessagingError): WasiFailure {
  return new WasiFailure(error);
}
