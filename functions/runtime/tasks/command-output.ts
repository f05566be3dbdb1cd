/** Where the output of a command goes: into its outcome, or in frames to whoever reads along. */
import { OUTFLOW_BYTES } from '../limits.ts';
import { Outflow } from '../wasi/outflow.ts';
import type { OutputSink } from '../wasi/output-sink.ts';
import type { PollSource } from '../wasi/poll.ts';
import type { TaskFrame } from './task.ts';

type Stream = 'stdout' | 'stderr';

/** What a command may write in all: beyond that output is dropped. */
class Allowance {
  #left: number;
  truncated = false;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** The part of `bytes` that is kept, as a copy. */
  take(bytes: Uint8Array): Uint8Array {
    const taken = bytes.slice(0, this.#left);
    this.#left -= taken.length;
    if (taken.length < bytes.length) this.truncated = true;
    return taken;
  }
}

/** Keeps the output until the command has ended. */
export class CollectedOutput implements OutputSink {
  readonly #allowance: Allowance;
  readonly #chunks: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };

  constructor(maxBytes: number) {
    this.#allowance = new Allowance(maxBytes);
  }

  get truncated(): boolean {
    return this.#allowance.truncated;
  }

  write(stream: Stream, bytes: Uint8Array): void {
    const taken = this.#allowance.take(bytes);
    if (taken.length > 0) this.#chunks[stream].push(taken);
  }

  /** What is no UTF-8 becomes U+FFFD. */
  text(stream: Stream): string {
    const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
    const texts = this.#chunks[stream].map((chunk) => decoder.decode(chunk, { stream: true }));
    return texts.join('') + decoder.decode();
  }
}

/** Bytes before the data of a frame: the stream (1: stdout, 2: stderr) and the length of the data, big-endian. */
const FRAME_HEAD_BYTES = 5;

/** Passes the output on as it comes. */
export class StreamedOutput implements OutputSink {
  readonly #allowance: Allowance;
  readonly #outflow: Outflow;
  readonly #waits: boolean;
  /** Resolves when the reader has everything, or is gone. */
  readonly passedOn: Promise<unknown>;

  constructor({ context, mayWait, maxResponseBytes, respond }: TaskFrame) {
    this.#allowance = new Allowance(maxResponseBytes);
    this.#outflow = new Outflow(context.lifetime, OUTFLOW_BYTES);
    this.#waits = mayWait;
    this.passedOn = respond({ kind: 'output' }, this.#outflow.stream);
  }

  get truncated(): boolean {
    return this.#allowance.truncated;
  }

  get room(): PollSource {
    return this.#outflow.room;
  }

  permit(): number {
    const free = this.#outflow.free();
    return this.#waits ? free : OUTFLOW_BYTES;
  }

  write(stream: Stream, bytes: Uint8Array): void {
    const taken = this.#allowance.take(bytes);
    if (taken.length === 0) return;
    const frame = new Uint8Array(FRAME_HEAD_BYTES + taken.length);
    const view = new DataView(frame.buffer);
    view.setUint8(0, stream === 'stdout' ? 1 : 2);
    view.setUint32(1, taken.length);
    frame.set(taken, FRAME_HEAD_BYTES);
    this.#outflow.push(frame);
  }

  close(): void {
    this.#outflow.close();
  }

  fail(why: string): void {
    this.#outflow.fail(why);
  }
}
