/** When a component's memories are copied whole and when only what was written, and how that is marked. */

/**
 * Most memory, in pages of 64 KiB of all memories of a component together, that is put back by copying it whole. That
 * many take 12 µs, a tenth of a request, and the code stays as it is: marks make it a third larger and, where it stores
 * much, slower.
 */
export const MAX_FULL_COPY_PAGES = 8;

/**
 * A store marks the page of its first byte only, so that who restores a page has to restore this many bytes behind it
 * too: the widest store has 16.
 */
export const DIRTY_OVERLAP_BYTES = 16;

/** Pages of a map, of 64 KiB. One covers 256 MiB of memory, which is more than the meter lets a memory have. */
export const DIRTY_MAP_PAGES = 1;
