/** Whose fault a failed smoke run is. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { smokeRun } from '../../../durable/build/smoke.ts';
import { SMOKE_ANSWER_MS, SMOKE_TIMEOUT_MS } from '../../../src/core/limits.ts';
import type { IsolateEntrypoint } from '../../../src/isolate/protocol.ts';

const run = (smoke: () => Promise<unknown>) => smokeRun(() => ({ smoke: smoke as IsolateEntrypoint['smoke'] }));
const rejects = (message: string) => () => Promise.reject(new Error(message));

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => void vi.useRealTimers());

describe('a smoke run', () => {
  it('passes when an instance was made', async () => {
    expect(await run(async () => ({ ok: true, fuel: 1 }))).toEqual({ ok: true, value: undefined });
  });

  it.each([
    ['the isolate reports a trap', async () => ({ ok: false, error: 'unreachable' }), 'it does not start: unreachable'],
    ['the report is none', async () => ({ ok: 'yes', error: { toString: 1 } }), 'it does not start: no reason given'],
    [
      'V8 refuses the modules',
      rejects('Failed to start Worker:\nUncaught CompileError'),
      'it does not load: Failed to start Worker',
    ],
  ])('is the component’s failure when %s', async (_, smoke, text) => {
    expect(await run(smoke)).toMatchObject({
      ok: false,
      error: { code: 'INVALID_COMPONENT', message: expect.stringContaining(text), details: { stage: 'smoke' } },
    });
  });

  it('hears of the isolate that start functions took too long, instead of giving it up', async () => {
    const smoke = async () => {
      await new Promise((resolve) => setTimeout(resolve, SMOKE_TIMEOUT_MS));
      return { ok: false, error: 'its start functions took more than 10 seconds' };
    };
    const result = run(smoke);
    await vi.advanceTimersByTimeAsync(SMOKE_ANSWER_MS);
    expect(await result).toMatchObject({ ok: false, error: { code: 'INVALID_COMPONENT' } });
  });

  it.each([
    ['the isolate is lost', rejects('Network connection lost.')],
    ['nothing is answered', () => new Promise(() => {})],
    [
      'the loader throws',
      () => {
        throw new Error('no loader');
      },
    ],
  ])('is the platform’s failure when %s', async (_, smoke) => {
    const result = run(smoke);
    await vi.advanceTimersByTimeAsync(SMOKE_ANSWER_MS);
    expect(await result).toMatchObject({ ok: false, error: { code: 'COMMUNICATION_FAILURE' } });
  });
});
