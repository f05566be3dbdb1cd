/**
 * What a small instance takes: how much more memory workerd has with every call that is held open, in a guest that waits;
 * and the time of a call that does not wait, of which the start of its instance is a part.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assemble } from '../scripts/local/componentize.ts';
import type { Answer } from '../test/support/edge-client.ts';
import { callMs } from './clock.ts';
import { upload } from './components.ts';
import { type BenchEdge, startBenchEdge } from './edge.ts';
import { mean, median, slope, table } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { residentBytes, workerdPid } from './proc.ts';

/** Calls that are open at once, step by step. */
const STEPS = [0, 1, 2, 4, 8, 16, 32, 64] as const;
const GOAL_KB = 500;
const GOAL_START_MS = 1;

/** How long the guests wait: longer than all steps take; they end with the process. */
const WAIT_MS = 60_000;

const POLICY = `version: "1.0"
access: public
resources:
  limits: { memory: 1Mi, timeout: 120s }
  pool: { maxConcurrent: 64 }`;

/** Calls that end at once, one after the other: what the code itself takes is there before the first step. */
const WARM_UP_CALLS = 300;
/** The last of them, which are timed. */
const TIMED_CALLS = 200;

interface Round {
  /** Mean time of a call that ends at once, without gateway and network. */
  readonly callMs: number;
  /** Bytes of workerd at each step. */
  readonly resident: readonly number[];
}

/** Memory counts once it has not grown by more than a page of the system for this long. */
const QUIET_MS = 500;
const QUIET_TIMEOUT_MS = 10_000;
const PAGE_BYTES = 4_096;

/** More would take minutes: each starts a process. */
const MAX_ROUNDS = 5;

/** Each round is a process of its own: one that had instances before has room for more. */
export async function measureMemory(options: BenchOptions): Promise<string> {
  const component = await assemble(await readFile(join(import.meta.dirname, 'guests/waiter.wat'), 'utf8'));
  const found: Round[] = [];
  for (let round = 0; round < Math.min(options.rounds, MAX_ROUNDS); round += 1) {
    const edge = await startBenchEdge({ workers: ['platform'] });
    try {
      await upload(edge.client, 'waiter', component, POLICY);
      found.push({ callMs: await timeOfCall(edge), resident: await residentAtSteps(edge) });
    } finally {
      await edge.stop();
    }
  }
  const perInstance = found.map(({ resident }) => slope(STEPS, resident) / 1_000);
  const grown = (index: number) =>
    median(found.map(({ resident }) => ((resident[index] ?? 0) - (resident[0] ?? 0)) / 1e6));
  return [
    table([
      ['instances that live', ...STEPS.slice(1).map(String)],
      ['MB more than with none', ...STEPS.slice(1).map((_, index) => grown(index + 1).toFixed(1))],
    ]),
    `KB for each: ${median(perInstance).toFixed(0)} (goal: under ${GOAL_KB}), of which its memory is 66`,
    `ms of a call that does nothing, in its shard's hands: ${median(found.map((each) => each.callMs)).toFixed(2)} (goal for the start: under ${GOAL_START_MS})`,
  ].join('\n');
}

async function timeOfCall(edge: BenchEdge): Promise<number> {
  const took: number[] = [];
  for (let call = 0; call < WARM_UP_CALLS; call += 1) took.push(callMs(await wait(edge, 0)));
  return mean(took.slice(-TIMED_CALLS));
}

async function residentAtSteps(edge: BenchEdge): Promise<readonly number[]> {
  const pid = workerdPid();
  const resident: number[] = [];
  let open = 0;
  let lost: unknown;
  for (const step of STEPS) {
    for (; open < step; open += 1) {
      // Still open when the process ends: only an earlier end is a failure.
      wait(edge, WAIT_MS).then(
        () => {
          lost ??= new Error('a call ended that was to stay open');
        },
        () => undefined,
      );
    }
    await executing(edge, step);
    resident.push(await quiet(pid));
    if (lost !== undefined) throw lost;
  }
  return resident;
}

async function wait({ client }: BenchEdge, ms: number): Promise<Answer> {
  const answer = await client.request('POST', '/call/waiter/wait', { body: `{"ms":${ms}}`, token: null });
  if (answer.status !== 200) throw new Error(`the call was answered with ${answer.status}: ${answer.text}`);
  return answer;
}

/** Resolves when that many calls run. */
async function executing({ client }: BenchEdge, expected: number): Promise<void> {
  const deadline = performance.now() + QUIET_TIMEOUT_MS;
  for (;;) {
    const { json } = await client.get('/v1/components/waiter/status');
    const { instances } = json as { instances: { executing: number } }; // the shape of a status
    if (instances.executing === expected) return;
    if (performance.now() > deadline) throw new Error(`${instances.executing} calls run instead of ${expected}`);
    await sleep(QUIET_MS / 10);
  }
}

/** Memory of the process once it stands still. */
async function quiet(pid: number): Promise<number> {
  const deadline = performance.now() + QUIET_TIMEOUT_MS;
  let last = residentBytes(pid);
  while (performance.now() < deadline) {
    await sleep(QUIET_MS);
    const now = residentBytes(pid);
    if (Math.abs(now - last) <= PAGE_BYTES) return now;
    last = now;
  }
  return last;
}
