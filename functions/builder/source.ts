/** Reads the uploaded bytes into one buffer, and no more of them than are allowed. */
import type { BuildFailure } from '../../src/build/manifest.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { Box } from './box.ts';

type Source = ReadableStream<Uint8Array> | ArrayBuffer;

export async function readSource(source: Source, maxBytes: number): Promise<Result<Box, BuildFailure>> {
  if (source instanceof ArrayBuffer)
    return source.byteLength > maxBytes ? err(tooLarge(maxBytes)) : checked(new Uint8Array(source));
  // One buffer of the largest size: pages that are never written cost nothing, and chunks are not held twice.
  const buffer = new Uint8Array(maxBytes);
  let length = 0;
  for await (const chunk of source) {
    if (length + chunk.length > maxBytes) return err(tooLarge(maxBytes));
    buffer.set(chunk, length);
    length += chunk.length;
  }
  return checked(buffer.subarray(0, length));
}

function checked(bytes: Uint8Array<ArrayBuffer>): Result<Box, BuildFailure> {
  return bytes.length === 0 ? err({ stage: 'size', reason: 'it is empty' }) : ok(new Box(bytes));
}

function tooLarge(maxBytes: number): BuildFailure {
  return { stage: 'size', reason: `it is larger than ${maxBytes} bytes` };
}
