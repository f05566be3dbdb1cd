/** Calls on instances that were used before, against the same calls on fresh ones: nobody can tell which it was. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../support/reuse/compare.ts';
import { sequences } from '../../support/reuse/sequences.ts';
import { subject } from '../../support/reuse/subject.ts';
import { runnable } from '../../support/run-component.ts';

const RUNS = 100;

describe.each([
  ['copied whole', 2],
  ['put back page by page', 12],
])('a component whose memory is %s', (_, pages) => {
  test(`answers as a fresh one in ${RUNS} random sequences of calls`, { timeout: 240_000 }, async () => {
    const bytes = await subject(pages);
    const pair = { reused: await runnable(bytes), fresh: await runnable(bytes), pages };
    let [calls, restored] = [0, 0];
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const compared = await compare(pair, sequence);
        calls += compared.calls;
        restored += compared.restored;
        expect(compared.difference).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
    expect(pair.reused.freshBecause).toBeUndefined();
    expect(restored).toBeGreaterThan(calls / 4);
  });
});
