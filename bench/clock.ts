/** Times: of what is awaited, and what an answer of the platform says about itself. */
import type { Answer } from '../test/support/edge-client.ts';

export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const started = performance.now();
  const value = await work();
  return { value, ms: performance.now() - started };
}

/** Milliseconds that a call was in its shard's hands: the isolate, the instance and the function. The clock has whole ones. */
export function callMs({ headers }: Answer): number {
  const [, ms] = /call;dur=([\d.]+)/.exec(headers.get('server-timing') ?? '') ?? [];
  if (ms === undefined) throw new Error('the answer has no server-timing');
  return Number(ms);
}
