/**
 * What the builder adds to core modules and the harness finds on them: names and numbers that both must know alike. The
 * builder makes every name of a component's own an ordinal, so that no guest can have one of these.
 */

/** The function that the module's start section named: the section is taken away, so that a call pays for what it does. */
export const START_EXPORT = '__start';

/** The balance of fuel: a mutable i32. Below zero, the next check calls the slot. */
export const FUEL_EXPORT = '__fuel';

/** The slot: a table whose places (`PLACE`) the host fills with functions of its own. */
export const SLOT_EXPORT = '__fuel_slot';

/** No module that is metered has an export whose name starts with this. */
export const FUEL_PREFIX = '__fuel';

/** The places of the slot. A place that is left empty is a trap, and no guest can catch that. */
export const PLACE = {
  /** `() -> i32`, one of `VERDICT`: asked when the balance is below zero. */
  verdict: 0,
  /**
   * `() -> i32`, called when the verdict is `suspend`: waits, and then answers `VERDICT.go` or something else, which stops
   * the guest.
   */
  suspend: 1,
  /**
   * `(kind, current, delta) -> i32`, all i32: asked before each growth of a memory (kind 0, pages) and of a table (kind 1,
   * elements). 1 allows it; on anything else the instruction answers -1. Called once more with kind 2 or 3 when a growth
   * that was allowed did not happen.
   */
  grow: 2,
} as const;

/**
 * What the host answers when it is asked. `go`: the balance was topped up. Anything that is not named here, or a balance
 * that is still below zero, is `unreachable`, like `stop`.
 */
export const VERDICT = { go: 0, stop: 1, suspend: 2 } as const;

/** The numbers that `PLACE.grow` is asked with and answers. `failed` is added to a kind. */
export const GROWTH = { memory: 0, table: 1, allowed: 1, refused: 0, failed: 2 } as const;

/** No module that gets a snapshot has an import or an export whose name starts with this. */
export const SNAPSHOT_PREFIX = '__snap';

/** `() -> ()`: keeps the globals, the tables and all sizes as they are now. Traps when a table is too large to be kept. */
export const SAVE_EXPORT = '__snap_save';

/** `() -> ()`: puts globals and tables back. Only after `OK_EXPORT` answered 1. */
export const RESTORE_EXPORT = '__snap_restore';

/** `() -> i32`: 1 while all memories and tables have the sizes that were kept. */
export const OK_EXPORT = '__snap_ok';

/**
 * `() -> i32`: 0 while all that was kept equals what is now, else one more than the ordinal of what differs: first the
 * globals, then the tables. Of references it sees only whether they are null.
 */
export const SAME_EXPORT = '__snap_same';

/** The memory that the module defines, and its name when its addresses have 64 bits. */
export const MEMORY_EXPORT = '__snap_memory';
export const MEMORY64_EXPORT = '__snap_memory64';

/** The map of dirty pages of that memory: one byte for each page of 2^`DIRTY_PAGE_SHIFT` bytes, 1 when it was written. */
export const DIRTY_EXPORT = '__snap_dirty';

/** Where a module that imports its memory gets the map of that memory. */
export const DIRTY_IMPORT = { module: '__snap', name: 'dirty' } as const;

export const DIRTY_PAGE_SHIFT = 12;
