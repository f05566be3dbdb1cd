/** The slot of a metered core module: three functions of the harness that guest code calls, whatever the guest wants. */
import { GROWTH, PLACE, VERDICT } from '../../src/core/engine-names.ts';
import type { Growth } from './memory.ts';

/** What a slot calls. What it throws, an overflow of the stack for example, ends the guest with a trap. */
export interface SlotHost {
  /** The balance of an instance is below zero. Answers one of `VERDICT`. */
  ask(): number;
  /** The verdict was `suspend`: the guest waits for this, and goes on after `go`. Never rejects. */
  wait(): Promise<number>;
  readonly growth: Growth;
}

/** Functions that a table of wasm takes, each with its place. */
export type Slot = readonly (readonly [place: number, target: unknown])[];

/** Where the platform has no way to suspend, a guest that should is stopped. */
const Suspending: unknown = Reflect.get(WebAssembly, 'Suspending');

function suspending(wait: () => Promise<number>): WebAssembly.ImportValue {
  if (typeof Suspending !== 'function') return () => VERDICT.stop;
  return Reflect.construct(Suspending, [wait]);
}

const { memory, table, failed, allowed, refused } = GROWTH;

/** The functions of one slot. `module` is `SLOT_WASM` of src/isolate/slot-module.ts. */
export function createSlot(module: WebAssembly.Module, host: SlotHost): Slot {
  const grow = (kind: number, current: number, signedDelta: number): number => {
    const delta = signedDelta >>> 0;
    if (kind === memory) return host.growth.allow('memory', delta, current) ? allowed : refused;
    if (kind === table) return host.growth.allow('table', delta, current) ? allowed : refused;
    if (kind === memory + failed) host.growth.failed('memory', delta);
    if (kind === table + failed) host.growth.failed('table', delta);
    return refused;
  };
  const imports = { h: { v: () => host.ask(), s: suspending(() => host.wait()), g: grow } };
  const { v, s, g } = new WebAssembly.Instance(module, imports).exports;
  return [
    [PLACE.verdict, v],
    [PLACE.suspend, s],
    [PLACE.grow, g],
  ];
}
