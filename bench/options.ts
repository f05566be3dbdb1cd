/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

export const PARTS = ['calls', 'upload', 'where', 'meter', 'hostile'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly parts: readonly Part[];
  /** Times that every variant has its turn. */
  readonly rounds: number;
  /** Length of one turn. */
  readonly seconds: number;
}

const DEFAULTS = { rounds: 9, seconds: 2 } as const;

export const USAGE = `Usage: npm run bench -- [${PARTS.join('] [')}] [--rounds ${DEFAULTS.rounds}] [--seconds ${DEFAULTS.seconds}]

  calls      requests per second, from plain workerd to the real /call
  upload     time from an upload to the first answer
  where      where the time of one call goes
  meter      what metering costs workloads, engines and the builder
  hostile    a neighbour's latency beside endless loops, and how late an end or a stop comes
  all of them when none is named`;

/** Undefined for anything that is not understood. */
export function parseBenchOptions(args: readonly string[]): BenchOptions | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { rounds: { type: 'string' }, seconds: { type: 'string' } },
      allowPositionals: true,
    });
    const parts = PARTS.filter((part) => positionals.length === 0 || positionals.includes(part));
    const known = positionals.every((name) => PARTS.some((part) => part === name));
    const rounds = Number(values.rounds ?? DEFAULTS.rounds);
    const seconds = Number(values.seconds ?? DEFAULTS.seconds);
    return known && Number.isInteger(rounds) && rounds > 0 && seconds > 0 ? { parts, rounds, seconds } : undefined;
  } catch {
    return undefined;
  }
}
