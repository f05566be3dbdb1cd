/** `outgoing-value` of `wasi:blobstore/types`: bytes for an object, which exists once they are finished. */
import type { BlobUpload, ObjectInput } from '../../../../src/capability/blobstore/contract.ts';
import { WasiFailure } from '../failure.ts';
import { Resource } from '../resource.ts';
import { OutputStream } from '../streams.ts';
import { BlobSink } from './blob-sink.ts';
import { type BlobClient, unwrap } from './client.ts';

export class OutgoingValue extends Resource {
  readonly #client: BlobClient;
  readonly #sink: BlobSink;
  #hasBody = false;
  #upload: BlobUpload | undefined;
  #isOver = false;

  constructor(client: BlobClient) {
    super();
    this.#client = client;
    this.#sink = new BlobSink(client.lifetime);
  }

  outgoingValueWriteBody(): OutputStream {
    if (this.#hasBody || this.#isOver || !this.#client.open()) throw new WasiFailure(undefined);
    this.#hasBody = true;
    return new OutputStream(this.#sink);
  }

  /** Says which object the bytes are for, before, while or after they are written; once. */
  static async writeTo(value: OutgoingValue, target: ObjectInput): Promise<void> {
    if (value.#upload !== undefined) throw new WasiFailure('invalid: the value is written to an object already');
    const { lifetime } = value.#client;
    const upload = await lifetime.settle(value.#client.carry<BlobUpload>((carrier) => carrier.writeBlob(target)));
    value.#upload = upload;
    value.#sink.connect(upload);
  }

  static async finish(value: OutgoingValue): Promise<void> {
    const { lifetime } = value.#client;
    const upload = value.#upload;
    try {
      if (upload === undefined) throw new WasiFailure('invalid: the value was not given to write-data');
      const failure = await lifetime.settle(value.#sink.end());
      if (failure !== undefined) throw new WasiFailure(failure);
      unwrap<null>(await lifetime.settle(upload.finish()));
    } finally {
      value[Symbol.dispose]();
    }
  }

  /** Dropped before it was finished, the object is not stored. */
  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sink.abort();
    if (this.#hasBody) this.#client.close();
    disposeOf(this.#upload);
  }
}

/** Tells the carrier that nobody holds the upload any more. */
function disposeOf(upload: (BlobUpload & Partial<Disposable>) | undefined): void {
  upload?.[Symbol.dispose]?.();
}
