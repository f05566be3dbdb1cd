/** What a call costs that nothing is ready for: a component that was never seen, and a stored one in a new process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withNote } from '../test/support/examples.ts';
import { callMs, timed } from './clock.ts';
import { SAMPLE_NAMES, SAMPLES, type SampleName, upload, uploadSample } from './components.ts';
import { type BenchEdge, startBenchEdge } from './edge.ts';
import { median, table } from './numbers.ts';
import type { BenchOptions } from './options.ts';

/** Milliseconds, seen by the client. */
interface FirstCall {
  /** From the request to the answer. */
  readonly first: number;
  /** The part of `first` in the shard's hands (`server-timing`): loading the isolate, the instance, the function. */
  readonly isolate: number;
  /** The call after it. */
  readonly next: number;
}

interface NeverSeen extends FirstCall {
  readonly upload: number;
}

interface Restarted extends FirstCall {
  /** The first request at all, for `/healthz`: the start of the Worker itself. */
  readonly gateway: number;
}

/** More would take minutes: each builds or starts everything again. */
const MAX_ROUNDS = 5;

export async function measureCold(options: BenchOptions): Promise<string> {
  const rounds = Math.min(options.rounds, MAX_ROUNDS);
  return `${await neverSeen(rounds)}\n\n${await restarted(rounds)}`;
}

/** New bytes under a new name each time, in a process that has built others before. */
async function neverSeen(rounds: number): Promise<string> {
  const edge = await startBenchEdge({ workers: ['platform'] });
  try {
    const found = new Map<SampleName, NeverSeen[]>(SAMPLE_NAMES.map((name) => [name, []]));
    // The first round is not counted: it includes the start of the builder.
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of SAMPLE_NAMES) {
        const bytes = withNote(await SAMPLES[name].bytes(), `cold-${round}`);
        const own = `${name}-${round}`;
        const policy = await SAMPLES[name].policy();
        const { ms } = await timed(() => upload(edge.client, own, bytes, policy));
        const call = await firstCall(edge, SAMPLES[name].path.replace(name, own), SAMPLES[name].body);
        if (round > 0) found.get(name)?.push({ upload: ms, ...call });
      }
    }
    return table([
      ['never seen, ms', 'upload', 'first call', 'of it isolate', 'to the first answer', 'next call'],
      ...SAMPLE_NAMES.map((name) => {
        const of = (pick: (each: NeverSeen) => number) => median((found.get(name) ?? []).map(pick)).toFixed(0);
        return [
          SAMPLES[name].title,
          of((each) => each.upload),
          of(({ first }) => first),
          of(({ isolate }) => isolate),
          of((each) => each.upload + each.first),
          of(({ next }) => next),
        ];
      }),
    ]);
  } finally {
    await edge.stop();
  }
}

/** One new process for each sample of each component, so that each finds everything cold. */
async function restarted(rounds: number): Promise<string> {
  const stateDir = await mkdtemp(join(tmpdir(), 'skerry-bench-'));
  try {
    await onEdge(stateDir, async (edge) => {
      for (const name of SAMPLE_NAMES) await uploadSample(edge.client, name);
    });
    const found = new Map<SampleName, Restarted[]>(SAMPLE_NAMES.map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const name of SAMPLE_NAMES) {
        await onEdge(stateDir, async (edge) => {
          const { ms } = await timed(() => edge.client.get('/healthz'));
          found.get(name)?.push({ gateway: ms, ...(await firstCall(edge, SAMPLES[name].path, SAMPLES[name].body)) });
        });
      }
    }
    return table([
      ['stored, new process, ms', 'Worker', 'first call', 'of it isolate', 'next call'],
      ...SAMPLE_NAMES.map((name) => {
        const of = (pick: (each: Restarted) => number) => median((found.get(name) ?? []).map(pick)).toFixed(0);
        return [
          SAMPLES[name].title,
          of((each) => each.gateway),
          of(({ first }) => first),
          of(({ isolate }) => isolate),
          of(({ next }) => next),
        ];
      }),
    ]);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function onEdge(stateDir: string, work: (edge: BenchEdge) => Promise<void>): Promise<void> {
  const edge = await startBenchEdge({ workers: ['platform'], stateDir });
  try {
    await work(edge);
  } finally {
    await edge.stop();
  }
}

async function firstCall(edge: BenchEdge, path: string, body: string): Promise<FirstCall> {
  const call = () => timed(() => edge.client.request('POST', path, { body, token: null }));
  const first = await call();
  const next = await call();
  for (const { value } of [first, next])
    if (value.status !== 200) throw new Error(`${path} answered ${value.status}: ${value.text}`);
  return { first: first.ms, isolate: callMs(first.value), next: next.ms };
}
