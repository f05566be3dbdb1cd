/** The life of one delivery: attempts are bounded and counted before they are made, waits grow and stay in bounds. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttemptEnd,
  created,
  type DeliveryState,
  ended,
  lost,
  pauseMs,
  retryDelayMs,
  started,
} from '../../../durable/topic/transitions.ts';
import { MAX_DELIVERY_ATTEMPTS } from '../../../src/core/limits.ts';

const NOW = 1_000_000;

const ends = fc.constantFrom<AttemptEnd | 'lost'>(
  { kind: 'handled' },
  { kind: 'failed', reason: 'trap' },
  { kind: 'failed', reason: 'err' },
  { kind: 'not-taken' },
  { kind: 'unwanted' },
  'lost',
);

describe('a delivery', () => {
  it('waits behind another one of its line, and is due at once where there is none', () => {
    expect(created(true, NOW)).toEqual({ kind: 'behind' });
    expect(created(false, NOW)).toEqual({ kind: 'due', at: NOW, attempts: 0 });
  });

  it('1: makes at most so many attempts, whatever becomes of them, and only a failed or lost one makes it dead', () => {
    fc.assert(
      fc.property(fc.array(ends, { minLength: 1, maxLength: 60 }), (script) => {
        let state: DeliveryState | { readonly kind: 'done' } = created(false, NOW);
        let counted = 0;
        for (const end of script) {
          if (state.kind !== 'due') break;
          const running = started(state, 'object', NOW);
          state = end === 'lost' ? lost(running, NOW) : ended(running, end, NOW, 0.5);
          if (end === 'lost' || end.kind === 'failed') counted += 1;
          if (state.kind === 'dead') expect(counted).toBe(MAX_DELIVERY_ATTEMPTS);
          if (state.kind === 'due') expect(state.attempts).toBe(counted);
        }
        expect(counted).toBeLessThanOrEqual(MAX_DELIVERY_ATTEMPTS);
      }),
    );
  });

  it('is over once it is handled or nobody wants it, and no attempt is lost on a subscriber that takes nothing', () => {
    const running = started({ kind: 'due', at: NOW, attempts: 3 }, 'object', NOW);
    expect(ended(running, { kind: 'handled' }, NOW, 0)).toEqual({ kind: 'done' });
    expect(ended(running, { kind: 'unwanted' }, NOW, 0)).toEqual({ kind: 'done' });
    expect(ended(running, { kind: 'not-taken' }, NOW, 0)).toEqual({ kind: 'due', at: NOW, attempts: 3 });
  });

  it('has a time only with a queue: what the object does itself ends with it', () => {
    const due = { kind: 'due', at: NOW, attempts: 0 } as const;
    expect(started(due, 'object', NOW).until).toBe(Number.MAX_SAFE_INTEGER);
    expect(started(due, 'queue', NOW).until).toBeGreaterThan(NOW + 15 * 60_000);
  });
});

describe('the waits', () => {
  it('2: are between half of the time and all of it, and the time doubles up to a minute', () => {
    const random = fc.double({ min: 0, max: 0.999_999, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_DELIVERY_ATTEMPTS }), random, (attempts, share) => {
        const whole = retryDelayMs(attempts, 0);
        expect(whole).toBe(Math.min(500 * 2 ** (attempts - 1), 60_000));
        expect(retryDelayMs(attempts, share)).toBeGreaterThanOrEqual(whole / 2);
        expect(retryDelayMs(attempts, share)).toBeLessThanOrEqual(whole);
        expect(pauseMs(attempts, share)).toBeLessThanOrEqual(15_000);
      }),
    );
  });
});
