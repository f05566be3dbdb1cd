/**
 * The fuel account of a call. Metered core modules count down a global of their own; below zero they ask the function in
 * their slot, which is this meter's: it moves fuel from the account to them, or stops the guest for good.
 */

import type { LimitReached } from './limit-reached.ts';

/** The exports of a metered core module. The builder makes every other core name an ordinal, so no guest can name them. */
export const FUEL_EXPORT = '__fuel';
export const SLOT_EXPORT = '__fuel_slot';

/** What the slot answers: anything but `GO_ON` is `unreachable`, which a guest cannot catch. */
const GO_ON = 0;
const STOP = 1;

/** Most that an instance holds at once: it is an i32, and advances that it gives back come on top. */
const MAX_GRANT = 2 ** 29;

/** Least that an instance gets while the account has it: a grant takes about 0.2 µs. */
const MIN_GRANT = 2 ** 16;

/** The part of the account that one grant may take: several instances draw from it in turn. */
const GRANT_DIVISOR = 8;

/** The balance of an instance that was stopped. So low that advances which its frames give back leave it below zero. */
const STOPPED = -(2 ** 30);

/** Modules that jco writes inline in its glue and the builder lifts out: trampolines and tables without a loop, so unmetered. */
const INLINE_MODULE = /\.inline\d+\.wasm$/;

/** A core module that should be metered is not: the builder and this harness disagree, and the guest would not end. */
export class UnmeteredModule extends Error {
  constructor(name: string) {
    super(`INTERNAL: the core module ${JSON.stringify(name)} is not metered`);
  }
}

export class FuelMeter {
  readonly #budget: number;
  readonly #slotModule: WebAssembly.Module;
  readonly #globals: WebAssembly.Global[] = [];
  /** What no instance holds. Below zero when more was used than there was. */
  #left: number;
  #slotFunction: unknown;
  #used: number | undefined;
  #exhausted = false;
  #refusal: LimitReached | undefined;

  /** `budget` is what all core instances may use together. `slotModule` gives `r`, its import `h.r`, back as an export. */
  constructor(budget: number, slotModule: WebAssembly.Module) {
    this.#budget = budget;
    this.#left = budget;
    this.#slotModule = slotModule;
  }

  /** Takes a new core instance in, of the module `name`. */
  add(instance: WebAssembly.Instance, name: string): void {
    const { [FUEL_EXPORT]: fuel, [SLOT_EXPORT]: slot } = instance.exports;
    if (!(fuel instanceof WebAssembly.Global) || !(slot instanceof WebAssembly.Table)) {
      if (INLINE_MODULE.test(name)) return;
      throw new UnmeteredModule(name);
    }
    this.#globals.push(fuel);
    slot.set(0, this.#slot());
    fuel.value = this.#used === undefined ? this.#grant() : STOPPED;
  }

  /** Takes `units` for the host's work. When the call has less than that left, the meter is drained. */
  charge(units: number): void {
    if (this.#used !== undefined) return;
    this.#left -= units;
    if (this.#left < 0) this.#reclaim();
    if (this.#left < 0) this.#stop(true);
  }

  /** True when the guest, or what it asked of the host, used the account up. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** Fuel that all instances and the host used together, at most the budget. It stands still once the meter is drained. */
  get used(): number {
    if (this.#used !== undefined) return this.#used;
    const held = this.#globals.reduce((sum, { value }) => sum + value, 0);
    return Math.min(this.#budget - this.#left - held, this.#budget);
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

  /** Ends the guest: whatever of it still runs, or is woken later, traps at its next check. */
  drain(): void {
    if (this.#used === undefined) this.#stop(false);
  }

  #stop(exhausted: boolean): void {
    this.#used = this.used;
    this.#exhausted = exhausted;
    for (const global of this.#globals) global.value = STOPPED;
  }

  /** A function that a table of wasm takes: one that wasm itself exports. */
  #slot(): unknown {
    this.#slotFunction ??= new WebAssembly.Instance(this.#slotModule, { h: { r: () => this.#ask() } }).exports['r'];
    return this.#slotFunction;
  }

  /** An instance is below zero: it gets from the account, or from what the others hold. */
  #ask(): number {
    if (this.#used !== undefined) return STOP;
    const overdrawn = this.#globals.filter(({ value }) => value < 0);
    for (const global of overdrawn) this.#takeBack(global);
    if (this.#left <= 0) this.#reclaim();
    if (this.#left <= 0) {
      this.#stop(true);
      return STOP;
    }
    for (const global of overdrawn) global.value = this.#grant();
    return GO_ON;
  }

  #reclaim(): void {
    for (const global of this.#globals) this.#takeBack(global);
  }

  #takeBack(global: WebAssembly.Global): void {
    this.#left += global.value;
    global.value = 0;
  }

  #grant(): number {
    const share = Math.max(Math.floor(this.#left / GRANT_DIVISOR), MIN_GRANT);
    const grant = Math.max(Math.min(share, MAX_GRANT, this.#left), 0);
    this.#left -= grant;
    return grant;
  }
}
