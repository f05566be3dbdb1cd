/**
 * Requests that wait for replies. They live in memory: whoever waits does so through this object, and is told by the
 * broken connection when it goes away.
 */

import type { MessageContent } from '../../src/capability/messaging/contract.ts';
import { messageBytes } from '../../src/capability/messaging/input.ts';
import { MAX_REPLIES_BYTES } from '../../src/core/limits.ts';

/** Requests that one topic lets wait at a time: each holds up to `MAX_REPLIES_BYTES`. */
const MAX_INBOXES = 256;

interface Inbox {
  readonly wanted: number;
  readonly replies: MessageContent[];
  bytes: number;
  readonly close: () => void;
}

export class Inboxes {
  readonly #open = new Map<string, Inbox>();

  get isFull(): boolean {
    return this.#open.size >= MAX_INBOXES;
  }

  /** Resolves with what has come once `wanted` replies are there, or `timeoutMs` is over. */
  async collect(
    id: string,
    { replies: wanted, timeoutMs }: { readonly replies: number; readonly timeoutMs: number },
  ): Promise<readonly MessageContent[]> {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const inbox: Inbox = { wanted, replies: [], bytes: 0, close };
    this.#open.set(id, inbox);
    const timer = setTimeout(close, timeoutMs);
    await closed;
    clearTimeout(timer);
    this.#open.delete(id);
    return inbox.replies;
  }

  /** The request is given up. */
  cancel(id: string): void {
    this.#open.get(id)?.close();
  }

  /** False when the replies of a request are more than it takes; true also when nobody waits any more. */
  deliver(id: string, reply: MessageContent): boolean {
    const inbox = this.#open.get(id);
    if (inbox === undefined || inbox.replies.length >= inbox.wanted) return true;
    const bytes = inbox.bytes + messageBytes(reply);
    if (bytes > MAX_REPLIES_BYTES) return false;
    inbox.bytes = bytes;
    inbox.replies.push(reply);
    if (inbox.replies.length === inbox.wanted) inbox.close();
    return true;
  }
}
