/**
 * Counts what a call uses and ends it for good. Metered core modules export a mutable i64 global that counts down; below
 * zero the next function entry or loop iteration is `unreachable`, which a guest cannot catch.
 */

import type { LimitReached } from './limit-reached.ts';

/** The export of a metered core module. The builder makes every other core name an ordinal, so no guest can name it. */
export const FUEL_EXPORT = '__fuel';

const EMPTY = -1n;

/** Part of the fuel that is shared out evenly, so that a small module can do something too. */
const EVEN_PART = 0.2;

/** Modules that jco writes inline in its glue and the builder lifts out: trampolines and tables without a loop, so unmetered. */
const INLINE_MODULE = /\.inline\d+\.wasm$/;

/** A core module that should be metered is not: the builder and this harness disagree, and the guest would not end. */
export class UnmeteredModule extends Error {
  constructor(name: string) {
    super(`INTERNAL: the core module ${JSON.stringify(name)} is not metered`);
  }
}

/** One metered core instance and what it was last given. */
interface Account {
  readonly global: WebAssembly.Global;
  /** Size of its module: who has more code gets more of the fuel. */
  readonly bytes: number;
  granted: bigint;
}

export class FuelMeter {
  readonly #budget: bigint;
  readonly #accounts: Account[] = [];
  /** What was used before the fuel was last shared out: by the guest and by what the host did for it. */
  #spent = 0n;
  #shared = false;
  #used: number | undefined;
  #exhausted = false;
  #refusal: LimitReached | undefined;

  /** `budget` is what all core instances of a call may use together. */
  constructor(budget: number) {
    this.#budget = BigInt(budget);
  }

  /** Takes a new core instance in, of the module `name` with `bytes` of code. It has no fuel before the first `share`. */
  add(instance: WebAssembly.Instance, name: string, bytes: number): void {
    const global = instance.exports[FUEL_EXPORT];
    if (!(global instanceof WebAssembly.Global)) {
      if (INLINE_MODULE.test(name)) return;
      throw new UnmeteredModule(name);
    }
    global.value = this.#used === undefined ? 0n : EMPTY;
    this.#accounts.push({ global, bytes, granted: 0n });
    if (this.#shared) this.share();
  }

  /** Shares out what is left, so that the instances can never use more together: most of it by size, the rest evenly. */
  share(): void {
    if (this.#used !== undefined) return;
    this.#shared = true;
    this.#spent += this.#guestUse();
    const left = this.#budget - this.#spent;
    const count = this.#accounts.length;
    const total = this.#accounts.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const account of this.#accounts) {
      const part = total === 0 ? 1 / count : EVEN_PART / count + ((1 - EVEN_PART) * account.bytes) / total;
      account.granted = left <= 0n ? EMPTY : BigInt(Math.floor(Number(left) * part));
      account.global.value = account.granted;
    }
  }

  /** Takes `units` for the host's work from what the call has left. When that is too little, the meter is drained. */
  charge(units: number): void {
    if (this.#used !== undefined) return;
    this.#spent += BigInt(units);
    if (this.exhausted) this.drain();
    else this.share();
  }

  /** True when the guest or what it asked of the host used the fuel up. */
  get exhausted(): boolean {
    if (this.#used !== undefined) return this.#exhausted;
    return this.#spent > this.#budget || this.#accounts.some(({ global }) => global.value < 0n);
  }

  /** Fuel that all instances and the host used together. It stands still once the meter is drained. */
  get used(): number {
    return this.#used ?? Math.min(Number(this.#spent + this.#guestUse()), Number(this.#budget));
  }

  /** The limit that the guest was ended for, if it was. */
  get refusal(): LimitReached | undefined {
    return this.#refusal;
  }

  /** Ends the guest for this limit and throws it. A guest that catches it is ended by its next step. */
  refuse(limit: LimitReached): never {
    this.#refusal ??= limit;
    this.drain();
    throw this.#refusal;
  }

  /** Ends the guest: whatever of it still runs, or is woken later, traps at once. */
  drain(): void {
    if (this.#used !== undefined) return;
    const exhausted = this.exhausted;
    this.#used = this.used;
    this.#exhausted = exhausted;
    for (const { global } of this.#accounts) global.value = EMPTY;
  }

  /** What the instances used since the fuel was last shared out. */
  #guestUse(): bigint {
    let used = 0n;
    for (const { global, granted } of this.#accounts) {
      const left = global.value < 0n ? 0n : global.value;
      if (granted > left) used += granted - left;
    }
    return used;
  }
}
