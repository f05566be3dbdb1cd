/** What is running: the state of one linked component that a call begins with and leaves behind. */
import type { Lifting } from '../lifting.ts';
import { HandleTable } from './handles.ts';
import { broken, RuleBroken } from './trap.ts';

/** Who a call is made for. */
export interface Authority {
  /** A host function by the interface (without version) and its name as a component imports it. */
  hostFunction(interfaceName: string, name: string): HostFunction;
  readonly lifting: Lifting;
  /** The guest was ended by the linker; a guest could catch what is thrown, so the host has to see to its end. */
  trapped(error: unknown): void;
}

/** May return a promise where `mayWait` of wasi/provided.ts says so. A method gets its object first. */
export type HostFunction = (...values: readonly unknown[]) => unknown;

/** One component instance: its handles, and whether it may be entered and left (CanonicalABI.md, "Component Instance State"). */
export class InstanceState {
  readonly index: number;
  handles = new HandleTable();
  mayEnter = true;
  mayLeave = true;

  constructor(index: number) {
    this.index = index;
  }

  reset(): void {
    this.handles = new HandleTable();
    this.mayEnter = true;
    this.mayLeave = true;
  }
}

export class Running {
  readonly instances: readonly InstanceState[];
  /** Told of what the linker writes into a guest's memory. */
  readonly wrote: ((memory: WebAssembly.Memory, at: number, length: number) => void) | undefined;
  readonly #imports: readonly (readonly [interfaceName: string, name: string])[];
  #authority: Authority | undefined;
  #functions: (HostFunction | undefined)[] = [];
  #trap: { readonly error: unknown } | undefined;
  /** The authority knows of the trap. */
  #isTrapTold = false;
  /** True while a guest runs that was entered through `WebAssembly.promising`. */
  promising = false;
  /** Synchronous calls into a guest that are going on: none of their frames can be suspended. */
  #nested = 0;
  /** Promises of host functions that have not settled. */
  #pending = 0;
  linking = true;
  #usedHostWhileLinking = false;

  constructor(
    instances: number,
    imports: readonly (readonly [string, string])[],
    wrote: ((memory: WebAssembly.Memory, at: number, length: number) => void) | undefined,
  ) {
    this.instances = Array.from({ length: instances }, (_, index) => new InstanceState(index));
    this.#imports = imports;
    this.wrote = wrote;
  }

  get suspendable(): boolean {
    return this.promising && this.#nested === 0;
  }

  get usedHostWhileLinking(): boolean {
    return this.#usedHostWhileLinking;
  }

  /** What the guest was ended for, in a box. */
  ended(): { readonly error: unknown } | undefined {
    return this.#trap;
  }

  begin(authority: Authority): void {
    this.#authority = authority;
    this.#functions = [];
  }

  end(): LeftBehind {
    const isIdle =
      this.#trap === undefined &&
      this.#pending === 0 &&
      this.#nested === 0 &&
      !this.promising &&
      this.instances.every(({ mayEnter, mayLeave }) => mayEnter && mayLeave);
    const holdsHandles = this.instances.some(({ handles }) => handles.size > 0);
    this.#authority = undefined;
    this.#functions = [];
    for (const instance of this.instances) instance.reset();
    if (!isIdle) return 'more';
    return holdsHandles ? 'handles' : 'nothing';
  }

  /** The authority of the call. A guest that runs outside of one is ended. */
  get authority(): Authority {
    return this.#authority ?? broken('the component runs although its call is over');
  }

  get lifting(): Lifting {
    return this.authority.lifting;
  }

  /** A guest calls out. */
  leave(instance: InstanceState): Authority {
    const authority = this.authority;
    if (this.#trap !== undefined) throw this.#trap.error;
    if (!instance.mayLeave) broken('the component called out of a function that must not');
    if (this.linking) this.#usedHostWhileLinking = true;
    authority.lifting.cross();
    return authority;
  }

  /** The host function behind an import; found once in each call. */
  hostFunction(index: number): HostFunction {
    const known = this.#functions[index];
    if (known !== undefined) return known;
    const [interfaceName, name] = this.#imports[index] ?? ['', ''];
    const found = this.authority.hostFunction(interfaceName, name);
    this.#functions[index] = found;
    return found;
  }

  /**
   * Calls a guest's function from here, so that nothing in it can be suspended. What it throws ends the guest, and no call
   * is made with the instance again: the count stays too high, which says so (`end`).
   */
  nested(func: CoreFunction, args: readonly CoreValue[]): unknown {
    this.#nested += 1;
    const returned = func(...args);
    this.#nested -= 1;
    return returned;
  }

  /** Waits for a host function; the guest has to be one that can be suspended. */
  async wait<T>(promise: Promise<unknown>, settled: (end: Settled) => T): Promise<T> {
    const authority = this.#authority;
    this.#pending += 1;
    const end = await promise.then(
      (returned: unknown): Settled => ({ returned }),
      (thrown: unknown): Settled => ({ thrown }),
    );
    this.#pending -= 1;
    if (this.#authority !== authority) throw new RuleBroken('the component waited longer than its call');
    return settled(end);
  }

  /**
   * Ends the guest: the first error of a call is its end, whatever the guest makes of it. Answers that error. At the end of
   * the stack this may throw an overflow, which no guest can catch; whoever catches it further up tells again.
   */
  fail(error: unknown): unknown {
    this.#trap ??= { error };
    if (!this.#isTrapTold) {
      this.#authority?.trapped(this.#trap.error);
      this.#isTrapTold = true;
    }
    return this.#trap.error;
  }
}

/**
 * What a call left in its instance. Handles are gone with their tables: one that the guest's memory still knows is another
 * one later, or none. With more than that (a trap, a wait, a call that goes on) the instance is of no use.
 */
export type LeftBehind = 'nothing' | 'handles' | 'more';

/** How a host function ended. */
export type Settled = { readonly returned: unknown } | { readonly thrown: unknown };

export type CoreValue = number | bigint;

export type CoreFunction = (...args: readonly CoreValue[]) => unknown;
