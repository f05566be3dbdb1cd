/** Meters for tests: with a budget, and nobody who interrupts or refuses unless the test says so. */
import { FuelMeter, type Slices, UNINTERRUPTED } from '../../../functions/runtime/fuel.ts';
import type { Growth } from '../../../functions/runtime/memory.ts';
import { SLOT_WASM } from '../../../src/isolate/slot-module.ts';
import { compile } from '../build-fixtures.ts';

const SLOT = compile(SLOT_WASM);

export const UNBOUNDED: Growth = { allow: () => true, failed: () => {} };

/** A meter whose run has begun. */
export function meterOf(
  budget: number,
  { slices = UNINTERRUPTED, growth = UNBOUNDED }: { readonly slices?: Slices; readonly growth?: Growth } = {},
): FuelMeter {
  const meter = new FuelMeter(SLOT, growth);
  meter.begin(budget, slices);
  return meter;
}
