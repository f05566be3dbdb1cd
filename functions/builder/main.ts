/** The builder isolate: untrusted bytes in, a packed artifact out. It has no environment and no network. */
import { WorkerEntrypoint } from 'cloudflare:workers';
import { packArtifact } from '../../src/build/artifact.ts';
import type { BuilderAnswer, BuilderEntrypoint, BuilderOptions, Claim } from '../../src/build/builder-protocol.ts';
import type { BuildFailure, BuildStage } from '../../src/build/manifest.ts';
import { buildComponent } from './build-component.ts';
import { readSource } from './source.ts';

/** After a source of this size the isolate is given up, in bytes: jco's memory never shrinks. */
const LARGE_SOURCE_BYTES = 4 * 1024 * 1024;

/** Stages before jco: pure functions, whose failure leaves nothing behind. */
const HARMLESS_STAGES: ReadonlySet<BuildStage> = new Set([
  'size',
  'preamble',
  'decode',
  'validate',
  'world',
  'link',
  'rename',
]);

/** A reservation without a finished build lapses after this time, in milliseconds: its owner is gone. */
const RESERVATION_MS = 120_000;

/** State of the isolate, which all of its entrypoint objects share. */
const isolate = { spent: false, reservedUntil: 0 };

/** Bytes handed to the stream at once. */
const CHUNK_BYTES = 1024 * 1024;

export default class Builder extends WorkerEntrypoint implements BuilderEntrypoint {
  async claim(): Promise<Claim> {
    if (isolate.spent) return 'spent';
    const now = Date.now();
    if (isolate.reservedUntil > now) return 'busy';
    isolate.reservedUntil = now + RESERVATION_MS;
    return 'mine';
  }

  async build(source: ReadableStream<Uint8Array> | ArrayBuffer, options: BuilderOptions): Promise<BuilderAnswer> {
    // Until the build is known to have gone well, or to have ended before jco saw it.
    isolate.spent = true;
    const release = (spent: boolean): void => {
      isolate.spent = spent;
      isolate.reservedUntil = 0;
    };
    const refuse = (failure: BuildFailure): BuilderAnswer => {
      release(!HARMLESS_STAGES.has(failure.stage));
      return { ok: false, failure };
    };
    const read = await readSource(source, options.maxBytes);
    if (!read.ok) return refuse(read.error);
    const built = await buildComponent(read.value, options);
    if (!built.ok) return refuse(built.error);
    const { bytes, parts } = packArtifact(built.value);
    const { manifest } = built.value;
    const artifact = streamOf(parts, () => release(manifest.sourceBytes >= LARGE_SOURCE_BYTES));
    return { ok: true, bytes, artifact, manifest };
  }
}

/** A byte stream: only those cross RPC. `done` is called when it was read or given up. */
function streamOf(parts: readonly Uint8Array[], done: () => void): ReadableStream<Uint8Array> {
  const chunks = chunksOf(parts);
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const { value } = chunks.next();
      if (value !== undefined) return controller.enqueue(value);
      done();
      controller.close();
      return undefined;
    },
    cancel: done,
  });
}

/** Copies, since a byte stream takes the buffer of what it is given. */
function* chunksOf(parts: readonly Uint8Array[]): Generator<Uint8Array, undefined> {
  for (const part of parts) {
    for (let offset = 0; offset < part.length; offset += CHUNK_BYTES) yield part.slice(offset, offset + CHUNK_BYTES);
  }
  return undefined;
}
