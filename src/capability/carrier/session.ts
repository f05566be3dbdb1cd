/** The carrier of one call, until that is over. */
import { RpcTarget } from 'cloudflare:workers';
import type { CapabilityAnswer } from '../../isolate/protocol.ts';
import type { CopyInput, ObjectInput, ReadInput } from '../blobstore/contract.ts';
import { type BlobFrame, BlobSession } from '../blobstore/session.ts';
import type { HttpAnswer, HttpRequest, HttpRequestBody } from '../http/contract.ts';
import { HttpSender } from '../http/sender.ts';
import type { CarrierAuthority, CarrierSession } from './contract.ts';

export class Session extends RpcTarget implements CarrierSession {
  readonly #authority: CarrierAuthority & Disposable;
  readonly #http: HttpSender;
  readonly #blobs: BlobSession;
  #open = true;

  constructor(authority: CarrierAuthority & Disposable, frame: Omit<BlobFrame, 'use'>) {
    super();
    this.#authority = authority;
    this.#http = new HttpSender(authority);
    this.#blobs = new BlobSession({ ...frame, use: (use) => authority.use(use) });
  }

  request(request: HttpRequest, body: HttpRequestBody): Promise<HttpAnswer> {
    return this.#http.send(request, body);
  }

  async abort(id: number): Promise<void> {
    this.#http.abort(id);
  }

  readBlob(input: ReadInput): Promise<CapabilityAnswer> {
    return this.#blobs.readBlob(input);
  }

  writeBlob(input: ObjectInput): Promise<CapabilityAnswer> {
    return this.#blobs.writeBlob(input);
  }

  copyBlob(input: CopyInput): Promise<CapabilityAnswer> {
    return this.#blobs.copyBlob(input);
  }

  moveBlob(input: CopyInput): Promise<CapabilityAnswer> {
    return this.#blobs.moveBlob(input);
  }

  async callBack(id: number): Promise<number | undefined> {
    return this.#http.callBack(id);
  }

  async close(): Promise<void> {
    this[Symbol.dispose]();
  }

  /** Also when nobody holds the session any more, because the shard or the isolate went away. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.#http.close();
    this.#blobs.close();
    this.#authority[Symbol.dispose]();
  }
}
