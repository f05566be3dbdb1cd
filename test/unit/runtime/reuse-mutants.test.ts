/** The differential test fails when one mechanism of using instances again is taken out. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Guest } from '../../../functions/runtime/guest.ts';
import { built } from '../../support/build-fixtures.ts';
import { compare } from '../../support/reuse/compare.ts';
import {
  MUTANTS,
  PAGED_MUTANTS,
  restoreMechanisms,
  sampleRestores,
  WHOLE_MUTANTS,
} from '../../support/reuse/mutants.ts';
import { sequences } from '../../support/reuse/sequences.ts';
import { subject } from '../../support/reuse/subject.ts';
import { guestOf } from '../../support/run-component.ts';
import { MUTANTS as MODULE_MUTANTS, mutated } from '../../support/snapshot/mutants.ts';

const SEQUENCES = fc.sample(sequences, { seed: 1, numRuns: 60 });

const contents = new Map<number, ReturnType<typeof built>>();

/** The component with so many pages, built once. */
function contentOf(pages: number): ReturnType<typeof built> {
  const known = contents.get(pages) ?? subject(pages).then((bytes) => built(bytes));
  contents.set(pages, known);
  return known;
}

afterEach(restoreMechanisms);

async function firstDifference(reused: Guest, fresh: Guest, pages: number): Promise<string | undefined> {
  for (const sequence of SEQUENCES) {
    const { difference } = await compare({ reused, fresh, pages }, sequence);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

describe.each([
  ['copied whole', 2, { ...MUTANTS, ...WHOLE_MUTANTS }],
  ['put back page by page', 12, { ...MUTANTS, ...PAGED_MUTANTS }],
] as const)('where memory is %s, it is noticed when', (_, pages, mutants) => {
  test.each(Object.entries(mutants))('%s', { timeout: 120_000 }, async (_name, mutate) => {
    const content = await contentOf(pages);
    const [reused, fresh] = [await guestOf(content), await guestOf(content)];
    sampleRestores(false);
    mutate();
    expect(await firstDifference(reused, fresh, pages)).toBeDefined();
  });

  test.each(['global', 'table', 'tableSize'] as const)(
    'the modules lack their part of it: %s',
    { timeout: 120_000 },
    async (name) => {
      const content = await contentOf(pages);
      let changed = 0;
      const change = (core: Uint8Array) => {
        const mutant = mutated(core, MODULE_MUTANTS[name], 'all');
        if (mutant !== undefined) changed += 1;
        return mutant ?? core;
      };
      const [reused, fresh] = [await guestOf(content, change), await guestOf(content)];
      expect(changed).toBeGreaterThan(0);
      sampleRestores(false);
      expect(await firstDifference(reused, fresh, pages)).toBeDefined();
    },
  );

  test('nothing: the same sequences without a mutant', { timeout: 120_000 }, async () => {
    const content = await contentOf(pages);
    sampleRestores(false);
    expect(await firstDifference(await guestOf(content), await guestOf(content), pages)).toBeUndefined();
  });
});

test.each([
  ['nothing is restored', MUTANTS['nothing is restored'], 2],
  ['globals and tables are not restored', MUTANTS['globals and tables are not restored'], 2],
  ['memories are not restored', WHOLE_MUTANTS['memories are not restored'], 2],
  ['writes of the host are not told', PAGED_MUTANTS['writes of the host are not told'], 12],
] as const)(
  'a restore that is compared notices itself when %s, and nobody else does',
  { timeout: 60_000 },
  async (_, mutate, pages) => {
    const content = await contentOf(pages);
    const [reused, fresh] = [await guestOf(content), await guestOf(content)];
    sampleRestores(true);
    mutate?.();
    for (const sequence of SEQUENCES.slice(0, 20)) {
      const single = sequence.map((wave) => wave.slice(0, 1));
      const { difference } = await compare({ reused, fresh, pages }, single);
      if (difference !== undefined) expect(difference).toContain('did not find the instance');
    }
    expect(reused.freshBecause).toContain('an instance did not come back to its first state');
  },
);
