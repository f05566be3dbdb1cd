/**
 * Counts what a call uses and ends it for good. Metered core modules export a mutable i64 global that counts down; below
 * zero the next function entry or loop iteration is `unreachable`, which a guest cannot catch.
 */

/** The export of a metered core module. The builder makes every other core name an ordinal, so no guest can name it. */
export const FUEL_EXPORT = '__fuel';

const EMPTY = -1n;

export class FuelMeter {
  readonly #budget: bigint;
  readonly #globals: WebAssembly.Global[] = [];
  #used: number | undefined;
  #exhausted = false;

  /** `budget` is what each core instance may use. */
  constructor(budget: number) {
    this.#budget = BigInt(budget);
  }

  /** Takes a new core instance in. What its start function used is not counted. */
  add(instance: WebAssembly.Instance): void {
    const global = instance.exports[FUEL_EXPORT];
    if (!(global instanceof WebAssembly.Global)) return;
    global.value = this.#used === undefined ? this.#budget : EMPTY;
    this.#globals.push(global);
  }

  /** True when an instance ran out by itself. */
  get exhausted(): boolean {
    return this.#used === undefined ? this.#globals.some((global) => global.value < 0n) : this.#exhausted;
  }

  /** Fuel that all instances used together. It stands still once the meter is drained. */
  get used(): number {
    if (this.#used !== undefined) return this.#used;
    let used = 0n;
    for (const global of this.#globals) used += this.#budget - (global.value < 0n ? 0n : global.value);
    return Number(used);
  }

  /** Ends the guest: whatever of it still runs, or is woken later, traps at once. */
  drain(): void {
    if (this.#used !== undefined) return;
    const exhausted = this.exhausted;
    this.#used = this.used;
    this.#exhausted = exhausted;
    for (const global of this.#globals) global.value = EMPTY;
  }
}
