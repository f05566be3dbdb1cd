/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

/** What can be measured, by the name that the command line has for it. */
export const PARTS = {
  calls: 'requests per second, from plain workerd to the real /call',
  fresh: 'restored instances against those that are only kept, and against new ones',
  peers: 'against jco serve and Extism, with a fresh instance for each request too',
  upload: 'time from an upload to the first answer',
  cold: 'a component that was never seen, and a stored one in a new process',
  where: 'where the time of one call goes',
  memory: 'memory of one live instance',
  processes: 'requests per second of one, two and four workerd',
  meter: 'what metering costs workloads, engines and the builder',
  snapshot: 'what keeping and restoring the state of core instances costs',
  hostile: "a neighbour's latency beside endless loops, and how late an end or a stop comes",
  capabilities: 'what a use of a capability costs beside a plain Worker with the binding in hand',
} as const;

export type Part = keyof typeof PARTS;

export interface BenchOptions {
  readonly parts: readonly Part[];
  /** Times that every variant has its turn. */
  readonly rounds: number;
  /** Length of one turn. */
  readonly seconds: number;
}

/** All parts then take less than twenty minutes. */
const DEFAULTS = { rounds: 9, seconds: 1.5 } as const;

const NAMES = Object.keys(PARTS) as Part[]; // an object literal's keys

export const USAGE = `Usage: npm run bench -- [PART…] [--rounds ${DEFAULTS.rounds}] [--seconds ${DEFAULTS.seconds}]

${NAMES.map((name) => `  ${name.padEnd(12)}${PARTS[name]}`).join('\n')}
  all of them when none is named`;

/** Undefined for anything that is not understood. */
export function parseBenchOptions(args: readonly string[]): BenchOptions | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { rounds: { type: 'string' }, seconds: { type: 'string' } },
      allowPositionals: true,
    });
    const parts = NAMES.filter((part) => positionals.length === 0 || positionals.includes(part));
    const known = positionals.every((name) => NAMES.some((part) => part === name));
    const rounds = Number(values.rounds ?? DEFAULTS.rounds);
    const seconds = Number(values.seconds ?? DEFAULTS.seconds);
    return known && Number.isInteger(rounds) && rounds > 0 && seconds > 0 ? { parts, rounds, seconds } : undefined;
  } catch {
    return undefined;
  }
}
