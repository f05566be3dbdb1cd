/** Memory of workerd processes, read from `/proc`. */
import { readdirSync, readFileSync } from 'node:fs';

const KIB = 1024;

/** Every workerd that this process, or a descendant of it, has started. */
export function workerdsOfOurs(): ReadonlySet<number> {
  const processes = readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : [],
  );
  const ours = new Set([process.pid]);
  // Parents may come after their children in the list.
  for (let found = 0; found < ours.size; ) {
    found = ours.size;
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid);
  }
  return new Set(processes.filter(({ pid, name }) => name === 'workerd' && ours.has(pid)).map(({ pid }) => pid));
}

/** Resident memory in bytes; throws when the process is gone. */
export function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * KIB;
}

function readProcess(
  pid: number,
): { readonly pid: number; readonly name: string; readonly parent: number } | undefined {
  try {
    const [, name = '', parent] = /^\d+ \((.*)\) \S+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { pid, name, parent: Number(parent) };
  } catch {
    return undefined; // it has ended since
  }
}
