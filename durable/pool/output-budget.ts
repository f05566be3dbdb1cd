/** How much the calls of a component may write to the Worker's log, all of them together: so many bytes a second. */
import { OUTPUT_RATE } from '../../src/core/limits.ts';
import { type Bucket, fill, fullBucket } from '../../src/core/token-bucket.ts';

export class OutputBudget {
  #bucket: Bucket | undefined;

  /** Bytes that may be written now. */
  room(now: number): number {
    this.#bucket = fill(this.#bucket ?? fullBucket(OUTPUT_RATE, now), OUTPUT_RATE, now);
    return Math.floor(this.#bucket.tokens);
  }

  /** Bytes were written, no more than there was room for. */
  spend(bytes: number): void {
    if (this.#bucket !== undefined)
      this.#bucket = { ...this.#bucket, tokens: Math.max(0, this.#bucket.tokens - bytes) };
  }
}
