/** PURE: what memories and tables are counted as, wherever pages are reserved or booked. */
import { TABLE_ELEMENTS_PER_PAGE } from './limits.ts';

/** Pages of 64 KiB for memories of `memoryPages` and tables of `elements`, all of one instance. */
export function instancePages(memoryPages: number, elements: number): number {
  return memoryPages + Math.ceil(elements / TABLE_ELEMENTS_PER_PAGE);
}
