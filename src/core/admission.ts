/** Pure decision: may a call run now, must it wait, or is it refused? */

export interface Load {
  readonly executing: number;
  readonly queued: number;
}

export interface Capacity {
  readonly maxConcurrent: number;
  readonly maxQueue: number;
}

export type Admission = 'run' | 'wait' | 'refuse';

/** Whoever comes while others wait, waits too: the queue is served in order. */
export function admit({ executing, queued }: Load, { maxConcurrent, maxQueue }: Capacity): Admission {
  if (executing < maxConcurrent && queued === 0) return 'run';
  return queued < maxQueue ? 'wait' : 'refuse';
}
