/** Leaves one mechanism of snapshots out, by changing bytes of a module that was rewritten. */

const ANY = -1;

/** Positions at which `pattern` is found; `ANY` stands for one byte of any value. */
function find(bytes: Uint8Array, pattern: readonly number[]): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at + pattern.length <= bytes.length; at++) {
    if (pattern.every((byte, index) => byte === ANY || bytes[at + index] === byte)) found.push(at);
  }
  return found;
}

export interface Mutant {
  /** Places where it applies in these bytes. */
  readonly places: (bytes: Uint8Array) => readonly number[];
  readonly apply: (bytes: Uint8Array, at: number) => void;
}

/** A byte behind the start of a pattern gets another value. */
function patch(pattern: readonly number[], offset: number, value: number): Mutant {
  return {
    places: (bytes) => find(bytes, pattern),
    apply: (bytes, at) => {
      bytes[at + offset] = value;
    },
  };
}

/** A pattern `op from op to` in which the copy, which comes later in its index space, goes back: the copy is not taken. */
function putBack(pattern: readonly number[], from: number, to: number): Mutant {
  return {
    places: (bytes) => find(bytes, pattern).filter((at) => (bytes[at + from] as number) > (bytes[at + to] as number)),
    apply: (bytes, at) => {
      bytes[at + from] = bytes[at + to] as number;
    },
  };
}

const MAP_STORE = [0x41, 1, 0x3a, 0x40, 1, 0];

export const MUTANTS = {
  storeMark: patch([0x41, 12, 0x76, ...MAP_STORE], 4, 0),
  storeMark64: patch([0x42, 12, 0x88, 0xa7, ...MAP_STORE], 5, 0),
  /** The offset is combined with the address by `and` instead of by addition. */
  storeOffset: patch([0x6a, 0x41, 12, 0x76, ...MAP_STORE], 0, 0x71),
  bulkMark: patch([0x41, 12, 0x76, 0x41, 1, 0x20], 4, 0),
  /** The last page of a run is left out. */
  bulkLastPage: patch([0x6b, 0x41, 1, 0x6a, 0xfc, 11, 1], 2, 0),
  global: putBack([0x23, ANY, 0x24, ANY], 1, 3),
  table: putBack([0xfc, 14, ANY, ANY], 3, 2),
  /** A table may be larger than it was: `ge_u` instead of `eq`. */
  tableSize: patch([0xfc, 16, ANY, 0x23, ANY, 0x46, 0x71], 5, 0x4f),
  /** In the module that copies: bytes behind a page that a store reaches. */
  overlap: patch([0x74, 0x41, 16, 0x6a], 2, 0),
  /** In the module that copies: a run of pages counts as one less. */
  runLength: patch([0x6b, 0x41, 12, 0x74, 0x41, 16, 0x6a], 2, 11),
} as const;

/** The bytes with the mutant applied at one of its places, counted from 0, or at all; undefined where it has no such place. */
export function mutated(bytes: Uint8Array, mutant: Mutant, place: number | 'all'): Uint8Array | undefined {
  const copy = new Uint8Array(bytes);
  const places = mutant.places(copy);
  const chosen = place === 'all' ? places : places.slice(place, place + 1);
  if (chosen.length === 0) return undefined;
  for (const at of chosen) mutant.apply(copy, at);
  return copy;
}
