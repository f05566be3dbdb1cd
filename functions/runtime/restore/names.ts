/** What the builder adds to core modules for snapshots; src/build/snapshot/names.ts says what each promises. */

export const SAVE_EXPORT = '__snap_save';
export const RESTORE_EXPORT = '__snap_restore';
export const OK_EXPORT = '__snap_ok';
export const SAME_EXPORT = '__snap_same';
export const MEMORY_EXPORT = '__snap_memory';
export const MEMORY64_EXPORT = '__snap_memory64';
export const DIRTY_EXPORT = '__snap_dirty';
export const DIRTY_IMPORT = { module: '__snap', name: 'dirty' } as const;

/** The map of dirty pages has a byte for each page of 4 KiB. */
export const DIRTY_PAGE_SHIFT = 12;

/** Bytes of a page of wasm memory. */
export const PAGE_BYTES = 65_536;
