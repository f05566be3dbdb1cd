/** A pollable condition that the host sets: bytes have come, room is there, a request was answered. */
import type { CallLifetime } from '../lifetime.ts';
import type { PollSource } from './poll.ts';

export class Latch implements PollSource {
  readonly lifetime: CallLifetime;
  readonly #waiting = new Set<() => void>();
  #isSet: boolean;

  constructor(lifetime: CallLifetime, isSet = false) {
    this.lifetime = lifetime;
    this.#isSet = isSet;
  }

  ready(): boolean {
    return this.#isSet;
  }

  /** Whoever waits is woken once it is set. */
  readonly wait = (wake: () => void): (() => void) => {
    this.#waiting.add(wake);
    return () => {
      this.#waiting.delete(wake);
    };
  };

  set(): void {
    this.#isSet = true;
    for (const wake of [...this.#waiting]) wake();
  }

  clear(): void {
    this.#isSet = false;
  }
}
