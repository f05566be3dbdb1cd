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

/** Stores `body` under a new `incoming/` key. Fails with `TOO_LARGE` or `INVALID_REQUEST`. */
export async function stageUpload(
  bucket: R2Bucket,
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number = MAX_COMPONENT_BYTES,
): Promise<Result<Staged, Failure>> {
  if (body === null) return err(emptyBody());
  const key = incomingKey(crypto.randomUUID());
  const hash = new crypto.DigestStream('SHA-256');
  const hashWriter = hash.getWriter();
  const part = new PartBuffer();
  let upload: R2MultipartUpload | undefined;
  const parts: R2UploadedPart[] = [];
  let bytes = 0;

  const giveUp = async (reason: Failure): Promise<Result<Staged, Failure>> => {
    await Promise.allSettled([upload?.abort(), hashWriter.abort()]);
    return err(reason);
  };

  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) return await giveUp(tooLarge(maxBytes));
      await hashWriter.write(chunk);
      for (const full of part.push(chunk)) {
        upload ??= await bucket.createMultipartUpload(key);
        parts.push(await upload.uploadPart(parts.length + 1, full));
      }
    }
  } catch (error) {
    console.warn({ message: 'upload ended early', error: String(error) });
    return await giveUp(failure('INVALID_REQUEST', 'the upload ended before its end: send it again'));
  }
  if (bytes === 0) return await giveUp(emptyBody());
  await hashWriter.close();
  const digest = `sha256:${hex(await hash.digest)}`;
  const rest = part.rest();
  if (upload === undefined) {
    await bucket.put(key, rest);
  } else {
    if (rest.byteLength > 0) parts.push(await upload.uploadPart(parts.length + 1, rest));
    await upload.complete(parts);
  }
  return ok({ key, digest, bytes });
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
