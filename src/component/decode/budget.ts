/** Counters that keep decoding linear in the input, whatever the input says. */
import { MAX_CORE_MODULES, MAX_INDEX_SPACE } from '../../core/limits.ts';
import { Malformed } from './reader.ts';

/** Entries of all vectors and sections of one binary. A StarlingMonkey component has about 6,000. */
const MAX_ENTRIES = 5 * MAX_INDEX_SPACE;

/**
 * Definitions evaluated, counted again for every instantiation: nested components that instantiate each other can
 * describe an exponential number. Real components instantiate each nested component once.
 */
const MAX_EVALUATED = 10 * MAX_INDEX_SPACE;

export class Budget {
  #entries = 0;
  #evaluated = 0;
  #modules = 0;

  /** Counts entries that are read from the binary. */
  read(entries: number, offset: number): void {
    this.#entries += entries;
    if (this.#entries > MAX_ENTRIES) {
      throw new Malformed(`the component has more than ${MAX_ENTRIES} definitions`, offset);
    }
  }

  /** Counts definitions that are evaluated. */
  evaluate(definitions = 1): void {
    this.#evaluated += definitions;
    if (this.#evaluated > MAX_EVALUATED) {
      throw new Malformed(`the component instantiates more than ${MAX_EVALUATED} definitions in all`);
    }
  }

  /** Counts a core module. */
  module(offset: number): void {
    this.#modules += 1;
    if (this.#modules > MAX_CORE_MODULES) {
      throw new Malformed(`the component has more than ${MAX_CORE_MODULES} core modules`, offset);
    }
  }
}
