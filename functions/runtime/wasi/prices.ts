/** PURE: what host functions cost, in units of fuel. */
import { UNITS_PER_ENTRY, UNITS_PER_HOST_CALL, UNITS_PER_POLLED } from '../limits.ts';
import { Fields, fieldsLength } from './http/fields.ts';

/** Price of a function beyond what `sizeOf` its arguments and its result says. */
type Extra = (self: unknown, values: readonly unknown[]) => number;

const ofSelf: Extra = (self) => UNITS_PER_ENTRY * (self instanceof Fields ? fieldsLength(self) : 0);
const ofFirst: Extra = (_, [first]) => ofSelf(first, []);
/** A length in bytes that is an argument: zeroes to write, bytes to read and throw away. */
const ofLength: Extra = (_, [length]) => (typeof length === 'bigint' ? Number(length) : 0);

/** Functions whose work does not show in the size of their arguments and results, by interface and name. */
const EXTRAS: Readonly<Record<string, Readonly<Record<string, Extra>>>> = {
  'wasi:http/types': {
    ...Object.fromEntries(['get', 'has', 'set', 'delete', 'clone'].map((name) => [`[method]fields.${name}`, ofSelf])),
    '[constructor]outgoing-request': ofFirst,
    '[constructor]outgoing-response': ofFirst,
  },
  'wasi:io/poll': { poll: (_, [list]) => UNITS_PER_POLLED * (Array.isArray(list) ? list.length : 0) },
  'wasi:io/streams': {
    '[method]output-stream.write-zeroes': ofLength,
    '[method]output-stream.blocking-write-zeroes-and-flush': ofLength,
  },
};

const NOTHING: Extra = () => 0;

/** What a call of a function costs before it runs. `text` is its name as a component imports it. */
export function priceOf(name: string, text: string): Extra {
  const extra = EXTRAS[name]?.[text] ?? NOTHING;
  return (self, values) => {
    let units = UNITS_PER_HOST_CALL + extra(self, values);
    for (const value of values) units += sizeOf(value);
    return units;
  };
}

/** Price of a value that crosses the border: one unit per byte or UTF-16 unit, and a constant per entry of a list. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (!Array.isArray(value)) return 0;
  let units = UNITS_PER_ENTRY * value.length;
  for (const entry of value) units += sizeOf(entry);
  return units;
}
