/**
 * Takes an upload from the network into R2 without holding it: small ones in one put, larger ones part by part. The
 * digest is computed on the way. Nothing is left behind when the client stops half-way or sends too much.
 */
import { type Failure, failure } from '../core/errors.ts';
import { MAX_COMPONENT_BYTES } from '../core/limits.ts';
import { err, ok, type Result } from '../core/result.ts';
import { INCOMING_PREFIX, incomingKey } from './keys.ts';

/** R2 wants parts of at least 5 MiB, all but the last of one size. */
const PART_BYTES = 5 * 1024 * 1024;

/** Age after which an upload in progress counts as abandoned, in milliseconds. */
const ABANDONED_MS = 3_600_000;

export interface Staged {
  readonly key: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly bytes: number;
}

/**
 * Stores `body` under a new `incoming/` key. Fails with `INVALID_COMPONENT` (nothing was sent), `TOO_LARGE`, or
 * `INVALID_REQUEST` (the client stopped half-way); throws when R2 does not take it.
 */
export async function stageUpload(
  bucket: R2Bucket,
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number = MAX_COMPONENT_BYTES,
): Promise<Result<Staged, Failure>> {
  if (body === null) return err(emptyBody());
  const staging = new Staging(bucket, incomingKey(crypto.randomUUID()));
  try {
    for await (const chunk of receive(body)) {
      if (staging.bytes + chunk.byteLength > maxBytes) throw new Refused(tooLarge(maxBytes));
      await staging.write(chunk);
    }
    if (staging.bytes === 0) throw new Refused(emptyBody());
    return ok(await staging.finish());
  } catch (error) {
    await staging.abort();
    if (error instanceof Refused) return err(error.failure);
    throw error;
  }
}

/** Ends `stageUpload` with a failure that is not R2's. */
class Refused extends Error {
  readonly failure: Failure;

  constructor(failed: Failure) {
    super(failed.message);
    this.failure = failed;
  }
}

/** The chunks of `body`. Only what reading it throws is the client's doing: what the loop over it throws is not. */
async function* receive(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield* body;
  } catch (error) {
    console.warn({ message: 'upload ended early', error: String(error) });
    throw new Refused(failure('INVALID_REQUEST', 'the upload ended before its end: send it again'));
  }
  return undefined;
}

/** One object on its way into R2. */
class Staging {
  bytes = 0;
  readonly #bucket: R2Bucket;
  readonly #key: string;
  readonly #hash = new crypto.DigestStream('SHA-256');
  readonly #hashWriter = this.#hash.getWriter();
  readonly #buffer = new PartBuffer();
  readonly #parts: R2UploadedPart[] = [];
  #upload: R2MultipartUpload | undefined;

  constructor(bucket: R2Bucket, key: string) {
    this.#bucket = bucket;
    this.#key = key;
    // An abort rejects it when nobody waits for it yet.
    this.#hash.digest.catch(() => undefined);
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.bytes += chunk.byteLength;
    await this.#hashWriter.write(chunk);
    for (const part of this.#buffer.push(chunk)) {
      this.#upload ??= await this.#bucket.createMultipartUpload(this.#key);
      await this.#uploadPart(this.#upload, part);
    }
  }

  async finish(): Promise<Staged> {
    await this.#hashWriter.close();
    const digest = `sha256:${hex(await this.#hash.digest)}`;
    const rest = this.#buffer.rest();
    if (this.#upload === undefined) {
      await this.#bucket.put(this.#key, rest);
    } else {
      if (rest.byteLength > 0) await this.#uploadPart(this.#upload, rest);
      await this.#upload.complete(this.#parts);
    }
    return { key: this.#key, digest, bytes: this.bytes };
  }

  /** Leaves nothing behind; what R2 fails to abort, the sweep or R2's own lifecycle takes. */
  async abort(): Promise<void> {
    await Promise.allSettled([this.#upload?.abort(), this.#hashWriter.abort()]);
  }

  async #uploadPart(upload: R2MultipartUpload, part: Uint8Array): Promise<void> {
    this.#parts.push(await upload.uploadPart(this.#parts.length + 1, part));
  }
}

/** Deletes uploads that nobody finished. Called by the cron trigger. */
export async function sweepAbandonedUploads(bucket: R2Bucket, now: number): Promise<number> {
  let cursor: string | undefined;
  let swept = 0;
  do {
    const page = await bucket.list({ prefix: INCOMING_PREFIX, ...(cursor === undefined ? {} : { cursor }) });
    const old = page.objects.filter((object) => object.uploaded.getTime() < now - ABANDONED_MS).map(({ key }) => key);
    if (old.length > 0) await bucket.delete(old);
    swept += old.length;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return swept;
}

/** Cuts a stream of chunks into parts of exactly `PART_BYTES`. */
class PartBuffer {
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #used = 0;

  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let rest = chunk;
    while (rest.byteLength > 0) {
      this.#buffer ??= new Uint8Array(PART_BYTES);
      const taken = rest.subarray(0, PART_BYTES - this.#used);
      this.#buffer.set(taken, this.#used);
      this.#used += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (this.#used === PART_BYTES) {
        yield this.#buffer;
        this.#buffer = undefined;
        this.#used = 0;
      }
    }
  }

  rest(): Uint8Array {
    return this.#buffer?.subarray(0, this.#used) ?? new Uint8Array();
  }
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function emptyBody(): Failure {
  return failure('INVALID_COMPONENT', 'the body is empty: send the bytes of a WebAssembly component', {
    stage: 'size',
    reason: 'empty body',
  });
}

function tooLarge(maxBytes: number): Failure {
  return failure('TOO_LARGE', `the component is larger than ${maxBytes} bytes: make it smaller`, {
    maxBytes: String(maxBytes),
  });
}
