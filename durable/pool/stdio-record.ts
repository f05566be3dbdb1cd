/** Pure: guest output as an isolate tells it, made safe to log. Whatever does not fit the shape is left out. */
import type { StdioBatch } from '../../src/isolate/protocol.ts';

/** Lines beyond this are dropped: an empty line costs a byte, and a record should stay readable. */
const MAX_LINES = 2_000;

/** What was read, and the bytes of UTF-8 that its lines have, line breaks included. */
export type ReadStdio = StdioBatch & { readonly bytes: number };

/** At most `maxBytes` of text in UTF-8; what is over is counted in `droppedBytes`. */
export function readStdio(batch: unknown, maxBytes: number): ReadStdio {
  const encoder = new TextEncoder();
  const lines: { stream: 'stdout' | 'stderr'; text: string }[] = [];
  let left = maxBytes;
  let droppedBytes = droppedBefore(batch);
  for (const line of linesOf(batch)) {
    const { stream, text } = readLine(line);
    const bytes = encoder.encode(text).length + 1;
    if (bytes > left || lines.length >= MAX_LINES) {
      droppedBytes += bytes;
      continue;
    }
    left -= bytes;
    lines.push({ stream, text });
  }
  return { lines, droppedBytes, bytes: maxBytes - left };
}

function linesOf(batch: unknown): readonly unknown[] {
  return isObject(batch) && 'lines' in batch && Array.isArray(batch.lines) ? batch.lines : [];
}

function droppedBefore(batch: unknown): number {
  const dropped = isObject(batch) && 'droppedBytes' in batch ? batch.droppedBytes : 0;
  return typeof dropped === 'number' && Number.isSafeInteger(dropped) && dropped > 0 ? dropped : 0;
}

function readLine(line: unknown): { stream: 'stdout' | 'stderr'; text: string } {
  const text = isObject(line) && 'text' in line && typeof line.text === 'string' ? line.text : '';
  const stream = isObject(line) && 'stream' in line && line.stream === 'stderr' ? 'stderr' : 'stdout';
  return { stream, text };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
