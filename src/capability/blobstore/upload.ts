/** An object that a call is writing, as the isolate holds it: whole and visible after `finish`, or nothing at all. */
import { RpcTarget } from 'cloudflare:workers';
import { PartUpload } from '../../build/part-upload.ts';
import { MAX_BLOB_BYTES, MAX_BLOB_CHUNK_BYTES } from '../../core/limits.ts';
import { err, ok } from '../../core/result.ts';
import type { CapabilityAnswer } from '../../isolate/protocol.ts';
import { done, invalid } from '../provider.ts';
import { findContainer } from './containers.ts';
import type { BlobError, BlobResult, BlobUpload, ObjectInput } from './contract.ts';
import { objectKey } from './keys.ts';
import { UploadMemory } from './upload-memory.ts';
import { uploadRecord } from './upload-records.ts';

/** Shared by all uploads in this isolate of the Worker. */
const memory = new UploadMemory();

const OVER: BlobError = { code: 'unavailable', message: 'the object is not being written any more' };
const LOST: BlobError = { code: 'unavailable', message: 'the object could not be stored: try again' };
const BUSY: BlobError = { code: 'busy', message: 'too many objects are being written at the moment: try again later' };
const TOO_LARGE: BlobError = { code: 'too-large', message: `an object has at most ${MAX_BLOB_BYTES} bytes` };

export interface UploadFrame {
  readonly bucket: R2Bucket;
  readonly component: string;
  /** Asks the grants of the moment whether the object may be written. */
  readonly admit: () => Promise<CapabilityAnswer>;
  /** Keeps the Worker alive for what is left to do when the isolate has gone. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Hears that the upload needs nobody any more. */
  readonly ended: (upload: BlobUploadTarget) => void;
}

export class BlobUploadTarget extends RpcTarget implements BlobUpload {
  readonly #frame: UploadFrame;
  readonly #target: ObjectInput;
  readonly #upload: PartUpload;
  #state: 'open' | 'finished' | 'given-up' = 'open';
  /** What is being done; it never rejects. */
  #work: Promise<unknown> | undefined;
  /** Bytes that are booked in `memory`. */
  #booked = 0;

  constructor(frame: UploadFrame, target: ObjectInput) {
    super();
    this.#frame = frame;
    this.#target = target;
    const { bucket } = frame;
    this.#upload = new PartUpload(bucket, objectKey(target.container, target.object), uploadRecord(bucket));
  }

  async write(chunk: unknown): Promise<BlobResult<null>> {
    if (this.#state !== 'open' || this.#work !== undefined) return err(OVER);
    const refusal = this.#refusal(chunk);
    if (refusal !== undefined) return this.#giveUp(err(refusal));
    const bytes = chunk as Uint8Array; // anything else was refused
    return this.#alone(async (): Promise<BlobResult<null>> => {
      await this.#upload.write(bytes);
      this.#book(this.#upload.heldBytes);
      return ok(null);
    }, err(LOST));
  }

  async finish(): Promise<CapabilityAnswer> {
    if (this.#state !== 'open' || this.#work !== undefined) return invalid('the upload is over');
    return this.#alone(() => this.#complete(), done(err(LOST)));
  }

  [Symbol.dispose](): void {
    this.#giveUp(undefined);
  }

  async #complete(): Promise<CapabilityAnswer> {
    const admission = await this.#frame.admit();
    if (admission.kind === 'refused') return this.#giveUp(admission);
    const container = await findContainer(this.#frame.bucket, this.#target.container);
    if (!container.ok) return this.#giveUp(done(container));
    if (this.#state !== 'open') return done(err(OVER));
    await this.#upload.finish();
    this.#state = 'finished';
    this.#book(0);
    this.#frame.ended(this);
    return done(ok(null));
  }

  /** Why a chunk is not taken; memory for one that is taken is booked. */
  #refusal(chunk: unknown): BlobError | undefined {
    if (!(chunk instanceof Uint8Array) || chunk.byteLength > MAX_BLOB_CHUNK_BYTES) return OVER;
    if (this.#upload.bytes + chunk.byteLength > MAX_BLOB_BYTES) return TOO_LARGE;
    return this.#book(this.#upload.heldBytes + chunk.byteLength) ? undefined : BUSY;
  }

  /** Books so many bytes instead of what was booked before. */
  #book(bytes: number): boolean {
    const more = bytes - this.#booked;
    if (more > 0 && !memory.take(this.#frame.component, more)) return false;
    if (more < 0) memory.give(this.#frame.component, -more);
    this.#booked = bytes;
    return true;
  }

  /** Does one thing; when it fails, the upload is given up and `lost` is the answer. */
  async #alone<T>(work: () => Promise<T>, lost: T): Promise<T> {
    const running = work().catch((error: unknown) => {
      const { component } = this.#frame;
      console.error({ message: 'an object could not be stored', component, error: String(error) });
      return this.#giveUp(lost);
    });
    this.#work = running;
    const result = await running;
    this.#work = undefined;
    return result;
  }

  /** Nothing of the object will be seen. What is being done ends first. */
  #giveUp<T>(answer: T): T {
    if (this.#state !== 'open') return answer;
    const { waitUntil, ended } = this.#frame;
    this.#state = 'given-up';
    ended(this);
    waitUntil(this.#abort());
    return answer;
  }

  async #abort(): Promise<void> {
    await this.#work;
    // It was too late: the object was complete before anybody gave it up.
    if (this.#state === 'finished') return;
    this.#book(0);
    // What R2 does not abort now, the sweep does.
    await this.#upload.abort().catch(() => undefined);
  }
}
