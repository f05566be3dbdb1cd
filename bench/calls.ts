/** Requests per second of every variant, as ratios to plain workerd of the same run. */
import { uploadSample } from './components.ts';
import type { BenchEdge } from './edge.ts';
import { table } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { measureInTurns } from './turns.ts';
import { VARIANTS, variantCase } from './variants.ts';

export const CONNECTIONS = 16;

export async function measureCalls(edge: BenchEdge, { rounds, seconds }: BenchOptions): Promise<string> {
  await uploadSample(edge.client, 'adder');
  await uploadSample(edge.client, 'hello');
  const cases = VARIANTS.map((variant) => variantCase(edge, variant));
  const measured = await measureInTurns(cases, { connections: CONNECTIONS, rounds, seconds });
  const [baseline] = measured;
  if (baseline === undefined) return '';
  return table([
    ['variant', 'req/s', 'ratio', 'goal', 'CPU µs', 'CPU ratio'],
    ...measured.map(({ case: { variant }, perSecond, cpuUs }) => [
      variant.title,
      perSecond.toFixed(0),
      (perSecond / baseline.perSecond).toFixed(3),
      variant.goal.toFixed(2),
      cpuUs?.toFixed(0) ?? '',
      cpuUs === undefined || baseline.cpuUs === undefined ? '' : (baseline.cpuUs / cpuUs).toFixed(3),
    ]),
  ]);
}
