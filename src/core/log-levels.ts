/** The levels of `wasi:logging`, from the least to the most serious. */
export const LOG_SEVERITIES = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;

/** One of the levels. */
export type LogSeverity = (typeof LOG_SEVERITIES)[number];

/** Whether `level` is as serious as `least`, or more. */
export function isAtLeast(level: LogSeverity, least: LogSeverity): boolean {
  return LOG_SEVERITIES.indexOf(level) >= LOG_SEVERITIES.indexOf(least);
}

/** The level that a text names; undefined for another text, and for what is none. */
export function severityOf(value: unknown): LogSeverity | undefined {
  return LOG_SEVERITIES.find((level) => level === value);
}
