/** A token bucket: `burst` tokens deep, refilled with `perSecond`. Pure; the time is passed in. */

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export function fullBucket({ burst }: Rate, now: number): Bucket {
  return { tokens: burst, at: now };
}

/** The bucket with what was added since it was looked at last. */
export function fill({ tokens, at }: Bucket, { perSecond, burst }: Rate, now: number): Bucket {
  return { tokens: Math.min(burst, tokens + (Math.max(0, now - at) / 1_000) * perSecond), at: now };
}

/** Takes one token if there is one; `retryAfterSeconds` says when there will be. */
export function take(
  bucket: Bucket,
  rate: Rate,
  now: number,
): { readonly bucket: Bucket; readonly allowed: boolean; readonly retryAfterSeconds: number } {
  const { tokens: filled } = fill(bucket, rate, now);
  const allowed = filled >= 1;
  const left = allowed ? filled - 1 : filled;
  const retryAfterSeconds = allowed ? 0 : Math.max(1, Math.ceil((1 - filled) / rate.perSecond));
  return { bucket: { tokens: left, at: now }, allowed, retryAfterSeconds };
}
