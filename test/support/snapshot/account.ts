/** The fuel of core instances in the tests and measurements of snapshots: more than they can use. */
import { FuelMeter } from '../../../functions/runtime/fuel.ts';
import { SLOT_WASM } from '../../../src/isolate/slot-module.ts';
import { compile } from '../build-fixtures.ts';

const FUEL = 10 ** 15;
const SLOT = compile(SLOT_WASM);

export function boundlessMeter(): FuelMeter {
  return new FuelMeter(FUEL, SLOT);
}
