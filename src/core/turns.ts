/** PURE: lets a number of things go on at a time; others wait for their turn, in order, and when too many wait are turned away. */
export class Turns {
  readonly #maxRunning: number;
  readonly #maxWaiting: number;
  readonly #waiting: ((mayGo: boolean) => void)[] = [];
  #running = 0;
  #open = true;

  constructor(maxRunning: number, maxWaiting: number) {
    this.#maxRunning = maxRunning;
    this.#maxWaiting = maxWaiting;
  }

  /** True: it is its turn, which ends with `leave`. False: too many wait, or nothing goes on any more. */
  enter(): boolean | Promise<boolean> {
    if (!this.#open) return false;
    if (this.#running < this.#maxRunning) {
      this.#running += 1;
      return true;
    }
    if (this.#waiting.length >= this.#maxWaiting) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push(resolve);
    return promise;
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next(true);
  }

  /** Turns away what waits, and everything that comes. */
  close(): void {
    this.#open = false;
    for (const turnAway of this.#waiting.splice(0)) turnAway(false);
  }
}
