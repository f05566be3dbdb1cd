/** What the host's work costs a call: fuel from the same account as the guest's own steps, and a look at the clock. */
import type { FuelMeter } from './fuel.ts';
import { type CallLifetime, CallOver } from './lifetime.ts';
import { SETTLE_UNITS } from './limits.ts';

/** Tells whether a call has had its time. */
export interface Deadline {
  readonly late: boolean;
}

/** The account and the end of one call, as its host functions see them. */
export class Toll {
  readonly #meter: FuelMeter;
  readonly #lifetime: CallLifetime;
  readonly #deadline: Deadline;
  /** Units that the meter has not been told of: a sum of small numbers is cheaper, and the clock is looked at with it. */
  #due = 0;
  #over = false;

  constructor(meter: FuelMeter, lifetime: CallLifetime, deadline: Deadline) {
    this.#meter = meter;
    this.#lifetime = lifetime;
    this.#deadline = deadline;
  }

  /** The time in which the call may wait. */
  get lifetime(): CallLifetime {
    return this.#lifetime;
  }

  /** Takes `units` of fuel. Throws `CallOver` when the call has no fuel or no time left, or has ended. */
  take(units: number): void {
    if (this.#over) throw new CallOver();
    this.#due += units;
    if (this.#due >= SETTLE_UNITS) this.#settle();
  }

  /** No host function works from here on; the meter knows of everything that was taken. */
  close(): void {
    this.#over = true;
    this.#meter.charge(this.#due);
    this.#due = 0;
  }

  #settle(): void {
    this.#meter.charge(this.#due);
    this.#due = 0;
    if (!this.#meter.exhausted && !this.#deadline.late) return;
    this.close();
    this.#meter.drain();
    this.#lifetime.end();
    throw new CallOver();
  }
}
