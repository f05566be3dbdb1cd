/** Where the time of one call goes: hop by hop, with one call at a time. */
import type { Measured } from './calls.ts';
import { table } from './numbers.ts';

/** `measured` with one connection: the time between two answers is then the time of one. */
export function hopsTable(measured: readonly Measured[]): string {
  return table([
    ['one call at a time', 'µs', 'more than above', 'CPU µs', 'more than above'],
    ...measured.map(({ variant, perSecond, cpuUs }, index) => {
      const above = measured[index - 1];
      const us = 1e6 / perSecond;
      return [
        variant.title,
        us.toFixed(0),
        above === undefined ? '' : (us - 1e6 / above.perSecond).toFixed(0),
        cpuUs?.toFixed(0) ?? '',
        cpuUs === undefined || above?.cpuUs === undefined ? '' : (cpuUs - above.cpuUs).toFixed(0),
      ];
    }),
  ]);
}
