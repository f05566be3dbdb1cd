/** When a component's memories are copied whole and when only what was written. */

/**
 * Most memory, in pages of 64 KiB of all memories of a component together, that is put back by copying it whole. That
 * many take 12 µs, a tenth of a request, and the code stays as it is: marks make it a third larger and, where it stores
 * much, slower.
 */
export const MAX_FULL_COPY_PAGES = 8;
