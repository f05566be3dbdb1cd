/** The gate of a pool shard, and the token bucket in front of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../../durable/pool/gate.ts';
import { admit } from '../../../src/core/admission.ts';
import { fullBucket, take } from '../../../src/core/token-bucket.ts';

describe('admit', () => {
  it('runs while there is room, waits while there is a queue, refuses beyond', () => {
    const capacity = { maxConcurrent: 2, maxQueue: 1 };
    expect(admit({ executing: 1, queued: 0 }, capacity)).toBe('run');
    expect(admit({ executing: 2, queued: 0 }, capacity)).toBe('wait');
    expect(admit({ executing: 2, queued: 1 }, capacity)).toBe('refuse');
  });

  it('lets nobody overtake those who wait', () => {
    expect(admit({ executing: 1, queued: 1 }, { maxConcurrent: 2, maxQueue: 4 })).toBe('wait');
  });
});

describe('Gate', () => {
  function narrow(): Gate {
    const gate = new Gate();
    gate.resize({ maxConcurrent: 1, maxQueue: 2 });
    return gate;
  }

  it('serves those who wait in the order they came', async () => {
    const gate = narrow();
    expect(await gate.enter(1_000)).toBe('entered');
    const order: number[] = [];
    const waiting = [1, 2].map(async (number) => {
      expect(await gate.enter(1_000)).toBe('entered');
      order.push(number);
      gate.leave();
    });
    expect(await gate.enter(1_000)).toBe('refused');
    gate.leave();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
    expect(gate.load).toEqual({ executing: 0, queued: 0 });
  });

  it('forgets a caller whose wait is over', async () => {
    const gate = narrow();
    await gate.enter(1_000);
    expect(await gate.enter(1)).toBe('expired');
    expect(gate.load).toEqual({ executing: 1, queued: 0 });
  });

  it('is drained when the last call leaves, and says so when it does not', async () => {
    const gate = narrow();
    await gate.enter(1_000);
    expect(await gate.drained(1)).toBe(false);
    const drained = gate.drained(1_000);
    gate.leave();
    expect(await drained).toBe(true);
  });

  it('lets those who wait in when it is made wider', async () => {
    const gate = narrow();
    await gate.enter(1_000);
    const waiting = gate.enter(1_000);
    gate.resize({ maxConcurrent: 2, maxQueue: 2 });
    expect(await waiting).toBe('entered');
    expect(gate.load).toEqual({ executing: 2, queued: 0 });
  });
});

describe('token bucket', () => {
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
});
