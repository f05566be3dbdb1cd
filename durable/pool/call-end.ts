/** The end of one call from outside: said once, for good, and heard by everything that works for the call. */
import type { AbortReason } from '../../src/isolate/protocol.ts';

export class CallEnd {
  #reason: AbortReason | undefined;
  readonly #listeners = new Set<(reason: AbortReason) => void>();

  /** Why the call must end; undefined while it may go on. */
  get reason(): AbortReason | undefined {
    return this.#reason;
  }

  /** The first reason counts. */
  abort(reason: AbortReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    for (const listener of this.#listeners) listener(reason);
    this.#listeners.clear();
  }

  /** Calls `listener` when the call must end, at once when that was said before; the answer stops it. */
  onAbort(listener: (reason: AbortReason) => void): () => void {
    if (this.#reason !== undefined) listener(this.#reason);
    else this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
