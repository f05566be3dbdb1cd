/** The bytes of a file, as pieces of `CHUNK_BYTES`. */
import { CHUNK_BYTES, type NodeStore } from './node-store.ts';

/** Calls `visit` for each piece that a range of bytes touches, with where in the piece and where in the range. */
function eachPiece(
  offset: number,
  length: number,
  visit: (index: number, inChunk: number, inRange: number, count: number) => void,
): void {
  for (let done = 0; done < length; ) {
    const at = offset + done;
    const inChunk = at % CHUNK_BYTES;
    const count = Math.min(CHUNK_BYTES - inChunk, length - done);
    visit(Math.floor(at / CHUNK_BYTES), inChunk, done, count);
    done += count;
  }
}

/** `length` bytes from `offset`; what was never written is zero. The caller keeps within the size. */
export function readContent(store: NodeStore, id: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  eachPiece(offset, length, (index, inChunk, inRange, count) => {
    const piece = store.chunk(id, index)?.subarray(inChunk, inChunk + count);
    if (piece !== undefined) bytes.set(piece, inRange);
  });
  return bytes;
}

export function writeContent(store: NodeStore, id: number, offset: number, bytes: Uint8Array): void {
  eachPiece(offset, bytes.length, (index, inChunk, inRange, count) => {
    store.writeChunk(id, index, inChunk, bytes.subarray(inRange, inRange + count));
  });
}

/** Forgets what is beyond `size`, so that it is zero when the file grows again. */
export function cutContent(store: NodeStore, id: number, size: number): void {
  const [index, rest] = [Math.floor(size / CHUNK_BYTES), size % CHUNK_BYTES];
  const kept = rest > 0 ? store.chunk(id, index)?.slice(0, rest) : undefined;
  store.dropChunks(id, index);
  if (kept !== undefined) store.writeChunk(id, index, 0, kept);
}
