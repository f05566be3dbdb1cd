/** What a shard reports: every call once, whatever happens on the way. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PoolReport } from '../../../durable/pool/contract.ts';
import { Reporter } from '../../../durable/pool/reporter.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const fact = { type: 'ComponentUnloaded' } as const;

it('sends one batch for many calls', async () => {
  const sent: PoolReport[] = [];
  const reporter = new Reporter(
    { shard: 0, incarnation: 1 },
    async (report) => void sent.push(report),
    () => undefined,
  );
  for (let count = 0; count < 10; count += 1) reporter.called(count, 1, count % 2 === 0 ? 'trap' : 'ok', [fact]);
  await vi.runAllTimersAsync();
  expect(sent).toMatchObject([
    { calls: 10, failed: 5, outcomes: { ok: 5, trap: 5 }, sequence: 1, incarnation: 1, droppedFacts: 0 },
  ]);
  expect(sent[0]?.facts).toHaveLength(10);
});

it('sends a batch that failed again as it was, before the next one', async () => {
  const sent: PoolReport[] = [];
  let down = true;
  const reporter = new Reporter(
    { shard: 0, incarnation: 1 },
    async (report) => {
      sent.push(report);
      if (down) throw new Error('down');
    },
    () => undefined,
  );
  reporter.called(0, 1, 'ok', []);
  await vi.advanceTimersByTimeAsync(300);
  reporter.called(1, 1, 'ok', []);
  down = false;
  await vi.runAllTimersAsync();
  expect(sent.map(({ sequence, calls }) => [sequence, calls])).toEqual([
    [1, 1],
    [1, 1],
    [2, 1],
  ]);
  expect(new Set(sent.map(({ run }) => run)).size).toBe(1);
});

it('keeps the newest facts and counts those that it drops', async () => {
  const sent: PoolReport[] = [];
  const reporter = new Reporter(
    { shard: 0, incarnation: 1 },
    async (report) => void sent.push(report),
    () => undefined,
  );
  for (let time = 0; time < 250; time += 1) reporter.called(time, 1, 'ok', [fact]);
  await vi.runAllTimersAsync();
  expect(sent[0]).toMatchObject({ calls: 250, droppedFacts: 50 });
  expect(sent[0]?.facts[0]?.time).toBe(50);
});
