/**
 * Carries the bytes of objects for one call, past the pool shard. The grants are asked before each object, and again before
 * one is made visible.
 */
import { err, ok } from '../../core/result.ts';
import type { CapabilityAnswer, CapabilityUse } from '../../isolate/protocol.ts';
import type { BlobAccess } from '../../policy/document.ts';
import { done, unavailable } from '../provider.ts';
import { findContainer } from './containers.ts';
import type { BlobCarrier } from './contract.ts';
import { readCopy, readObject, readRange } from './inputs.ts';
import { copyObject, moveObject, readObjectRange } from './objects.ts';
import { unreadable } from './unreadable.ts';
import { BlobUploadTarget } from './upload.ts';

/** The provider's operations that do nothing but ask the grants. */
const ADMISSION = { read: 'admit-read', write: 'admit-write' } as const;

/** What a session works with. */
export interface BlobFrame {
  /** Undefined when the Worker has no such binding. */
  readonly bucket: R2Bucket | undefined;
  readonly component: string;
  /** Uses a capability in the name of the call: its shard asks the grants of this moment, counts and records. */
  readonly use: (use: CapabilityUse) => Promise<CapabilityAnswer>;
  /** Keeps the Worker alive for work that goes on when the isolate has gone. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

type Access = readonly [container: string, access: BlobAccess];

/** What comes in is from an isolate: each method reads it as such. */
export class BlobSession implements Record<keyof BlobCarrier, (input: unknown) => Promise<CapabilityAnswer>> {
  readonly #frame: BlobFrame;
  readonly #uploads = new Set<BlobUploadTarget>();
  #open = true;

  constructor(frame: BlobFrame) {
    this.#frame = frame;
  }

  async readBlob(input: unknown): Promise<CapabilityAnswer> {
    const range = readRange(input);
    if (!range.ok) return unreadable(range);
    const { container } = range.value;
    return this.#act([[container, 'read']], async (bucket) => done(await readObjectRange(bucket, range.value)));
  }

  async writeBlob(input: unknown): Promise<CapabilityAnswer> {
    const target = readObject(input);
    if (!target.ok) return unreadable(target);
    const { container } = target.value;
    return this.#act([[container, 'write']], async (bucket) => {
      const found = await findContainer(bucket, container);
      if (!found.ok) return done(found);
      if (!this.#open) return unavailable('the call is over');
      const { component, waitUntil } = this.#frame;
      const admit = () => this.#admission([container, 'write']);
      const ended = (upload: BlobUploadTarget) => this.#uploads.delete(upload);
      const upload = new BlobUploadTarget({ bucket, component, admit, waitUntil, ended }, target.value);
      this.#uploads.add(upload);
      return done(ok(upload));
    });
  }

  async copyBlob(input: unknown): Promise<CapabilityAnswer> {
    const copy = readCopy(input);
    if (!copy.ok) return unreadable(copy);
    const { from, to } = copy.value;
    const accesses: Access[] = [
      [from.container, 'read'],
      [to.container, 'write'],
    ];
    return this.#act(accesses, async (bucket) => done(await copyObject(bucket, copy.value)));
  }

  async moveBlob(input: unknown): Promise<CapabilityAnswer> {
    const move = readCopy(input);
    if (!move.ok) return unreadable(move);
    const { from, to } = move.value;
    const accesses: Access[] = [
      [from.container, 'read'],
      [from.container, 'write'],
      [to.container, 'write'],
    ];
    return this.#act(accesses, async (bucket) => done(await moveObject(bucket, move.value)));
  }

  /** The call is over: what was not finished is given up. */
  close(): void {
    this.#open = false;
    for (const upload of [...this.#uploads]) upload[Symbol.dispose]();
  }

  /** Whether the call may do so now. */
  #admission([container, wanted]: Access): Promise<CapabilityAnswer> {
    return this.#frame.use({ provider: 'blobstore', operation: ADMISSION[wanted], input: { container } });
  }

  async #act(
    accesses: readonly Access[],
    act: (bucket: R2Bucket) => Promise<CapabilityAnswer>,
  ): Promise<CapabilityAnswer> {
    const { bucket, component } = this.#frame;
    for (const access of accesses) {
      const admission = await this.#admission(access);
      if (admission.kind === 'refused') return admission;
    }
    if (bucket === undefined) return unavailable('the Worker has no R2 bucket bound as BLOBS');
    try {
      return await act(bucket);
    } catch (error) {
      console.error({ message: 'the blobstore failed', component, error: String(error) });
      return done(err({ code: 'unavailable', message: 'the blobstore did not answer: try again' }));
    }
  }
}
