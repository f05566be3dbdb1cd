/** The instances of a component that wait for their next call, each brought back to its first state. */

/** One of them. */
export interface IdleSlot {
  /** Gives up what it holds. */
  discard(): void;
}

export class IdleSlots<T extends IdleSlot> {
  readonly #slots: T[] = [];

  /** The one that was used last: its memory is the likeliest to be in the processor's cache. */
  take(): T | undefined {
    return this.#slots.pop();
  }

  /** Keeps `slot`, unless there are `max` already: then it is discarded. */
  keep(slot: T, max: number): void {
    if (this.#slots.length < max) this.#slots.push(slot);
    else slot.discard();
  }

  /** Discards the one that has waited longest, for the memory that it holds; false when there is none. */
  shed(): boolean {
    const slot = this.#slots.shift();
    slot?.discard();
    return slot !== undefined;
  }

  clear(): void {
    while (this.shed());
  }
}
