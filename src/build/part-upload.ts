/** One object on its way into R2 whose length nobody knows before its end: in one put when it is small, else part by part. */

/** R2 wants parts of at least 5 MiB, all but the last of one size. */
const PART_BYTES = 5 * 1024 * 1024;

/** Told of the upload in parts that an object needs, before its first part is sent, and when it has ended one way or the other. */
export interface PartObserver {
  began(upload: R2MultipartUpload): Promise<void>;
  ended(upload: R2MultipartUpload): Promise<void>;
}

export class PartUpload {
  /** Bytes that were written so far. */
  bytes = 0;
  readonly #bucket: R2Bucket;
  readonly #key: string;
  readonly #observer: PartObserver | undefined;
  readonly #buffer = new PartBuffer();
  readonly #parts: R2UploadedPart[] = [];
  #upload: R2MultipartUpload | undefined;

  constructor(bucket: R2Bucket, key: string, observer?: PartObserver) {
    this.#bucket = bucket;
    this.#key = key;
    this.#observer = observer;
  }

  /** Bytes that wait for their part to be full. */
  get heldBytes(): number {
    return this.#buffer.heldBytes;
  }

  /** Takes the next bytes; it keeps less than a part of them. One at a time. */
  async write(chunk: Uint8Array): Promise<void> {
    this.bytes += chunk.byteLength;
    for (const part of this.#buffer.push(chunk)) await this.#send(await this.#begin(), part);
  }

  /** Makes the object visible, whole. */
  async finish(): Promise<void> {
    const rest = this.#buffer.rest();
    if (this.#upload === undefined) {
      await this.#bucket.put(this.#key, rest);
      return;
    }
    if (rest.byteLength > 0) await this.#send(this.#upload, rest);
    await this.#upload.complete(this.#parts);
    await this.#observer?.ended(this.#upload);
  }

  /** Leaves nothing behind, unless R2 fails. */
  async abort(): Promise<void> {
    const upload = this.#upload;
    if (upload === undefined) return;
    await upload.abort();
    await this.#observer?.ended(upload);
  }

  async #begin(): Promise<R2MultipartUpload> {
    if (this.#upload !== undefined) return this.#upload;
    this.#upload = await this.#bucket.createMultipartUpload(this.#key);
    await this.#observer?.began(this.#upload);
    return this.#upload;
  }

  async #send(upload: R2MultipartUpload, part: Uint8Array): Promise<void> {
    this.#parts.push(await upload.uploadPart(this.#parts.length + 1, part));
  }
}

/** Cuts a stream of chunks into parts of exactly `PART_BYTES`; it grows with what is in it, since most objects are small. */
class PartBuffer {
  #buffer = new Uint8Array();
  #used = 0;

  get heldBytes(): number {
    return this.#used;
  }

  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let rest = chunk;
    while (rest.byteLength > 0) {
      const taken = rest.subarray(0, PART_BYTES - this.#used);
      this.#makeRoom(this.#used + taken.byteLength);
      this.#buffer.set(taken, this.#used);
      this.#used += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (this.#used === PART_BYTES) {
        yield this.#buffer;
        this.#buffer = new Uint8Array();
        this.#used = 0;
      }
    }
  }

  rest(): Uint8Array {
    return this.#buffer.subarray(0, this.#used);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#buffer.byteLength) return;
    const larger = new Uint8Array(Math.min(PART_BYTES, Math.max(bytes, this.#buffer.byteLength * 2)));
    larger.set(this.rest());
    this.#buffer = larger;
  }
}
