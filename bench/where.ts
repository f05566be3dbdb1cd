/** Where the time of one call goes: hop by hop with one call at a time, and stage by stage inside the isolate. */
import { artifactKey } from '../src/build/keys.ts';
import { SAMPLE_NAMES, SAMPLES, uploadSample } from './components.ts';
import type { BenchEdge } from './edge.ts';
import { table } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { measureStages, type Parts } from './stages.ts';
import { type Measured, measureInTurns } from './turns.ts';
import { VARIANTS, type VariantCase, variantCase } from './variants.ts';

/** Both tables. */
export async function measureWhere(edge: BenchEdge, { rounds, seconds }: BenchOptions): Promise<string> {
  const digests: string[] = [];
  for (const name of SAMPLE_NAMES) digests.push((await uploadSample(edge.client, name)).digest);
  const cases = VARIANTS.map((variant) => variantCase(edge, variant));
  const hops = hopsTable(await measureInTurns(cases, { connections: 1, rounds, seconds }));
  return `${hops}\n\n${await stagesTable(edge, digests, rounds)}`;
}

/** `measured` with one connection: the time between two answers is then the time of one. */
function hopsTable(measured: readonly Measured<VariantCase>[]): string {
  return table([
    ['one call at a time', 'µs', 'more than above', 'CPU µs', 'more than above'],
    ...measured.map(({ case: { variant }, perSecond, cpuUs }, index) => {
      const above = measured[index - 1];
      const us = 1e6 / perSecond;
      return [
        variant.title,
        us.toFixed(0),
        above === undefined ? '' : (us - 1e6 / above.perSecond).toFixed(0),
        cpuUs?.toFixed(0) ?? '',
        cpuUs === undefined || above?.cpuUs === undefined ? '' : (cpuUs - above.cpuUs).toFixed(0),
      ];
    }),
  ]);
}

const LABELS: Readonly<Record<keyof Parts, string>> = {
  arguments: 'JSON to arguments',
  function: 'the function, on a linked instance',
  result: 'result to JSON',
  rest: 'WASI objects, limits, timer, outcome',
  restore: 'restoring, and beginning in the first state',
  restored: 'whole call, restored instance',
  link: 'making and linking a new instance',
  new: 'whole call, new instance',
};

/** `digests` of all samples, in order. */
async function stagesTable(edge: BenchEdge, digests: readonly string[], rounds: number): Promise<string> {
  const columns: Parts[] = [];
  for (const [index, name] of SAMPLE_NAMES.entries()) {
    const { path, body } = SAMPLES[name];
    const artifact = await edge.readArtifact(artifactKey(digests[index] ?? ''));
    columns.push(await measureStages({ artifact, id: path.slice(path.lastIndexOf('/') + 1), body }, rounds));
  }
  const rows = (Object.keys(LABELS) as (keyof Parts)[]).map((part) => [
    LABELS[part],
    ...columns.map((parts) => parts[part].toFixed(1)),
  ]);
  return table([['inside the isolate, µs', ...SAMPLE_NAMES.map((name) => SAMPLES[name].title)], ...rows]);
}
