/** What an isolate may send as a request for files: untrusted until it has passed here. */
import { z } from 'zod';
import type { FileRequest } from '../../core/files/requests.ts';
import { MAX_FILE_PATH_BYTES, MAX_FILE_READ_BYTES } from '../../core/limits.ts';
import type { FileTarget } from './contract.ts';

/** Descriptors that one request may close: the isolate sends them along as they come. */
const MAX_CLOSED = 10_000;

const target = z.union([z.int().nonnegative(), z.strictObject({ root: z.string().max(MAX_FILE_PATH_BYTES) })]);
/** Longer ones reach the file system, which has an error of its own for them. */
const text = z.string().max(2 * MAX_FILE_PATH_BYTES);
const amount = z.int().nonnegative();
/** Nanoseconds: what 64 bits of seconds come to, and a bound on what is stored. */
const time = z.union([
  z.literal('keep'),
  z.literal('now'),
  z
    .bigint()
    .nonnegative()
    .lt(2n ** 96n),
]);
const path = { at: target, path: text };

const request = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('open'),
    ...path,
    follow: z.boolean(),
    create: z.boolean(),
    exclusive: z.boolean(),
    truncate: z.boolean(),
    directory: z.boolean(),
    read: z.boolean(),
    write: z.boolean(),
  }),
  z.strictObject({ op: z.literal('read'), at: target, offset: amount, length: amount.max(MAX_FILE_READ_BYTES) }),
  z.strictObject({
    op: z.literal('write'),
    at: target,
    offset: amount.exactOptional(),
    bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= MAX_FILE_READ_BYTES),
  }),
  z.strictObject({ op: z.literal('set-size'), at: target, size: amount }),
  z.strictObject({ op: z.literal('stat'), at: target }),
  z.strictObject({ op: z.literal('stat-at'), ...path, follow: z.boolean() }),
  z.strictObject({ op: z.literal('set-times'), at: target, accessed: time, modified: time }),
  z.strictObject({ op: z.literal('set-times-at'), ...path, follow: z.boolean(), accessed: time, modified: time }),
  z.strictObject({ op: z.literal('read-directory'), at: target, after: text }),
  z.strictObject({ op: z.literal('create-directory'), ...path }),
  z.strictObject({ op: z.literal('remove-directory'), ...path }),
  z.strictObject({ op: z.literal('unlink-file'), ...path }),
  z.strictObject({ op: z.literal('readlink'), ...path }),
  z.strictObject({ op: z.literal('symlink'), ...path, target: text }),
  z.strictObject({ op: z.literal('rename'), ...path, to: target, newPath: text }),
  z.strictObject({ op: z.literal('link'), ...path, to: target, newPath: text }),
]);

const use = z.strictObject({ closed: z.array(amount).max(MAX_CLOSED), request });

/** A request and the descriptors that were closed before it; undefined for anything else. */
export function readFileUse(
  input: unknown,
): { readonly closed: readonly number[]; readonly request: FileRequest<FileTarget> } | undefined {
  const read = use.safeParse(input);
  return read.success ? read.data : undefined;
}
