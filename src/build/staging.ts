/**
 * Takes an upload from the network into R2 without holding it: small ones in one put, larger ones part by part. The
 * digest is computed on the way. Nothing is left behind when the client stops half-way or sends too much.
 */
import { type Failure, failure } from '../core/errors.ts';
import { MAX_COMPONENT_BYTES } from '../core/limits.ts';
import { err, ok, type Result } from '../core/result.ts';
import { INCOMING_PREFIX, incomingKey } from './keys.ts';
import { PartUpload } from './part-upload.ts';

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

/** One object on its way into R2, with its digest. */
class Staging {
  readonly #key: string;
  readonly #hash = new crypto.DigestStream('SHA-256');
  readonly #hashWriter = this.#hash.getWriter();
  readonly #upload: PartUpload;

  constructor(bucket: R2Bucket, key: string) {
    this.#key = key;
    this.#upload = new PartUpload(bucket, key);
    // An abort rejects it when nobody waits for it yet.
    this.#hash.digest.catch(() => undefined);
  }

  get bytes(): number {
    return this.#upload.bytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#hashWriter.write(chunk);
    await this.#upload.write(chunk);
  }

  async finish(): Promise<Staged> {
    await this.#hashWriter.close();
    const digest = `sha256:${hex(await this.#hash.digest)}`;
    await this.#upload.finish();
    return { key: this.#key, digest, bytes: this.bytes };
  }

  /** Leaves nothing behind; what R2 fails to abort, the sweep or R2's own lifecycle takes. */
  async abort(): Promise<void> {
    await Promise.allSettled([this.#upload.abort(), this.#hashWriter.abort()]);
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
