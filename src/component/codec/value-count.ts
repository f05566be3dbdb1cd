/** How many values arguments may have: all of them are converted in one piece, while nobody else has a turn. */

import { MAX_ARGUMENT_VALUES } from '../../core/limits.ts';
import type { Mismatch } from './mismatch.ts';

/** What is left of the values that may be decoded. */
export class ValueCount {
  #left = MAX_ARGUMENT_VALUES;

  /** Takes `count` values off; false when there are not so many left. */
  take(count = 1): boolean {
    this.#left -= count;
    return this.#left >= 0;
  }
}

/** The value that is one too many. */
export function tooMany(): Mismatch {
  const expected = `at most ${MAX_ARGUMENT_VALUES} values in all arguments, left-out options and all labels of flags counted`;
  return { at: '', expected, got: 'more', sentence: (where) => `${where} is beyond the limit: expected ${expected}` };
}
