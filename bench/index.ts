/** `npm run bench`: measures the platform against plain workerd on this machine, and prints tables. It judges nothing. */
import { cpus, loadavg } from 'node:os';
import { buildExamples } from '../scripts/examples.ts';
import { step } from '../scripts/local/progress.ts';
import { callsTable, measureCalls } from './calls.ts';
import { uploadExample } from './components.ts';
import { type BenchEdge, startBenchEdge } from './edge.ts';
import { measureHostile } from './hostile.ts';
import { measureMeter } from './meter.ts';
import { type BenchOptions, type Part, parseBenchOptions, USAGE } from './options.ts';
import { measureUploads } from './upload.ts';
import { hopsTable } from './where.ts';

type Run = (options: BenchOptions) => Promise<string>;

const RUNS: Readonly<Record<Part, Run>> = {
  calls: onEdge(async (edge, { rounds, seconds }) => {
    await uploadExample(edge, 'adder');
    await uploadExample(edge, 'hello');
    return callsTable(await measureCalls(edge, { connections: 16, rounds, seconds }));
  }),
  upload: onEdge(measureUploads),
  where: onEdge(async (edge, { rounds, seconds }) => {
    await uploadExample(edge, 'adder');
    await uploadExample(edge, 'hello');
    return hopsTable(await measureCalls(edge, { connections: 1, rounds, seconds }));
  }),
  meter: measureMeter,
  hostile: onEdge(measureHostile),
};

/** Each part starts from nothing, so that none depends on what ran before it. */
function onEdge(run: (edge: BenchEdge, options: BenchOptions) => Promise<string>): Run {
  return async (options) => {
    const edge = await startBenchEdge();
    try {
      return await run(edge, options);
    } finally {
      await edge.stop();
    }
  };
}

async function main(): Promise<void> {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options === undefined) {
    console.error(USAGE);
    process.exit(2);
  }
  await step('examples', buildExamples);
  for (const part of options.parts) {
    const text = await step(part, () => RUNS[part](options));
    console.log(`\n${text}\n`);
  }
  console.log(
    `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${options.rounds} rounds of ${options.seconds} s`,
  );
}

await main();
