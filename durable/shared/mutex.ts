/** Serialises the changes of one object: awaits inside one change must not let another in between. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs `body` after everything that was queued before it, whether that failed or not. */
  run<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(body, body);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
