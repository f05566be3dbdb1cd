/** Lets at most `maxConcurrent` calls of a shard run and keeps the others in order, each until its deadline. */
import { admit, type Capacity, type Load } from '../../src/core/admission.ts';

interface Waiting {
  readonly start: () => void;
}

export type Entry = 'entered' | 'refused' | 'expired';

export class Gate {
  #capacity: Capacity = { maxConcurrent: 0, maxQueue: 0 };
  #executing = 0;
  readonly #waiting = new Set<Waiting>();
  readonly #idle = new Set<() => void>();

  get load(): Load {
    return { executing: this.#executing, queued: this.#waiting.size };
  }

  /** Takes a new capacity; more room lets those who wait in at once. */
  resize(capacity: Capacity): void {
    this.#capacity = capacity;
    this.#letIn();
  }

  /** `entered`: the caller must `leave`. `refused`: no room to wait. `expired`: waited for `waitMs` in vain. */
  enter(waitMs: number): Entry | Promise<Entry> {
    switch (admit(this.load, this.#capacity)) {
      case 'run':
        this.#executing += 1;
        return 'entered';
      case 'refuse':
        return 'refused';
      case 'wait':
        return this.#wait(waitMs);
    }
  }

  leave(): void {
    this.#executing -= 1;
    this.#letIn();
    if (!this.#isIdle()) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }

  /** True when nothing runs or waits any more, false after `timeoutMs`. */
  async drained(timeoutMs: number): Promise<boolean> {
    if (this.#isIdle()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const done = () => resolve(true);
    this.#idle.add(done);
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const drained = await promise;
    clearTimeout(timer);
    this.#idle.delete(done);
    return drained;
  }

  #isIdle(): boolean {
    return this.#executing === 0 && this.#waiting.size === 0;
  }

  #letIn(): void {
    for (const next of this.#waiting) {
      if (this.#executing >= this.#capacity.maxConcurrent) break;
      this.#waiting.delete(next);
      this.#executing += 1;
      next.start();
    }
  }

  #wait(waitMs: number): Promise<Entry> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        start: () => {
          clearTimeout(timer);
          resolve('entered');
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve('expired');
      }, waitMs);
      this.#waiting.add(waiting);
    });
  }
}
