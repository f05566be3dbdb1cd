/** A stream that writes a file of the volume: it collects what the guest writes, and sends it when it is much, or is to be flushed. */
import type { FileTarget } from '../../../../src/capability/filesystem/contract.ts';
import type { FileErrorCode } from '../../../../src/core/files/file-error.ts';
import { MAX_PENDING_WRITE_BYTES, WRITE_PERMIT_BYTES } from '../../limits.ts';
import type { PollSource } from '../poll.ts';
import { type ByteSink, streamClosed } from '../streams.ts';
import { streamFailure } from './files.ts';
import type { PendingWriter, VolumeLink } from './volume-link.ts';

export class VolumeWriter implements ByteSink, PendingWriter {
  readonly target: FileTarget;
  readonly room: PollSource;
  readonly flushed: PollSource;
  readonly #files: VolumeLink;
  /** Where the next bytes go; undefined: at the end. */
  #offset: number | undefined;
  #parts: Uint8Array[] = [];
  #collected = 0;
  #onTheWay = 0;
  #failure: FileErrorCode | undefined;
  #isTold = false;
  #isDropped = false;

  constructor(files: VolumeLink, target: FileTarget, offset: number | undefined) {
    this.#files = files;
    this.target = target;
    this.#offset = offset;
    this.room = files.condition(() => this.#failure !== undefined || this.#takes() > 0);
    this.flushed = files.condition(() => this.#failure !== undefined || this.pendingBytes === 0);
  }

  get pendingBytes(): number {
    return this.#collected + this.#onTheWay;
  }

  get failure(): FileErrorCode | undefined {
    return this.#failure;
  }

  permit(): number {
    this.#report();
    return this.#takes();
  }

  write(bytes: Uint8Array): void {
    this.#report();
    this.#parts.push(bytes.slice());
    this.#collected += bytes.length;
    if (this.#collected >= WRITE_PERMIT_BYTES) this.flush();
  }

  /** Sends what was collected. */
  flush(): void {
    if (this.#collected === 0 || this.#failure !== undefined) return;
    const bytes = joined(this.#parts, this.#collected);
    this.#parts = [];
    this.#collected = 0;
    this.#onTheWay += bytes.length;
    const at = this.#offset === undefined ? {} : { offset: this.#offset };
    if (this.#offset !== undefined) this.#offset += bytes.length;
    this.#files.send({ op: 'write', at: this.target, ...at, bytes }).then(
      (answer) => {
        this.#onTheWay -= bytes.length;
        if (!answer.ok) this.#fail(answer.error);
        if (this.#isDropped && this.pendingBytes === 0) this.#files.forget(this);
        this.#files.progressed();
      },
      // The call is over, and nobody writes any more.
      () => undefined,
    );
  }

  dropped(): void {
    this.#isDropped = true;
    this.flush();
    if (this.pendingBytes === 0) this.#files.forget(this);
  }

  #takes(): number {
    if (this.#files.pendingBytes >= MAX_PENDING_WRITE_BYTES) this.#files.sendAll();
    return this.#onTheWay > 0 || this.#files.pendingBytes >= MAX_PENDING_WRITE_BYTES ? 0 : WRITE_PERMIT_BYTES;
  }

  #fail(code: FileErrorCode): void {
    this.#failure ??= code;
    this.#parts = [];
    this.#collected = 0;
  }

  /** The failure once, and from then on that the stream is closed. */
  #report(): void {
    if (this.#failure === undefined) return;
    if (this.#isTold) throw streamClosed();
    this.#isTold = true;
    throw streamFailure(this.#failure);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
