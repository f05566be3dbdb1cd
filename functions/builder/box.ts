/** Holds bytes until they are taken, so that an async caller does not keep them alive while others work on them. */

export class Box {
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** Gives the bytes away, once. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    if (bytes === undefined) throw new Error('the bytes have been taken');
    this.#bytes = undefined;
    return bytes;
  }
}
