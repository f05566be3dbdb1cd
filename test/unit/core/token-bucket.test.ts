/** The token bucket in front of a pool shard. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fullBucket, take } from '../../../src/core/token-bucket.ts';

it('P1: never lets more through than burst plus what was refilled', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 100 }),
      (perSecond, burst, gaps) => {
        const rate = { perSecond, burst };
        let bucket = fullBucket(rate, 0);
        let now = 0;
        let allowed = 0;
        for (const gap of gaps) {
          now += gap;
          const taken = take(bucket, rate, now);
          bucket = taken.bucket;
          if (taken.allowed) allowed += 1;
          else expect(taken.retryAfterSeconds).toBeGreaterThan(0);
        }
        expect(allowed).toBeLessThanOrEqual(burst + (now / 1_000) * perSecond + 1e-6);
      },
    ),
    { numRuns: 200 },
  );
});
