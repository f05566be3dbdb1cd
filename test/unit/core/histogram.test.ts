/** Latency histograms. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addDuration,
  EMPTY_HISTOGRAM,
  type Histogram,
  mergeHistograms,
  quantileMs,
} from '../../../src/core/histogram.ts';

const durations = fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });

function of(values: readonly number[]): Histogram {
  return values.reduce(addDuration, EMPTY_HISTOGRAM);
}

it('P1: a quantile is within a bucket of the true value', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 1), (values, quantile) => {
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
      const estimate = quantileMs(of(values), quantile);
      expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact * 0.1 + 0.001);
    }),
    { numRuns: 200 },
  );
});

it('P2: merging batches is the same as counting them together', () => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      expect(mergeHistograms(of(a), of(b))).toEqual(of([...a, ...b]));
    }),
    { numRuns: 100 },
  );
});

it('has no quantile without values', () => {
  expect(quantileMs(EMPTY_HISTOGRAM, 0.95)).toBe(0);
});
