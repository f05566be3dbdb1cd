/** Which builder isolate a build goes to, and when one is given up. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BuilderPool } from '../../../src/build/builder-pool.ts';
import type { BuilderAnswer, BuilderEntrypoint, Claim } from '../../../src/build/builder-protocol.ts';
import { DIGEST } from '../../support/build-fixtures.ts';

const OPTIONS = { digest: DIGEST, maxBytes: 100, initialFuel: 100 };
const REFUSED: BuilderAnswer = { ok: false, failure: { stage: 'decode', reason: 'no' } };

function isolate(
  claim: () => Promise<Claim>,
  build: () => Promise<BuilderAnswer> = async () => REFUSED,
): BuilderEntrypoint {
  return { claim, build };
}

/** Opens isolates from a list, and notes which were asked. */
function opener(...isolates: BuilderEntrypoint[]): { open: (number: number) => BuilderEntrypoint; asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    open: (number) => {
      asked.push(number);
      return isolates[number] ?? isolate(async () => 'mine');
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('builder isolates', () => {
  test('a build goes to the first that is neither busy, spent nor dead', async () => {
    const pool = new BuilderPool(1_000);
    const { open, asked } = opener(
      isolate(async () => 'busy'),
      isolate(async () => 'spent'),
      isolate(() => Promise.reject(new Error('gone'))),
    );
    expect(await pool.build(open, new ArrayBuffer(), OPTIONS)).toEqual({
      ok: false,
      error: REFUSED.ok || REFUSED.failure,
    });
    expect(asked).toEqual([0, 1, 2, 3]);
    await pool.build(open, new ArrayBuffer(), OPTIONS);
    expect(asked.slice(4), 'spent and dead ones are not asked again').toEqual([0, 3]);
  });

  test('one that throws is not used again', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const pool = new BuilderPool(1_000);
    const { open, asked } = opener(
      isolate(
        async () => 'mine',
        () => Promise.reject(new Error('out of memory')),
      ),
    );
    const result = await pool.build(open, new ArrayBuffer(), OPTIONS);
    expect(result).toMatchObject({ ok: false, error: { stage: 'transpile' } });
    await pool.build(open, new ArrayBuffer(), OPTIONS);
    expect(asked).toEqual([0, 1]);
  });

  test('one that takes too long is given up', async () => {
    const pool = new BuilderPool(1_000);
    const { open, asked } = opener(
      isolate(
        async () => 'mine',
        () => new Promise(() => {}),
      ),
    );
    const result = pool.build(open, new ArrayBuffer(), OPTIONS);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await result).toEqual({ ok: false, error: { stage: 'transpile', reason: 'it took longer than 1 seconds' } });
    await pool.build(open, new ArrayBuffer(), OPTIONS);
    expect(asked).toEqual([0, 1]);
  });

  test('none being free is an exception, not a refusal of the component', async () => {
    const pool = new BuilderPool(1_000);
    const busy = isolate(async () => 'busy');
    await expect(pool.build(() => busy, new ArrayBuffer(), OPTIONS)).rejects.toThrow('no builder isolate is free');
  });
});
