/** The builder isolate: untrusted bytes in, a packed artifact out. It has no environment and no network, and is used once. */
import { WorkerEntrypoint } from 'cloudflare:workers';
import { packArtifact } from '../../src/build/artifact.ts';
import type { BuilderAnswer, BuilderEntrypoint, BuilderOptions } from '../../src/build/builder-protocol.ts';
import { buildComponent } from './build-component.ts';
import { readSource } from './source.ts';

/** Bytes handed to the stream at once. */
const CHUNK_BYTES = 1024 * 1024;

export default class Builder extends WorkerEntrypoint implements BuilderEntrypoint {
  async build(source: ReadableStream<Uint8Array> | ArrayBuffer, options: BuilderOptions): Promise<BuilderAnswer> {
    let read: Awaited<ReturnType<typeof readSource>>;
    try {
      read = await readSource(source, options.maxBytes);
    } catch (error) {
      return { kind: 'unread', reason: String(error) };
    }
    if (!read.ok) return { kind: 'refused', failure: read.error };
    const built = await buildComponent(read.value, options);
    if (!built.ok) return { kind: 'refused', failure: built.error };
    const { bytes, parts } = packArtifact(built.value);
    return { kind: 'built', bytes, artifact: streamOf(parts), manifest: built.value.manifest };
  }
}

/** A byte stream: only those cross RPC. */
function streamOf(parts: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const chunks = chunksOf(parts);
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const { value } = chunks.next();
      if (value === undefined) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** Copies, since a byte stream takes the buffer of what it is given. */
function* chunksOf(parts: readonly Uint8Array[]): Generator<Uint8Array, undefined> {
  for (const part of parts) {
    for (let offset = 0; offset < part.length; offset += CHUNK_BYTES) yield part.slice(offset, offset + CHUNK_BYTES);
  }
  return undefined;
}
