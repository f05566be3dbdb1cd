/** What uploads hold of the memory of a Worker's isolate: R2 takes parts of 5 MiB, and each upload gathers one. */
import { MAX_UPLOAD_BYTES_HELD, MAX_UPLOAD_BYTES_HELD_PER_COMPONENT } from '../../core/limits.ts';

export class UploadMemory {
  readonly #held = new Map<string, number>();
  #total = 0;

  /** Books `bytes` for a component; false when there is no room for them now. */
  take(component: string, bytes: number): boolean {
    const held = (this.#held.get(component) ?? 0) + bytes;
    if (held > MAX_UPLOAD_BYTES_HELD_PER_COMPONENT || this.#total + bytes > MAX_UPLOAD_BYTES_HELD) return false;
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
