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

/**
 * Milliseconds that the first thread of these processes was running, which is the one that runs Workers; undefined where
 * the system does not say. Far finer than ticks, and it leaves out the threads that compile and collect garbage.
 */
export function workerdThreadMs(): number | undefined {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && fieldsOf(name) !== undefined);
    // proc(5): nanoseconds on the processor, nanoseconds waiting for one, turns.
    const times = pids.map((pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]));
    const total = times.reduce((sum, each) => sum + each, 0) / 1e6;
    return total > 0 ? total : undefined;
  } catch {
    return undefined;
  }
}

/** Zero for every process that is not a workerd of ours. */
function ticksOf(pid: string): number {
  const fields = fieldsOf(pid);
  return (fields?.[11] ?? 0) + (fields?.[12] ?? 0);
}

/** What stands after the name: state (field 3), parent (4), …, utime (14), stime (15). Undefined for other processes. */
function fieldsOf(pid: string): number[] | undefined {
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/.exec(statOf(pid)) ?? [];
  if (name !== 'workerd' || rest === undefined) return undefined;
  const fields = rest.split(' ').map(Number);
  return fields[1] === process.pid ? fields : undefined;
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').trimEnd();
  } catch {
    return ''; // it has ended since
  }
}
