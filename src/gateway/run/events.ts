/** Pure: the output of a command as server-sent events: `stdout`, `stderr`, and at the end `exit` or `error`. */
import { FrameReader, type OutputStream } from './frames.ts';

const encoder = new TextEncoder();

/** One event, whose data is JSON on one line: output may have line breaks of any kind. */
export function event(name: string, data: object): Uint8Array {
  return encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Makes events of framed output. A character whose bytes come in parts is in the event of its last one. */
export class OutputEvents {
  readonly #frames = new FrameReader();
  readonly #decoders: Readonly<Record<OutputStream, TextDecoder>> = {
    stdout: new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }),
    stderr: new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }),
  };

  *read(bytes: Uint8Array): Generator<Uint8Array> {
    for (const [stream, data] of this.#frames.read(bytes)) {
      const text = this.#decoders[stream].decode(data, { stream: true });
      if (text !== '') yield event(stream, { text });
    }
  }

  /** What is left of characters that never came to their end. */
  *end(): Generator<Uint8Array> {
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = this.#decoders[stream].decode();
      if (text !== '') yield event(stream, { text });
    }
  }
}
