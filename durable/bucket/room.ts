/** PURE: how much a bucket holds, and whether a change still fits. */
import type { StoreResult } from '../../src/capability/keyvalue/bucket-store.ts';
import { MAX_BYTES_PER_BUCKET, MAX_KEYS_PER_BUCKET } from '../../src/core/limits.ts';
import { err, ok } from '../../src/core/result.ts';

/** Keys, and bytes of keys and values. */
export interface Usage {
  readonly keys: number;
  readonly bytes: number;
}

/** What a bucket may hold. */
export const ROOM: Usage = { keys: MAX_KEYS_PER_BUCKET, bytes: MAX_BYTES_PER_BUCKET };

/** One entry of a change: its size before (undefined: it was not there) and after. */
export interface Resize {
  readonly before: number | undefined;
  readonly after: number;
}

/** The usage after a change. What makes a bucket smaller fits always, also into one that holds more than `room`. */
export function resized(usage: Usage, resizes: readonly Resize[], room: Usage = ROOM): StoreResult<Usage> {
  let { keys, bytes } = usage;
  for (const { before, after } of resizes) {
    if (before === undefined) keys += 1;
    bytes += after - (before ?? 0);
  }
  if (keys > room.keys && keys > usage.keys) return err('too-many-keys');
  if (bytes > room.bytes && bytes > usage.bytes) return err('too-many-bytes');
  return ok({ keys, bytes });
}
