/** What a core module may ask for. A module that asks for more of what is fixed at its start is refused; ceilings are clamped. */

import { ISOLATE_PAGES } from '../../core/limits.ts';

/** Ceiling of one memory, in wasm pages of 64 KiB: what all instances of an isolate may hold together. */
export const MAX_MEMORY_PAGES = ISOLATE_PAGES;

/** Memories of one module: each has a ceiling of its own. */
export const MAX_MEMORIES = 16;

/** Ceiling of one table, in elements (8 to 24 bytes each in V8). */
export const MAX_TABLE_ELEMENTS = 1_000_000;

/** Tables of one module. */
export const MAX_TABLES = 16;

/** Largest function body, in bytes. V8 takes 7.6 MB, and compiling one of that size holds a thread for seconds. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Most that one stretch of a function without a join may cost, in fuel: it is paid at once, so this bounds by how much
 * a guest can overdraw (about 0.4 ms).
 */
export const MAX_STRETCH_FUEL = 1_000_000;

/** Targets of one `br_table`, as in V8. */
export const MAX_BRANCH_TARGETS = 65_520;

/** Deepest nesting of blocks in one function. V8's own stack gives up far above. */
export const MAX_BLOCK_DEPTH = 10_000;

/** Parameters and locals of one function: V8's limit, less the counter that metering adds. */
export const MAX_LOCALS = 49_999;

/**
 * Most that the compilation of one function may take: its locals and its highest operand stack, times its blocks (and
 * parts of one for what else it has). V8 needs up to 33 ns and 25 bytes for each, all at once when the function is first
 * called: 0.17 s. The largest function of the toolchains that were looked at has 1.1 million.
 */
export const MAX_FUNCTION_STATE = 5_000_000;
