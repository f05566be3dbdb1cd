/** Building blocks of the policy's schemas: sections that know their keys, fields that know their readers. */

import * as z from 'zod';
import { KEY_SEPARATOR } from './failures.ts';
import type { Reading } from './units.ts';

/** A mapping with exactly these keys. Its message for an unknown one is the list of known ones (see `problemsOf`). */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(KEY_SEPARATOR);
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined) });
}

/** A value that `read` turns into its normal form, or says what is wrong with. */
export function required<T>(read: (given: unknown) => Reading<T>) {
  return z.unknown().transform((given, context): T => {
    const reading: Reading<T> = given === undefined ? { ok: false, error: 'is required' } : read(given);
    if (reading.ok) return reading.value;
    context.addIssue({ code: 'custom', message: reading.error });
    return z.NEVER;
  });
}

/** The same, where it may be left out. */
export function field<T>(read: (given: unknown) => Reading<T>) {
  return required(read).optional();
}

/** A list that may be left out. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).optional();
}

/** A list of words in the order of `words`, each once; at least one, because a rule about nothing is a mistake. */
export function wordSet<const W extends string>(words: readonly W[], read: (given: unknown) => Reading<W>) {
  return z.array(required(read)).transform((given, context): readonly W[] => {
    if (given.length === 0)
      context.addIssue({ code: 'custom', message: `is empty: name at least one of ${words.join(', ')}` });
    return words.filter((word) => given.some((one) => one === word));
  });
}
