/**
 * Processor time of the workerd processes that this process started. Next to requests per second it is the steadier
 * figure: it does not count the time in which the machine did something else.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of 1/100 s, whatever the kernel's own clock does (`USER_HZ`, proc(5)). */
const TICK_MS = 10;

/** Milliseconds since the processes started, user and system together; undefined where there is no `/proc`. */
export function workerdCpuMs(): number | undefined {
  try {
    const ticks = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => ticksOf(pid));
    return ticks.reduce((sum, each) => sum + each, 0) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** Zero for every process that is not a workerd of ours. */
function ticksOf(pid: string): number {
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/.exec(statOf(pid)) ?? [];
  if (name !== 'workerd' || rest === undefined) return 0;
  // After the name: state (field 3), parent (4), …, utime (14), stime (15).
  const fields = rest.split(' ').map(Number);
  return fields[1] === process.pid ? (fields[11] ?? 0) + (fields[12] ?? 0) : 0;
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').trimEnd();
  } catch {
    return ''; // it has ended since
  }
}
