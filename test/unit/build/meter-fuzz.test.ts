/** The meter on modules that nobody wrote: binaryen's fuzzer with fixed seeds. `METER_FUZZ=500` runs the long form. */
import { expect, test } from 'vitest';
import { compareMetered, fuzzedModule } from '../../support/meter/fuzz.ts';

const SEEDS = Number(process.env['METER_FUZZ'] ?? 30);
const FIRST_SEED = Number(process.env['METER_FUZZ_FROM'] ?? 1);
const AT_ONCE = 2;

test(`P1: ${SEEDS} fuzzed modules answer, trap and end in the same state as before, and pay for all that they do`, {
  timeout: SEEDS * 10_000,
}, async () => {
  const failures: string[] = [];
  const total = { calls: 0, returned: 0, fuel: 0, exact: 0, allowed: 0, refused: 0 };
  let next = FIRST_SEED;
  const worker = async (): Promise<void> => {
    while (next < FIRST_SEED + SEEDS) {
      const seed = next++;
      const { problems, ...counts } = compareMetered(await fuzzedModule(seed, { grows: true }));
      failures.push(...problems.map((problem) => `seed ${seed}: ${problem}`));
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counts[key]; // the keys of total
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (process.env['METER_FUZZ'] !== undefined) console.log(JSON.stringify(total));
  expect(failures).toEqual([]);
  // The comparison is worth something only if most calls do something.
  expect(total.returned).toBeGreaterThan(SEEDS);
  expect(total.exact).toBeGreaterThan(SEEDS * 10);
  expect(Math.min(total.allowed, total.refused)).toBeGreaterThan(SEEDS);
});
