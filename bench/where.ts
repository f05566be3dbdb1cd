/** Where the time of one call goes: hop by hop with one call at a time, and stage by stage inside the isolate. */
import { artifactKey } from '../src/build/keys.ts';
import type { Measured } from './calls.ts';
import type { BenchEdge } from './edge.ts';
import { table } from './numbers.ts';
import { measureStages, type Parts } from './stages.ts';

/** `measured` with one connection: the time between two answers is then the time of one. */
export function hopsTable(measured: readonly Measured[]): string {
  return table([
    ['one call at a time', 'µs', 'more than above', 'CPU µs', 'more than above'],
    ...measured.map(({ variant, perSecond, cpuUs }, index) => {
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

export interface Examples {
  /** Digests of what was uploaded. */
  readonly adder: string;
  readonly hello: string;
}

const LABELS: Readonly<Record<keyof Parts, string>> = {
  arguments: 'JSON to arguments',
  glue: "closures of jco's glue",
  cores: 'core instances',
  guest: "the function, through jco's glue",
  result: 'result to JSON',
  rest: 'WASI objects, fuel, timer, outcome',
  whole: 'whole call',
};

export async function stagesTable(edge: BenchEdge, { adder, hello }: Examples, rounds: number): Promise<string> {
  const artifact = (digest: string) => edge.readArtifact(artifactKey(digest));
  const wat = await measureStages({ artifact: await artifact(adder), id: 'add', body: '{"a":2,"b":40}' }, rounds);
  const qjs = await measureStages({ artifact: await artifact(hello), id: 'greet', body: '{"name":"world"}' }, rounds);
  const rows = (Object.keys(LABELS) as (keyof Parts)[]).map((part) => [
    LABELS[part],
    wat[part].toFixed(1),
    qjs[part].toFixed(1),
  ]);
  return table([['inside the isolate, µs', 'WAT', 'QuickJS'], ...rows]);
}
