/** PURE: counts as buckets keep them: the decimal text of a signed integer of 64 bits. */
import type { StoreResult } from '../../src/capability/keyvalue/bucket-store.ts';
import { err, ok } from '../../src/core/result.ts';

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The sum of the count in `value` (0 where there is none) and `delta`, if it is a count of at least `least`. */
export function addToCount(
  value: Uint8Array | undefined,
  delta: bigint,
  least: bigint,
): StoreResult<{ readonly sum: bigint; readonly value: Uint8Array }> {
  const count = value === undefined ? 0n : readCount(value);
  if (count === undefined) return err('not-a-count');
  const sum = count + delta;
  if (sum > MOST || sum < LEAST || sum < least) return err('count-out-of-range');
  return ok({ sum, value: encoder.encode(String(sum)) });
}

function readCount(value: Uint8Array): bigint | undefined {
  // A count has at most 20 characters: nothing longer is looked at.
  const text = value.length <= 20 ? decoder.decode(value) : '';
  if (!/^-?\d+$/.test(text)) return undefined;
  const count = BigInt(text);
  return count >= LEAST && count <= MOST ? count : undefined;
}
