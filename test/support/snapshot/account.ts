/** The fuel of core instances in the tests and measurements of snapshots: more than they can use. */
import type { FuelMeter } from '../../../functions/runtime/fuel.ts';
import { meterOf } from '../meter/meters.ts';

const FUEL = 10 ** 15;

export function boundlessMeter(): FuelMeter {
  return meterOf(FUEL);
}
