/** The slot of a metered core module: three functions of the harness that guest code calls, whatever the guest wants. */
import type { Growth } from './memory.ts';

/** What a slot calls. What it throws, an overflow of the stack for example, ends the guest with a trap. */
export interface SlotHost {
  /** The balance of an instance is below zero. Answers a verdict. */
  ask(): number;
  /** The verdict was `SUSPEND`: the guest waits for this. Never rejects. */
  wait(): Promise<number>;
  readonly growth: Growth;
}

/** What `ask` and `wait` answer. The guest goes on when the balance is not below zero after `GO`, and ends otherwise. */
export const GO = 0;
export const STOP = 1;
export const SUSPEND = 2;

/** What a growth is asked with, and the answer that allows it. */
const [MEMORY, TABLE, MEMORY_FAILED, TABLE_FAILED, ALLOWED, REFUSED] = [0, 1, 2, 3, 1, 0];

/** Functions that a table of wasm takes, in the order of their places. */
export type Slot = readonly [verdict: unknown, suspend: unknown, grow: unknown];

/** Where the platform has no way to suspend, a guest that should is stopped. */
const Suspending: unknown = Reflect.get(WebAssembly, 'Suspending');

function suspending(wait: () => Promise<number>): WebAssembly.ImportValue {
  if (typeof Suspending !== 'function') return () => STOP;
  return Reflect.construct(Suspending, [wait]);
}

/** The functions of one slot. `module` is `SLOT_WASM` of src/isolate/slot-module.ts. */
export function createSlot(module: WebAssembly.Module, host: SlotHost): Slot {
  const grow = (kind: number, current: number, signedDelta: number): number => {
    const delta = signedDelta >>> 0;
    if (kind === MEMORY) return host.growth.allow('memory', delta, current) ? ALLOWED : REFUSED;
    if (kind === TABLE) return host.growth.allow('table', delta, current) ? ALLOWED : REFUSED;
    if (kind === MEMORY_FAILED) host.growth.failed('memory', delta);
    if (kind === TABLE_FAILED) host.growth.failed('table', delta);
    return REFUSED;
  };
  const imports = { h: { v: () => host.ask(), s: suspending(() => host.wait()), g: grow } };
  const { v, s, g } = new WebAssembly.Instance(module, imports).exports;
  return [v, s, g];
}
