/** What the rewriter and the harness (functions/runtime/restore) agree on: names and the grain of dirty pages. */

/** No module that is rewritten has an import or an export whose name starts with this. */
export const RESERVED_PREFIX = '__snap';

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

/** The map of dirty pages of that memory: one byte for each page of `DIRTY_PAGE_BYTES`, 1 when it was written. */
export const DIRTY_EXPORT = '__snap_dirty';

/** Where a module that imports its memory gets the map of that memory. */
export const DIRTY_IMPORT = { module: '__snap', name: 'dirty' } as const;

export const DIRTY_PAGE_SHIFT = 12;
export const DIRTY_PAGE_BYTES = 1 << DIRTY_PAGE_SHIFT;

/**
 * A store marks the page of its first byte only, so that who restores a page has to restore this many bytes behind it
 * too: the widest store has 16.
 */
export const DIRTY_OVERLAP_BYTES = 16;

/** Pages of a map, of 64 KiB. One covers 256 MiB of memory, which is more than the meter lets a memory have. */
export const DIRTY_MAP_PAGES = 1;
