/** Pure: takes the frames apart in which an isolate passes on the output of a command. See its `StreamedOutput`. */

export type OutputStream = 'stdout' | 'stderr';

/** A stream's number and the length of the data that follows. */
const HEAD_BYTES = 5;

export class FrameReader {
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headBytes = 0;
  /** Bytes of the frame's data that have not come yet. */
  #left = 0;

  /** The data in `bytes`, in order. A frame that is not whole is handed on as far as it is there. */
  *read(bytes: Uint8Array): Generator<readonly [OutputStream, Uint8Array]> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left === 0) {
        at += this.#readHead(bytes.subarray(at));
        continue;
      }
      const data = bytes.subarray(at, at + this.#left);
      this.#left -= data.length;
      at += data.length;
      yield [this.#head[0] === 1 ? 'stdout' : 'stderr', data];
    }
  }

  /** Answers how many bytes it took. */
  #readHead(bytes: Uint8Array): number {
    const part = bytes.subarray(0, HEAD_BYTES - this.#headBytes);
    this.#head.set(part, this.#headBytes);
    this.#headBytes += part.length;
    if (this.#headBytes === HEAD_BYTES) {
      this.#headBytes = 0;
      this.#left = new DataView(this.#head.buffer).getUint32(1);
    }
    return part.length;
  }
}
