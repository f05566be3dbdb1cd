/** Requests per second of every variant, as ratios to plain workerd of the same run. */
import type { BenchEdge } from './edge.ts';
import { drive, type Throughput } from './load.ts';
import { median, table } from './numbers.ts';
import { targetOf, VARIANTS, type Variant } from './variants.ts';

export interface Measured {
  readonly variant: Variant;
  readonly perSecond: number;
  readonly cpuUs: number | undefined;
}

export interface Turns {
  readonly connections: number;
  readonly rounds: number;
  /** Length of one turn. */
  readonly seconds: number;
}

const WARM_UP_SECONDS = 1;

/** Variants take turns, in alternating order, so that what else the machine does meets all of them alike. */
export async function measureCalls(edge: BenchEdge, { rounds, ...load }: Turns): Promise<readonly Measured[]> {
  for (const variant of VARIANTS) await drive(targetOf(edge, variant), { ...load, seconds: WARM_UP_SECONDS });
  const turns = new Map<Variant, Throughput[]>(VARIANTS.map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of round % 2 === 0 ? VARIANTS : VARIANTS.toReversed()) {
      turns.get(variant)?.push(await drive(targetOf(edge, variant), load));
    }
  }
  return VARIANTS.map((variant) => {
    const measured = turns.get(variant) ?? [];
    const cpu = measured.flatMap(({ cpuUs }) => cpuUs ?? []);
    return {
      variant,
      perSecond: median(measured.map(({ perSecond }) => perSecond)),
      cpuUs: cpu.length === 0 ? undefined : median(cpu),
    };
  });
}

export function callsTable(measured: readonly Measured[]): string {
  const [baseline] = measured;
  if (baseline === undefined) return '';
  return table([
    ['variant', 'req/s', 'ratio', 'goal', 'CPU µs', 'CPU ratio'],
    ...measured.map(({ variant, perSecond, cpuUs }) => [
      variant.title,
      perSecond.toFixed(0),
      (perSecond / baseline.perSecond).toFixed(3),
      variant.goal.toFixed(2),
      cpuUs?.toFixed(0) ?? '',
      cpuUs === undefined || baseline.cpuUs === undefined ? '' : (baseline.cpuUs / cpuUs).toFixed(3),
    ]),
  ]);
}
