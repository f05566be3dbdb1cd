/** The time in which a call may wait: what it waits for is given up when the call is over. */

/** Thrown into a guest that still waits, or starts to wait, when its call is over. */
export class CallOver extends Error {
  constructor() {
    super('the call is over');
  }
}

/** Begins to wait and answers how to stop; calls `wake` at most once, never before it has returned. */
export type Wait = (wake: () => void) => () => void;

/** Who is told when the guest waits: waiting is not computing. */
export interface WaitObserver {
  pause(): void;
  resume(): void;
}

export class CallLifetime {
  readonly #observer: WaitObserver | undefined;
  readonly #pending = new Set<() => void>();
  #over = false;

  constructor(observer?: WaitObserver) {
    this.#observer = observer;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Resolves when `wait` wakes; rejects with `CallOver` when the call ends first. */
  until(wait: Wait): Promise<void> {
    if (this.#over) return Promise.reject(new CallOver());
    this.#observer?.pause();
    return new Promise((resolve, reject) => {
      const abandon = () => {
        stop();
        reject(new CallOver());
      };
      const stop = wait(() => {
        this.#pending.delete(abandon);
        stop();
        this.#observer?.resume();
        resolve();
      });
      this.#pending.add(abandon);
    });
  }

  /** What `work` comes to; rejects with `CallOver` when the call ends first. */
  async settle<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      (value) => ({ value }),
      (thrown: unknown) => ({ thrown }),
    );
    await this.until((wake) => {
      settled.then(wake, wake);
      return () => undefined;
    });
    const end = await settled;
    if ('thrown' in end) throw end.thrown;
    return end.value;
  }

  /** Calls `giveUp` when the call ends, at once when it has ended; the answer takes that back. */
  atEnd(giveUp: () => void): () => void {
    if (this.#over) giveUp();
    else this.#pending.add(giveUp);
    return () => {
      this.#pending.delete(giveUp);
    };
  }

  /** Gives up everything that is waited for, now and later. */
  end(): void {
    this.#over = true;
    for (const abandon of this.#pending) abandon();
    this.#pending.clear();
  }
}
