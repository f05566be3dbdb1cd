/** Pure: what a guest logged, as an isolate tells it, made safe to log. Whatever does not fit the shape is left out. */
import { MAX_LOG_RECORDS_PER_CALL } from '../../src/core/limits.ts';
import { type LogSeverity, severityOf } from '../../src/core/log-levels.ts';
import type { LogBatch, LogRecord } from '../../src/isolate/protocol.ts';
import { countOf, ownFields } from '../../src/isolate/untrusted.ts';

/** Longest context, in UTF-16 units: it groups records, and is shown beside each. */
const MAX_CONTEXT = 256;

const encoder = new TextEncoder();

/** What was read, and the bytes of UTF-8 that its texts have. */
export type ReadLogs = LogBatch & { readonly bytes: number };

/**
 * At most `maxBytes` of text; what is over is counted in `dropped`. What `allow` refuses is left out: a grant may have gone
 * since the isolate was told the level, and it is asked for each level once.
 */
export function readLogs(batch: unknown, maxBytes: number, allow: (level: LogSeverity) => boolean): ReadLogs {
  const fields = ownFields(batch);
  const refused = severityOf(fields.get('refused'));
  if (refused !== undefined) allow(refused);
  const allowed = new Map<LogSeverity, boolean>();
  const isAllowed = (level: LogSeverity) => {
    const known = allowed.get(level) ?? allow(level);
    allowed.set(level, known);
    return known;
  };
  const records: LogRecord[] = [];
  let dropped = countOf(fields.get('dropped'));
  let bytes = 0;
  for (const each of listOf(fields.get('records'))) {
    const record = readRecord(each);
    if (record === undefined || !isAllowed(record.level)) continue;
    const size = encoder.encode(record.context).length + encoder.encode(record.message).length;
    if (records.length >= MAX_LOG_RECORDS_PER_CALL || bytes + size > maxBytes) {
      dropped += 1;
      continue;
    }
    bytes += size;
    records.push(record);
  }
  return { records, dropped, bytes };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function readRecord(value: unknown): LogRecord | undefined {
  const fields = ownFields(value);
  const level = severityOf(fields.get('level'));
  const [context, message] = [fields.get('context'), fields.get('message')];
  if (level === undefined || typeof context !== 'string' || typeof message !== 'string') return undefined;
  return { level, context: context.slice(0, MAX_CONTEXT).toWellFormed(), message: message.toWellFormed() };
}
