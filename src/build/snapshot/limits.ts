/** When a component's memories are copied whole and when only what was written. */

/**
 * Most memory, in pages of 64 KiB of all memories of a component together, that is put back by copying it whole: up to
 * here a copy takes less time than the marks of an average call would.
 */
export const MAX_FULL_COPY_PAGES = 8;
