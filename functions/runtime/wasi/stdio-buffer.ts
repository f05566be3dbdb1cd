/** Collects what a guest writes to its standard streams during one call, in lines. */
import { MAX_STDIO_BYTES_PER_CALL } from '../../../src/core/limits.ts';
import type { StdioBatch, StdioLine } from '../../../src/isolate/protocol.ts';
import { MAX_STDIO_LINES_PER_CALL } from '../limits.ts';

type Stream = StdioLine['stream'];

const NEWLINE = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

export class StdioBuffer {
  readonly #lines: StdioLine[] = [];
  /** The line that each stream has begun. */
  readonly #begun: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  #kept = 0;
  #dropped = 0;

  write(stream: Stream, bytes: Uint8Array): void {
    const room = MAX_STDIO_BYTES_PER_CALL - this.#kept;
    const taken = bytes.slice(0, room);
    this.#dropped += bytes.length - taken.length;
    this.#kept += taken.length;
    let start = 0;
    for (;;) {
      const end = taken.indexOf(NEWLINE, start);
      if (end === -1) break;
      this.#begun[stream].push(taken.subarray(start, end));
      this.#endLine(stream);
      start = end + 1;
    }
    if (start < taken.length) this.#begun[stream].push(taken.subarray(start));
  }

  /** Everything written, unfinished lines included; nothing when the guest wrote nothing. */
  take(): StdioBatch | undefined {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#begun[stream].length > 0) this.#endLine(stream);
    }
    if (this.#lines.length === 0 && this.#dropped === 0) return undefined;
    return { lines: this.#lines.splice(0), droppedBytes: this.#dropped };
  }

  #endLine(stream: Stream): void {
    const line = join(this.#begun[stream]);
    this.#begun[stream] = [];
    if (this.#lines.length < MAX_STDIO_LINES_PER_CALL) this.#lines.push({ stream, text: decoder.decode(line) });
    else this.#dropped += line.length;
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const joined = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
