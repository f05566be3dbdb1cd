/** Guest output made safe to log. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readStdio } from '../../../durable/pool/stdio-record.ts';

it('keeps lines up to the limit and counts what it leaves out', () => {
  const batch = {
    lines: [
      { stream: 'stderr', text: 'äb' },
      { stream: 'stdout', text: 'cdefgh' },
    ],
    droppedBytes: 3,
  };
  expect(readStdio(batch, 5)).toEqual({ lines: [{ stream: 'stderr', text: 'äb' }], droppedBytes: 10, bytes: 4 });
});

it('P1: takes any value and never keeps more than the limit', () => {
  fc.assert(
    fc.property(fc.anything(), fc.integer({ min: 0, max: 64 }), (batch, limit) => {
      const { lines, droppedBytes } = readStdio({ lines: [batch, { text: batch }], droppedBytes: batch }, limit);
      const kept = lines.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length + 1, 0);
      expect(kept).toBeLessThanOrEqual(limit);
      expect(droppedBytes).toBeGreaterThanOrEqual(0);
      expect(readStdio(batch, limit).lines.length).toBeLessThanOrEqual(limit);
    }),
    { numRuns: 200 },
  );
});
