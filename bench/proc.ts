/**
 * What `/proc` says of the processes that this process started, and those that they started: processor time and memory.
 * Nothing where there is no `/proc`.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface StartedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Processor time since its start, user and system together. */
  readonly cpuMs: number;
}

/** Linux counts in ticks of 1/100 s, whatever the kernel's own clock does (`USER_HZ`, proc(5)). */
const TICK_MS = 10;

/** Our children and all below them; empty where the system does not tell. */
export function startedProcesses(): readonly StartedProcess[] {
  const all = pids().flatMap((pid) => readStat(pid) ?? []);
  const found: StartedProcess[] = [];
  let parents = new Set([process.pid]);
  while (parents.size > 0) {
    const children = all.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map(({ pid }) => pid));
  }
  return found;
}

/**
 * Processor time of all of them. Next to requests per second it is the steadier figure: it does not count the time in
 * which the machine did something else. Undefined where the system does not tell.
 */
export function startedCpuMs(): number | undefined {
  const started = startedProcesses();
  return started.length === 0 ? undefined : started.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/**
 * Milliseconds that the first thread of our workerd was running, which is the one that runs Workers; undefined where the
 * system does not tell. Far finer than ticks, and it leaves out the threads that compile and collect garbage.
 */
export function workerdThreadMs(): number | undefined {
  try {
    // proc(5): nanoseconds on the processor, nanoseconds waiting for one, turns.
    return Number(readFileSync(`/proc/${workerdPid()}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}

/** The one workerd that runs under this process. */
export function workerdPid(): number {
  const [workerd, another] = startedProcesses().filter(({ name }) => name === 'workerd');
  if (workerd === undefined || another !== undefined) throw new Error('there is not exactly one workerd in /proc');
  return workerd.pid;
}

/** Memory of a process that is in RAM, in bytes. */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error(`the system does not tell the memory of process ${pid}`);
  return Number(kilobytes) * 1024;
}

function pids(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Undefined for a process that has ended since. */
function readStat(pid: string): StartedProcess | undefined {
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/.exec(statOf(pid)) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  // After the name: state (field 3), parent (4), …, utime (14), stime (15).
  const fields = rest.split(' ').map(Number);
  const [, parent = 0] = fields;
  return { pid: Number(pid), parent, name, cpuMs: ((fields[11] ?? 0) + (fields[12] ?? 0)) * TICK_MS };
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').trimEnd();
  } catch {
    return '';
  }
}
