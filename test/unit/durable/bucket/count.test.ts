/** Counts in buckets: decimal text, 64 bits with a sign. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToCount } from '../../../../durable/bucket/count.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder().decode(value);
const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];
const s64 = fc.bigInt({ min: LEAST, max: MOST });

describe('a count', () => {
  it('starts at 0', () => {
    expect(addToCount(undefined, -3n, LEAST)).toEqual({ ok: true, value: { sum: -3n, value: bytes('-3') } });
  });

  it.each([
    '',
    'x',
    '1.0',
    '1e3',
    '+1',
    ' 1',
    '1 ',
    '0x10',
    '--1',
    '9223372036854775808',
    '-9223372036854775809',
    '1\0',
  ])('is not %j', (value) => {
    expect(addToCount(bytes(value), 1n, LEAST)).toEqual({ ok: false, error: 'not-a-count' });
  });

  it('is not text that is no UTF-8', () => {
    expect(addToCount(Uint8Array.of(0xff), 1n, LEAST)).toEqual({ ok: false, error: 'not-a-count' });
  });

  it('property 1: is the sum, or stays as it is where that does not fit', () => {
    fc.assert(
      fc.property(s64, s64, s64, (count, delta, least) => {
        const added = addToCount(bytes(String(count)), delta, least);
        const sum = count + delta;
        if (sum > MOST || sum < LEAST || sum < least) expect(added).toEqual({ ok: false, error: 'count-out-of-range' });
        else expect(added.ok && [added.value.sum, text(added.value.value)]).toEqual([sum, String(sum)]);
      }),
      { numRuns: 500 },
    );
  });
});
