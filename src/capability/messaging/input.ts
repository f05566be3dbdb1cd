/** Reads what an isolate sends for an operation on messages: nothing of it is trusted. */
import { MAX_MESSAGE_BYTES, MAX_MESSAGE_METADATA } from '../../core/limits.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { ownFields } from '../../isolate/untrusted.ts';
import { isTopic } from '../../policy/names.ts';
import type { MessageContent, MessagingError } from './contract.ts';

/** Metadata keys that are the platform's: a guest cannot set them. */
const PLATFORM_METADATA = 'skerry-';

const encoder = new TextEncoder();

/** A topic by its name: what policies write, without wildcards. */
export function readTopicName(given: unknown): Result<string, MessagingError> {
  if (typeof given === 'string' && isTopic(given)) return ok(given);
  return err({
    tag: 'other',
    val: 'this is not the name of a topic: write names between dots, such as orders.created',
  });
}

/** Undefined for what is no message at all, which no isolate of ours sends. */
export function readMessage(given: unknown): Result<MessageContent, MessagingError> | undefined {
  const fields = ownFields(given);
  const data = fields.get('data');
  const contentType = fields.get('contentType');
  const metadata = readMetadata(fields.get('metadata'));
  if (!(data instanceof Uint8Array) || metadata === undefined) return undefined;
  if (contentType !== undefined && typeof contentType !== 'string') return undefined;
  const message: MessageContent = { data, metadata, ...(contentType === undefined ? {} : { contentType }) };
  if (metadata.length > MAX_MESSAGE_METADATA) {
    return err({ tag: 'other', val: `TOO_LARGE: a message has at most ${MAX_MESSAGE_METADATA} entries of metadata` });
  }
  if (messageBytes(message) > MAX_MESSAGE_BYTES) {
    return err({ tag: 'other', val: `TOO_LARGE: a message has at most ${MAX_MESSAGE_BYTES} bytes with its metadata` });
  }
  return ok(message);
}

/** What a message counts for, in bytes. */
export function messageBytes({ data, contentType = '', metadata }: MessageContent): number {
  const texts = [contentType, ...metadata.flat()];
  return texts.reduce((bytes, text) => bytes + encoder.encode(text).length, data.byteLength);
}

/** A whole number from 1 to `most`; `most` for what is none, or is more. */
export function readCount(given: unknown, most: number): number {
  return typeof given === 'number' && Number.isSafeInteger(given) && given >= 1 ? Math.min(given, most) : most;
}

/** Without the entries that are the platform's. */
function readMetadata(given: unknown): MessageContent['metadata'] | undefined {
  if (!Array.isArray(given)) return undefined;
  const entries: (readonly [string, string])[] = [];
  for (const entry of given as readonly unknown[]) {
    if (!Array.isArray(entry)) return undefined;
    const [key, value] = entry as readonly unknown[];
    if (typeof key !== 'string' || typeof value !== 'string') return undefined;
    if (!isPlatformKey(key)) entries.push([key, value]);
  }
  return entries;
}

/** In any case of letters: a consumer may compare without regard to it. */
function isPlatformKey(key: string): boolean {
  return key.slice(0, PLATFORM_METADATA.length).toLowerCase() === PLATFORM_METADATA;
}
