/** Collects what a guest logs during one call: what is below the level of the call costs next to nothing and goes nowhere. */
import { MAX_LOG_BYTES_PER_CALL, MAX_LOG_RECORDS_PER_CALL } from '../../../src/core/limits.ts';
import { isAtLeast, type LogSeverity } from '../../../src/core/log-levels.ts';
import type { LogBatch, LogRecord } from '../../../src/isolate/protocol.ts';

const encoder = new TextEncoder();

export class LogBuffer {
  /** Undefined: nothing may be logged. */
  readonly #least: LogSeverity | undefined;
  readonly #records: LogRecord[] = [];
  #bytes = 0;
  #dropped = 0;
  #refused: LogSeverity | undefined;

  constructor(least: LogSeverity | undefined) {
    this.#least = least;
  }

  add(level: LogSeverity, context: string, message: string): void {
    if (this.#least === undefined) this.#refused ??= level;
    else if (isAtLeast(level, this.#least)) this.#keep({ level, context, message });
  }

  /** All of it, once; nothing when there is nothing to tell. */
  take(): LogBatch | undefined {
    if (this.#records.length === 0 && this.#dropped === 0 && this.#refused === undefined) return undefined;
    return {
      records: this.#records.splice(0),
      dropped: this.#dropped,
      ...(this.#refused === undefined ? {} : { refused: this.#refused }),
    };
  }

  #keep(record: LogRecord): void {
    const bytes = sizeOf(record);
    if (this.#records.length >= MAX_LOG_RECORDS_PER_CALL || this.#bytes + bytes > MAX_LOG_BYTES_PER_CALL) {
      this.#dropped += 1;
      return;
    }
    this.#bytes += bytes;
    this.#records.push(record);
  }
}

function sizeOf({ context, message }: LogRecord): number {
  return encoder.encode(context).length + encoder.encode(message).length;
}
