/** `npm run bench`: measures the platform against plain workerd on this machine, and prints tables. It judges nothing. */
import { cpus, loadavg } from 'node:os';
import { buildExamples } from '../scripts/examples.ts';
import { step } from '../scripts/local/progress.ts';
import { measureCalls } from './calls.ts';
import { measureCapabilities } from './capabilities.ts';
import { measureCold } from './cold.ts';
import { type BenchEdge, type EdgeSettings, startBenchEdge } from './edge.ts';
import { measureFresh } from './fresh.ts';
import { measureHostile } from './hostile.ts';
import { measureMemory } from './memory.ts';
import { measureMeter } from './meter.ts';
import { type BenchOptions, type Part, parseBenchOptions, USAGE } from './options.ts';
import { measurePeers } from './peers.ts';
import { measureProcesses } from './processes.ts';
import { measureSnapshots } from './snapshot.ts';
import { measureUploads } from './upload.ts';
import { measureWhere } from './where.ts';

/** Starts from nothing, so that no part depends on what ran before it, and answers its tables. */
type Run = (options: BenchOptions) => Promise<string>;

const RUNS: Readonly<Record<Part, Run>> = {
  calls: onEdge(measureCalls),
  fresh: onEdge(measureFresh, { workers: ['platform', 'platform-warm', 'platform-new'] }),
  peers: onEdge(measurePeers, { workers: ['platform', 'plain'] }),
  upload: onEdge(measureUploads, { workers: ['platform', 'store'] }),
  cold: measureCold,
  where: onEdge(measureWhere),
  memory: measureMemory,
  processes: measureProcesses,
  meter: measureMeter,
  snapshot: measureSnapshots,
  hostile: onEdge(measureHostile, { workers: ['platform'] }),
  capabilities: onEdge(measureCapabilities, { workers: ['platform', 'uses'] }),
};

/** A part that needs one edge, which is stopped when it is done. */
function onEdge(measure: (edge: BenchEdge, options: BenchOptions) => Promise<string>, settings?: EdgeSettings): Run {
  return async (options) => {
    const edge = await startBenchEdge(settings);
    try {
      return await measure(edge, options);
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
    try {
      console.log(`\n${await step(part, () => RUNS[part](options))}\n`);
    } catch (error) {
      // The others are still worth their time.
      console.error(error);
      process.exitCode = 1;
    }
  }
  console.log(
    `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${options.rounds} rounds of ${options.seconds} s`,
  );
}

await main();
