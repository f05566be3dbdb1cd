/** Guest output on its way to the log: read as the data that it is, within what the component may write. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { type OutputFrame, writeGuestOutput } from '../../../durable/pool/guest-output.ts';
import { readLogs } from '../../../durable/pool/log-record.ts';
import { OutputBudget } from '../../../durable/pool/output-budget.ts';
import { OUTPUT_RATE } from '../../../src/core/limits.ts';
import type { LogSeverity } from '../../../src/core/log-levels.ts';

const caller = { component: 'c', version: 'v1', instance: 'i', request: 'r' };
const record = (level: LogSeverity, message: string, context = '') => ({ level, context, message });

let log: MockInstance<typeof console.log>;
beforeEach(() => {
  log = vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => void log.mockRestore());

function frame(mayLog: (level: LogSeverity) => boolean = () => true, budget = new OutputBudget()): OutputFrame {
  return { caller, budget, mayLog };
}

/** What went to the log. */
const written = () =>
  log.mock.calls.map(([first, ...others]) => (others.length === 0 ? first : 'more than one argument'));

describe('guest output', () => {
  it('is one record for its lines and one for each that was logged, each with who wrote it', () => {
    const lines = [{ stream: 'stdout', text: '%s %o' }];
    const logs = { records: [record('warn', '{"component":"forged"}', 'shop')], dropped: 2 };
    writeGuestOutput({ lines, droppedBytes: 0, logs }, frame(), 0);
    expect(written()).toEqual([
      { message: 'guest output', lines, droppedBytes: 0, ...caller },
      { message: 'guest log', level: 'warn', context: 'shop', text: '{"component":"forged"}', ...caller },
      { message: 'guest logs dropped', dropped: 2, ...caller },
    ]);
  });

  it('is no record at all where nothing was written', () => {
    writeGuestOutput({ lines: [], droppedBytes: 0, logs: { records: [], dropped: 0, refused: 'info' } }, frame(), 0);
    expect(written()).toEqual([]);
  });

  it('leaves out what the grants of the moment do not allow, and asks for each level once', () => {
    const asked: string[] = [];
    const mayLog = (level: LogSeverity) => {
      asked.push(level);
      return level === 'error';
    };
    const records = [record('info', '1'), record('error', '2'), record('info', '3'), record('error', '4')];
    writeGuestOutput({ lines: [], logs: { records, dropped: 0 } }, frame(mayLog), 0);
    expect(written()).toMatchObject([{ text: '2' }, { text: '4' }]);
    expect(asked).toEqual(['info', 'error']);
  });

  it('asks for the level that was tried where nothing may be logged, so that the refusal is recorded', () => {
    const mayLog = vi.fn(() => false);
    writeGuestOutput({ lines: [], logs: { records: [], dropped: 0, refused: 'warn' } }, frame(mayLog), 0);
    expect(mayLog.mock.calls).toEqual([['warn']]);
  });

  it('of a component is so many bytes a second, lines and records together; what is over is counted', () => {
    const budget = new OutputBudget();
    const text = 'x'.repeat(64 * 1024 - 1);
    const calls = OUTPUT_RATE.burst / (64 * 1024);
    const write = (now: number) =>
      writeGuestOutput({ lines: [{ stream: 'stdout', text }] }, frame(undefined, budget), now);
    for (let call = 0; call < calls; call += 1) write(0);
    log.mockClear();
    write(0);
    writeGuestOutput({ lines: [], logs: { records: [record('info', 'x')], dropped: 0 } }, frame(undefined, budget), 0);
    expect(written()).toEqual([
      { message: 'guest output', lines: [], droppedBytes: 64 * 1024, ...caller },
      { message: 'guest logs dropped', dropped: 1, ...caller },
    ]);
    log.mockClear();
    write((1_000 * 64 * 1024) / OUTPUT_RATE.perSecond);
    expect(written()).toMatchObject([{ droppedBytes: 0, lines: [{ text }] }]);
  });

  it('property 1: takes any value, writes known fields only, and keeps to the limit', () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer({ min: 0, max: 64 }), (any, limit) => {
        const batches = [
          any,
          { records: any },
          { records: [any, { level: any, context: any, message: any }], dropped: any },
        ];
        for (const batch of batches) {
          const { records, dropped, bytes } = readLogs(batch, limit, () => true);
          expect(bytes).toBeLessThanOrEqual(limit);
          expect(dropped).toBeGreaterThanOrEqual(0);
          for (const each of records) expect(Object.keys(each)).toEqual(['level', 'context', 'message']);
          writeGuestOutput({ lines: any, logs: batch }, frame(), 0);
        }
        writeGuestOutput(any, frame(), 0);
      }),
      { numRuns: 200 },
    );
  });
});
