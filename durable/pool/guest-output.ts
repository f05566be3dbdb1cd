/**
 * What the guest of one call wrote and logged, on its way to the Worker's log: each record is tied to component, version,
 * instance and request, and no text of a guest is ever the name of a field or a format.
 */
import type { CallIdentity } from '../../src/capability/provider.ts';
import { MAX_LOG_BYTES_PER_CALL, MAX_STDIO_BYTES_PER_CALL } from '../../src/core/limits.ts';
import type { LogSeverity } from '../../src/core/log-levels.ts';
import { ownFields } from '../../src/isolate/untrusted.ts';
import { readLogs } from './log-record.ts';
import type { OutputBudget } from './output-budget.ts';
import { readStdio } from './stdio-record.ts';

/** Who wrote, how much may be written, and what may be logged at this moment. */
export interface OutputFrame {
  readonly caller: CallIdentity;
  readonly budget: OutputBudget;
  readonly mayLog: (level: LogSeverity) => boolean;
}

/** Writes what an isolate handed over, whatever that is. Neither limit nor shape is taken on trust. */
export function writeGuestOutput(batch: unknown, { caller, budget, mayLog }: OutputFrame, now: number): void {
  const stdio = readStdio(batch, Math.min(MAX_STDIO_BYTES_PER_CALL, budget.room(now)));
  budget.spend(stdio.bytes);
  const { lines, droppedBytes } = stdio;
  if (lines.length > 0 || droppedBytes > 0) console.log({ message: 'guest output', lines, droppedBytes, ...caller });
  const given = ownFields(batch).get('logs');
  if (given === undefined) return;
  const logs = readLogs(given, Math.min(MAX_LOG_BYTES_PER_CALL, budget.room(now)), mayLog);
  budget.spend(logs.bytes);
  for (const { level, context, message } of logs.records) {
    console.log({ message: 'guest log', level, context, text: message, ...caller });
  }
  if (logs.dropped > 0) console.log({ message: 'guest logs dropped', dropped: logs.dropped, ...caller });
}
