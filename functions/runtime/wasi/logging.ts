/** `wasi:logging/logging`: records of the call, which leave the isolate with its output. */
import type { LogSeverity } from '../../../src/core/log-levels.ts';
import type { WasiContext } from './context.ts';

export function createLogging({ logs }: WasiContext) {
  return {
    log: (level: LogSeverity, context: string, message: string): void => logs.add(level, context, message),
  };
}
