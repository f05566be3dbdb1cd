/** How builds take turns, and whose fault a lost isolate is. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BuilderPool } from '../../../src/build/builder-pool.ts';
import type { BuilderAnswer, BuilderEntrypoint, Built } from '../../../src/build/builder-protocol.ts';
import { DIGEST } from '../../support/build-fixtures.ts';

const OPTIONS = { digest: DIGEST, maxBytes: 100, initialFuel: 100 };
const REFUSED: BuilderAnswer = { kind: 'refused', failure: { stage: 'decode', reason: 'no' } };
// A cast: nothing here looks at the manifest.
const BUILT = { kind: 'built', bytes: 0, artifact: new ReadableStream(), manifest: {} } as unknown as BuilderAnswer;
const LIMITS = { timeoutMs: 1_000, waitMs: 500 };

const never = () => new Promise<never>(() => {});
const dies = () => Promise.reject(new Error('out of memory'));
const answers = (answer: BuilderAnswer) => async () => answer;

/** Starts isolates that answer one after the other as listed, and counts them. */
function isolates(...builds: (() => Promise<BuilderAnswer>)[]) {
  const started: BuilderEntrypoint[] = [];
  const start = (): BuilderEntrypoint => {
    const isolate = { build: builds[started.length] ?? answers(REFUSED) };
    started.push(isolate);
    return isolate;
  };
  return { start, started };
}

function job(store: (built: Built) => Promise<string> = async () => 'stored') {
  return { options: OPTIONS, open: vi.fn(async () => new ArrayBuffer()), store };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => void vi.useRealTimers());

describe('a build', () => {
  test('gives what was made of the artifact', async () => {
    const { start } = isolates(answers(BUILT));
    expect(await new BuilderPool(LIMITS).build(start, job())).toEqual({ ok: true, value: 'stored' });
  });

  test('has an isolate of its own, also after a refusal', async () => {
    const pool = new BuilderPool(LIMITS);
    const { start, started } = isolates();
    for (let build = 0; build < 2; build++) {
      expect(await pool.build(start, job())).toMatchObject({ error: { code: 'INVALID_COMPONENT' } });
    }
    expect(started).toHaveLength(2);
  });

  test.each([
    ['dies', dies],
    ['takes too long', never],
  ])('is tried again when its isolate %s, with the source from the start', async (_, lost) => {
    const { start, started } = isolates(lost, answers(BUILT));
    const given = job();
    const result = new BuilderPool(LIMITS).build(start, given);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await result).toEqual({ ok: true, value: 'stored' });
    expect(started).toHaveLength(2);
    expect(given.open).toHaveBeenCalledTimes(2);
  });

  test.each([
    ['dies', dies, 'ended before it was done, 2 times'],
    ['takes too long', never, 'longer than 1 seconds, 2 times'],
  ])('is refused when every isolate %s', async (_, lost, text) => {
    const { start, started } = isolates(lost, lost);
    const result = new BuilderPool(LIMITS).build(start, job());
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await result).toMatchObject({
      ok: false,
      error: { code: 'INVALID_COMPONENT', message: expect.stringContaining(text), details: { stage: 'transpile' } },
    });
    expect(started).toHaveLength(2);
  });

  test('is not refused when its source breaks off', async () => {
    const { start } = isolates(answers({ kind: 'unread', reason: 'R2' }));
    expect(await new BuilderPool(LIMITS).build(start, job())).toMatchObject({
      ok: false,
      error: { code: 'COMMUNICATION_FAILURE' },
    });
  });
});

describe('a turn', () => {
  test('comes when the artifact before it is stored', async () => {
    const pool = new BuilderPool(LIMITS);
    const { start, started } = isolates(answers(BUILT), answers(BUILT));
    const { promise: stored, resolve } = Promise.withResolvers<string>();
    const first = pool.build(
      start,
      job(() => stored),
    );
    const second = pool.build(start, job());
    await vi.advanceTimersByTimeAsync(200);
    expect(started).toHaveLength(1);
    resolve('first');
    expect(await first).toEqual({ ok: true, value: 'first' });
    await vi.advanceTimersByTimeAsync(200);
    expect(await second).toEqual({ ok: true, value: 'stored' });
  });

  test('that does not come in time is a failure of the platform', async () => {
    const pool = new BuilderPool(LIMITS);
    const { start } = isolates(never, never);
    const first = pool.build(start, job());
    const second = pool.build(start, job());
    await vi.advanceTimersByTimeAsync(600);
    expect(await second).toMatchObject({ ok: false, error: { code: 'RESOURCE_EXHAUSTED', retryAfterSeconds: 5 } });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await first).toMatchObject({ ok: false });
  });

  test('ends when storing or opening throws', async () => {
    const pool = new BuilderPool(LIMITS);
    const { start } = isolates(answers(BUILT), answers(BUILT));
    await expect(pool.build(start, job(dies))).rejects.toThrow('out of memory');
    await expect(pool.build(start, { ...job(), open: dies })).rejects.toThrow('out of memory');
    expect(await pool.build(start, job())).toEqual({ ok: true, value: 'stored' });
  });

  test('lapses when its owner is gone', async () => {
    const pool = new BuilderPool({ ...LIMITS, waitMs: 60_000 });
    const { start } = isolates(answers(BUILT), answers(BUILT));
    void pool.build(start, job(never));
    const second = pool.build(start, job());
    await vi.advanceTimersByTimeAsync(31_100);
    expect(await second).toEqual({ ok: true, value: 'stored' });
  });
});
