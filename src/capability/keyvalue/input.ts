/** PURE: what isolates send to the provider `keyvalue`, read as what each operation takes. */
import * as z from 'zod';
import { MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../../core/limits.ts';

const encoder = new TextEncoder();
const bucket = z.string();
const cursor = z.string().optional();

/** Bytes of their own: a view would bring all of its buffer along in the message to the bucket. */
const bytes = z
  .instanceof(Uint8Array)
  .transform((view) => (view.byteLength === view.buffer.byteLength ? view : view.slice()));

const key = z.string();
const keys = z.array(key);
const value = bytes;

/** The input of each operation, by its name. */
export const INPUTS = {
  open: z.object({ bucket }),
  get: z.object({ bucket, key }),
  exists: z.object({ bucket, key }),
  listKeys: z.object({ bucket, cursor }),
  getMany: z.object({ bucket, keys }),
  set: z.object({ bucket, key, value }),
  setMany: z.object({ bucket, entries: z.array(z.tuple([key, value])) }),
  delete: z.object({ bucket, key }),
  deleteMany: z.object({ bucket, keys }),
  increment: z.object({ bucket, key, delta: z.bigint(), unsigned: z.boolean() }),
  read: z.object({ bucket, key }),
  swap: z.object({ bucket, key, version: z.int().nonnegative(), value }),
} as const;

/** Why a key cannot be one; undefined when it can. */
export function wrongKey(text: string): string | undefined {
  if (text === '') return 'a key has at least one character';
  if (!text.isWellFormed()) return 'a key is text';
  // A UTF-16 unit takes one to three bytes: most keys need not be encoded to be measured.
  const isLong = text.length > MAX_KEY_BYTES || (text.length * 3 > MAX_KEY_BYTES && sizeOf(text) > MAX_KEY_BYTES);
  return isLong ? `a key has at most ${MAX_KEY_BYTES} bytes` : undefined;
}

/** Why a value cannot be one; undefined when it can. */
export function wrongValue({ length }: Uint8Array): string | undefined {
  return length > MAX_VALUE_BYTES ? `a value has at most ${MAX_VALUE_BYTES} bytes, this one has ${length}` : undefined;
}

/** Why entries cannot be one batch; undefined when they can. */
export function wrongBatch(entries: readonly (readonly [key: string, value?: Uint8Array])[]): string | undefined {
  if (entries.length > MAX_BATCH_ENTRIES) {
    return `a batch has at most ${MAX_BATCH_ENTRIES} entries, this one has ${entries.length}`;
  }
  let total = 0;
  for (const [text, bytesOfValue] of entries) {
    const wrong = wrongKey(text) ?? (bytesOfValue && wrongValue(bytesOfValue));
    if (wrong !== undefined) return wrong;
    total += sizeOf(text) + (bytesOfValue?.length ?? 0);
  }
  return total > MAX_BATCH_BYTES ? `a batch has at most ${MAX_BATCH_BYTES} bytes, this one has ${total}` : undefined;
}

function sizeOf(text: string): number {
  return encoder.encode(text).length;
}
