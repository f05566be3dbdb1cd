/** What uploads hold of the memory of a Worker's isolate: R2 takes parts of 5 MiB, and each upload gathers one. */

/** Bytes that the uploads in one isolate of the Worker hold together: it has 128 MB, and much else to do. */
const MAX_BYTES = 48 * 1024 * 1024;

/** Bytes of one component's: three others can be in the same place. */
const MAX_COMPONENT_BYTES = 16 * 1024 * 1024;

export class UploadMemory {
  readonly #held = new Map<string, number>();
  #total = 0;

  /** Books `bytes` for a component; false when there is no room for them now. */
  take(component: string, bytes: number): boolean {
    const held = (this.#held.get(component) ?? 0) + bytes;
    if (held > MAX_COMPONENT_BYTES || this.#total + bytes > MAX_BYTES) return false;
    this.#held.set(component, held);
    this.#total += bytes;
    return true;
  }

  /** Gives back what `take` booked. */
  give(component: string, bytes: number): void {
    const held = (this.#held.get(component) ?? 0) - bytes;
    if (held > 0) this.#held.set(component, held);
    else this.#held.delete(component);
    this.#total -= bytes;
  }
}
