/** `wasi:logging` in the isolate: what is kept, what is dropped, and what is told of it. */
import { describe, expect, it } from 'vitest';
import { createWasi } from '../../../../functions/runtime/wasi/index.ts';
import { LogBuffer } from '../../../../functions/runtime/wasi/log-buffer.ts';
import { MAX_LOG_BYTES_PER_CALL, MAX_LOG_RECORDS_PER_CALL } from '../../../../src/core/limits.ts';
import { LOG_SEVERITIES, type LogSeverity } from '../../../../src/core/log-levels.ts';
import { testContext } from './context.ts';

/** A function `log` of a call at this level, and its buffer. */
function logging(least: LogSeverity | undefined) {
  const logs = new LogBuffer(least);
  const wasi = createWasi(['wasi:logging/logging'], testContext({ logs }));
  // A cast: the glue would look it up like this.
  const { log } = wasi['wasi:logging/logging'] as { log(level: LogSeverity, context: string, message: string): void };
  return { log, logs };
}

describe('the log of a call', () => {
  it('has what is at its level or above, in order', () => {
    const { log, logs } = logging('warn');
    for (const level of LOG_SEVERITIES) log(level, 'shop', `a ${level}`);
    expect(logs.take()).toEqual({
      records: [
        { level: 'warn', context: 'shop', message: 'a warn' },
        { level: 'error', context: 'shop', message: 'a error' },
        { level: 'critical', context: 'shop', message: 'a critical' },
      ],
      dropped: 0,
    });
  });

  it('is nothing when nothing came to its level', () => {
    const { log, logs } = logging('error');
    log('info', '', 'x');
    expect(logs.take()).toBeUndefined();
  });

  it('tells the first level that was tried where nothing may be logged', () => {
    const { log, logs } = logging(undefined);
    log('debug', '', 'x');
    log('error', '', 'x');
    expect(logs.take()).toEqual({ records: [], dropped: 0, refused: 'debug' });
  });

  it('holds so many records, and counts the others', () => {
    const { log, logs } = logging('trace');
    for (let count = 0; count < MAX_LOG_RECORDS_PER_CALL + 3; count += 1) log('info', '', '');
    const batch = logs.take();
    expect([batch?.records.length, batch?.dropped]).toEqual([MAX_LOG_RECORDS_PER_CALL, 3]);
  });

  it('holds so many bytes, context and message together, and counts the records that are too large', () => {
    const { log, logs } = logging('trace');
    log('info', 'c', 'ü'.repeat(MAX_LOG_BYTES_PER_CALL / 2));
    log('info', 'c', 'x'.repeat(MAX_LOG_BYTES_PER_CALL - 1));
    log('info', 'c', '');
    expect(logs.take()).toMatchObject({ records: [{ message: expect.stringMatching(/^x/) }], dropped: 2 });
  });
});
