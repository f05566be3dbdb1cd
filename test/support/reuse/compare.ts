/** Runs a sequence of calls twice, on instances that are used again and on fresh ones, and says what differs. */
import { isDeepStrictEqual } from 'node:util';
import { type FinishedCall, runCall } from '../../../functions/runtime/call.ts';
import type { Guest } from '../../../functions/runtime/guest.ts';
import type { AbortReason, CallRequest } from '../../../src/isolate/protocol.ts';
import { grows, type PlannedCall, type Sequence } from './sequences.ts';

const PAGE_BYTES = 65_536;

/** The component with its instances used again, and the same with a fresh one for each call. */
export interface Pair {
  readonly reused: Guest;
  readonly fresh: Guest;
  /** Pages that an instance starts with. */
  readonly pages: number;
}

export interface Compared {
  /** The first call whose outcome is another one; undefined when all are the same. */
  readonly difference?: string;
  readonly calls: number;
  readonly restored: number;
}

/** Compares all that a caller can tell, the fuel and the guest's output included. */
export async function compare({ reused, fresh, pages }: Pair, sequence: Sequence): Promise<Compared> {
  const actual = await run(reused, sequence, pages, true);
  const expected = await run(fresh, sequence, pages, false);
  const finished = actual.flat();
  const restored = finished.filter(({ outcome }) => 'reuse' in outcome && outcome.reuse === 'restored').length;
  const counts = { calls: finished.length, restored };
  const planned = sequence.flat();
  for (const [index, call] of planned.entries()) {
    const [got, wanted] = [visible(finished[index], call), visible(expected.flat()[index], call)];
    if (isDeepStrictEqual(got, wanted)) continue;
    const difference = `call ${index}, ${JSON.stringify(call)}: ${JSON.stringify(got)} and not ${JSON.stringify(wanted)}`;
    return { difference, ...counts };
  }
  const missed = missedReuse(sequence, actual);
  return missed === undefined ? counts : { difference: missed, ...counts };
}

async function run(guest: Guest, sequence: Sequence, pages: number, reuse: boolean): Promise<FinishedCall[][]> {
  const finished: FinishedCall[][] = [];
  let tellLate: (() => void)[] = [];
  for (const wave of sequence) {
    const told = tellLate;
    tellLate = [];
    const later = tellLate;
    const running = wave.map((call) =>
      runCall(guest, requestOf(call, pages, reuse), { aborted: () => abortOf(call, later) }),
    );
    // Those of the wave before have ended, and their instances have begun with these.
    for (const tell of told) tell();
    finished.push(await Promise.all(running));
  }
  return finished;
}

function abortOf({ abort }: PlannedCall, later: (() => void)[]): Promise<AbortReason> {
  const { promise, resolve } = Promise.withResolvers<AbortReason>();
  const tell = () => resolve('killed');
  if (abort === 'at-once') tell();
  else if (abort === 'afterwards') later.push(tell);
  else if (abort !== 'never') setTimeout(tell, abort.afterMs);
  return promise;
}

function requestOf(call: PlannedCall, pages: number, reuse: boolean): CallRequest {
  const { fuel, timeoutMs, environment } = call;
  return {
    task: { kind: 'function', function: 'run', body: encode(JSON.stringify({ steps: call.steps })) },
    instance: 'test',
    environment,
    timeoutMs,
    fuel,
    memoryBytes: (pages + call.morePages) * PAGE_BYTES,
    capabilityUses: 100,
    subrequests: 10,
    reuse,
    maxIdle: 64,
    maxResponseBytes: 10_000_000,
  };
}

function encode(text: string): ArrayBuffer {
  return new TextEncoder().encode(text).buffer as ArrayBuffer; // encode() makes a buffer of its own, never a shared one
}

/** What a caller sees of a call, without what tells of the isolate. */
function visible(finished: FinishedCall | undefined, { compared }: PlannedCall): unknown {
  if (finished === undefined || compared === 'nothing') return undefined;
  const {
    pages: _pages,
    instances: _instances,
    callPages: _callPages,
    reuse: _reuse,
    reuseReason: _reason,
    ...outcome
  } = { ...spare, ...finished.outcome };
  const { output } = finished;
  return { outcome, output };
}

/** Every outcome may have these. */
const spare = { pages: 0, instances: 0, reuse: 'fresh', reuseReason: '' };

/** An instance that ended its call as its guest wanted, and did not grow, must be there for the next wave. */
function missedReuse(sequence: Sequence, finished: readonly (readonly FinishedCall[])[]): string | undefined {
  for (const [number, wave] of sequence.entries()) {
    const next = sequence[number + 1]?.[0];
    const isKept = wave.some((call, index) => {
      const kind = finished[number]?.[index]?.outcome.kind;
      return (kind === 'ok' || kind === 'err') && !grows(call);
    });
    const outcome = finished[number + 1]?.[0]?.outcome;
    if (!isKept || next === undefined || next.morePages < 0 || outcome === undefined) continue;
    if (!('reuse' in outcome) || outcome.reuse !== 'restored') return `wave ${number + 1} did not find the instance`;
  }
  return undefined;
}
