/** How the calls per second grow with the number of workerd processes, among which the client shares its connections. */
import { availableParallelism } from 'node:os';
import { CONNECTIONS } from './calls.ts';
import { SAMPLES, type SampleName, uploadSample } from './components.ts';
import { type BenchEdge, startBenchEdge } from './edge.ts';
import { table } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { type Measured, measureInTurns } from './turns.ts';

/** Numbers of processes; `CONNECTIONS` can be shared equally among each. */
const COUNTS = [1, 2, 4] as const;
const MEASURED: readonly SampleName[] = ['adder', 'hello'];

export async function measureProcesses({ rounds, seconds }: BenchOptions): Promise<string> {
  const edges: BenchEdge[] = [];
  try {
    while (edges.length < Math.max(...COUNTS)) edges.push(await loadedEdge());
    const cases = MEASURED.flatMap((sample) => COUNTS.map((count) => caseOf(sample, edges.slice(0, count))));
    return report(await measureInTurns(cases, { connections: CONNECTIONS, rounds, seconds }));
  } finally {
    for (const edge of edges) await edge.stop();
  }
}

/** Each has its own state, port and process. */
async function loadedEdge(): Promise<BenchEdge> {
  const edge = await startBenchEdge({ workers: ['platform'] });
  for (const name of MEASURED) await uploadSample(edge.client, name);
  return edge;
}

function caseOf(sample: SampleName, edges: readonly BenchEdge[]) {
  const { path, body } = SAMPLES[sample];
  return { sample, count: edges.length, target: { urls: edges.map((edge) => `${edge.url('platform')}${path}`), body } };
}

function report(measured: readonly Measured<ReturnType<typeof caseOf>>[]): string {
  const find = (sample: SampleName, count: number) =>
    measured.find((each) => each.case.sample === sample && each.case.count === count);
  return table([
    [`processes on ${availableParallelism()} cores, the client on one of them`, 'req/s', 'times one process', 'CPU µs'],
    ...measured.map(({ case: { sample, count }, perSecond, cpuUs }) => [
      `${SAMPLES[sample].title}, ${count}`,
      perSecond.toFixed(0),
      (perSecond / (find(sample, 1)?.perSecond ?? Number.NaN)).toFixed(2),
      cpuUs?.toFixed(0) ?? '',
    ]),
  ]);
}
