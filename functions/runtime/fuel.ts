/**
 * The fuel account of a component instance. Its metered core modules count down a global of their own; below zero they
 * ask the function in their slot, which is this meter's: it moves fuel from the account to them, lets them wait, or stops
 * them for good.
 */

import { FUEL_EXPORT, SLOT_EXPORT, VERDICT } from '../../src/core/engine-names.ts';
import type { LimitReached } from './limit-reached.ts';
import { SLICE_FUEL } from './limits.ts';
import type { Growth } from './memory.ts';
import { createSlot, type Slot } from './slot.ts';

/** Whether a guest that has used up its slice may have another one: at once, never, or after `Slices.suspend`. */
export type Verdict = 'go' | 'stop' | 'suspend';

/** Who decides over a guest each time that it has used up a slice of fuel. What this throws ends the guest with a trap. */
export interface Slices {
  verdict(): Verdict;
  /** Asked after the verdict `suspend`, which is one only where the guest may suspend. Must not reject. */
  suspend(): Promise<'go' | 'stop'>;
}

/** A guest that may use its budget in one go. */
export const UNINTERRUPTED: Slices = Object.freeze({
  verdict: () => 'go',
  suspend: async () => 'go' as const,
});

/** Least that an instance gets while the slice has it: a grant takes about 0.2 µs. */
const MIN_GRANT = 2 ** 16;

/** The part of what is left of a slice that one grant may take: several instances draw from it in turn. */
const GRANT_DIVISOR = 2;

/** The balance of an instance that has to wait: it asks again if it does not. */
const WAITING = -1;

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

/**
 * All core instances together hold at most what is left of the current slice, so that the verdict is asked each time that
 * they have used up one. A meter serves the same core instances for run after run: `begin` starts each.
 */
export class FuelMeter {
  readonly #slotModule: WebAssembly.Module;
  readonly #growth: Growth;
  readonly #globals: WebAssembly.Global[] = [];
  #slot: Slot | undefined;
  #slices = UNINTERRUPTED;
  #budget = 0;
  /** What no instance holds. Below zero when more was used than there was. */
  #left = 0;
  /** What is left when the slice is used up. */
  #sliceEnd = 0;
  /** Set once the run is over. */
  #used: number | undefined = 0;
  #exhausted = false;
  #refusal: LimitReached | undefined;

  /** `slotModule` is `SLOT_WASM`. Nothing runs before `begin`. */
  constructor(slotModule: WebAssembly.Module, growth: Growth) {
    this.#slotModule = slotModule;
    this.#growth = growth;
  }

  /** Starts a run, in which all core instances may use `budget` together. Their balances may have been left at anything. */
  begin(budget: number, slices: Slices): void {
    this.#budget = budget;
    this.#left = budget;
    this.#slices = slices;
    this.#used = undefined;
    this.#exhausted = false;
    this.#refusal = undefined;
    this.#beginSlice();
    for (const global of this.#globals) this.#give(global, Math.min(MIN_GRANT, this.#portion));
  }

  /** Takes a new core instance in, of the module `name`. */
  add(instance: WebAssembly.Instance, name: string): void {
    const { [FUEL_EXPORT]: fuel, [SLOT_EXPORT]: table } = instance.exports;
    if (!(fuel instanceof WebAssembly.Global) || !(table instanceof WebAssembly.Table)) {
      if (INLINE_MODULE.test(name)) return;
      throw new UnmeteredModule(name);
    }
    this.#globals.push(fuel);
    this.#slot ??= createSlot(this.#slotModule, {
      ask: () => this.#ask(),
      wait: () => this.#wait(),
      growth: this.#growth,
    });
    for (const [place, target] of this.#slot) table.set(place, target);
    if (this.#used === undefined) this.#give(fuel, Math.min(MIN_GRANT, this.#portion));
    else fuel.value = STOPPED;
  }

  /**
   * Takes `units` for the host's work, from the slice like the guest's own: when that is used up, the guest asks at its next
   * check. When the call has less than that left, the meter is drained.
   */
  charge(units: number): void {
    if (this.#used !== undefined) return;
    this.#left -= units;
    if (this.#left <= this.#sliceEnd) this.#reclaim();
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

  /** An instance is below zero: it gets from the slice, or from what the others hold, or a verdict. */
  #ask(): number {
    if (this.#used !== undefined) return VERDICT.stop;
    const overdrawn = this.#takeOverdrawn();
    if (this.#left <= this.#sliceEnd) this.#reclaim();
    if (this.#left <= 0) {
      this.#stop(true);
      return VERDICT.stop;
    }
    if (this.#left > this.#sliceEnd) return this.#go(overdrawn);
    const verdict = this.#slices.verdict();
    if (verdict === 'go') {
      this.#beginSlice();
      return this.#go(overdrawn);
    }
    if (verdict !== 'suspend') {
      this.drain();
      return VERDICT.stop;
    }
    for (const global of overdrawn) this.#give(global, WAITING);
    return VERDICT.suspend;
  }

  /** The wait of a run that has ended meanwhile ends that run's guest, not the one that came after it. */
  async #wait(): Promise<number> {
    const slices = this.#slices;
    const answer = await slices.suspend().catch(() => 'stop');
    if (slices !== this.#slices || this.#used !== undefined) return VERDICT.stop;
    if (answer !== 'go') {
      this.drain();
      return VERDICT.stop;
    }
    this.#beginSlice();
    return this.#go(this.#takeOverdrawn());
  }

  #beginSlice(): void {
    this.#sliceEnd = Math.max(this.#left - SLICE_FUEL, 0);
  }

  /** What no instance holds of the slice. */
  get #portion(): number {
    return Math.max(this.#left - this.#sliceEnd, 0);
  }

  #go(overdrawn: readonly WebAssembly.Global[]): number {
    for (const global of overdrawn) {
      const share = Math.max(Math.floor(this.#portion / GRANT_DIVISOR), MIN_GRANT);
      this.#give(global, Math.min(share, this.#portion));
    }
    return VERDICT.go;
  }

  #takeOverdrawn(): readonly WebAssembly.Global[] {
    const overdrawn = this.#globals.filter(({ value }) => value < 0);
    for (const global of overdrawn) this.#takeBack(global);
    return overdrawn;
  }

  #reclaim(): void {
    for (const global of this.#globals) this.#takeBack(global);
  }

  #takeBack(global: WebAssembly.Global): void {
    this.#left += global.value;
    global.value = 0;
  }

  #give(global: WebAssembly.Global, units: number): void {
    global.value = units;
    this.#left -= units;
  }
}
