/** Snapshots of modules that nobody wrote: binaryen's fuzzer with fixed seeds. `SNAPSHOT_FUZZ=500` runs the long form. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../support/component-fixtures.ts';
import { fuzzedModule } from '../../support/meter/fuzz.ts';
import { compareFuzzed, SNAPSHOT_FUZZ_FEATURES } from '../../support/snapshot/fuzz.ts';

const SEEDS = Number(process.env['SNAPSHOT_FUZZ'] ?? 30);
const FIRST_SEED = Number(process.env['SNAPSHOT_FUZZ_FROM'] ?? 10_001);
const AT_ONCE = 2;

test(`P1: on ${SEEDS} fuzzed modules, a restored instance answers and changes as a fresh one does`, {
  timeout: SEEDS * 10_000,
}, async () => {
  const failures: string[] = [];
  const total = { refused: 0, calls: 0, restored: 0, changed: 0, thrownAway: 0 };
  let next = FIRST_SEED;
  const worker = async (): Promise<void> => {
    while (next < FIRST_SEED + SEEDS) {
      const seed = next++;
      const module = await fuzzedModule(seed, { features: SNAPSHOT_FUZZ_FEATURES });
      const { problems, ...counts } = compareFuzzed(module, seededRandom(seed));
      failures.push(...problems.map((problem) => `seed ${seed}: ${problem}`));
      for (const key of ['refused', 'calls', 'restored', 'changed', 'thrownAway'] as const) total[key] += counts[key];
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (process.env['SNAPSHOT_FUZZ'] !== undefined) console.log(JSON.stringify(total));
  expect(failures).toEqual([]);
  // The comparison is worth something only if most restores put something back.
  expect(total.restored).toBeGreaterThan(SEEDS);
  expect(total.changed).toBeGreaterThan(SEEDS);
});
