/**
 * The cost model. One unit of fuel is about one wasm instruction, 0.3 to 0.5 ns of compiled code.
 *
 * - An instruction weighs 1, one that reads or writes memory 3 (a load may wait for it), a division 8, one that puts a
 *   reference into a table 128, one that only marks structure nothing. Calls cost more, by what a call takes and by what their callee is not charged for itself.
 * - A function is cut into stretches at the points where control joins or may leave. A stretch is paid when it is
 *   entered, or with the stretch that dominates it, as long as that one pays for no more than `FOLD_LIMIT` that may not
 *   run. So a charge is never below the exact count, and at most that much above it for each stretch that pays.
 * - Loop-free functions whose whole cost, callees included, is at most `FREE_LIMIT` pay nothing: their callers do.
 * - Bulk operations pay by their length before they run, growing and catching by a constant as well.
 *
 * The times behind the constants were measured on Node 24 and workerd, x86-64.
 */
import { OP } from './opcodes.ts';

/** What each instruction weighs, by its first byte. */
export const WEIGHTS = weights();

function weights(): Uint8Array {
  const table = new Uint8Array(256).fill(1);
  const structure = [OP.block, OP.loop, OP.try, OP.tryTable, OP.else, OP.catch, OP.catchAll, OP.delegate, OP.end];
  for (const op of structure) table[op] = 0;
  table.fill(3, OP.memoryAccessFirst, OP.memoryAccessLast + 1);
  table.fill(8, OP.i32DivS, OP.i32RemU + 1);
  table.fill(8, OP.i64DivS, OP.i64RemU + 1);
  for (const op of [OP.f32Sqrt, OP.f32Div, OP.f64Sqrt, OP.f64Div]) table[op] = 8;
  table[OP.tableSet] = 128;
  return table;
}

/** What a vector instruction that accesses memory weighs on top of 1. */
export const VECTOR_ACCESS_WEIGHT = 2;

/** What a vector division or square root weighs on top of 1. */
export const VECTOR_DIVISION_WEIGHT = 15;

/** Of every function entry and loop turn on top of its instructions: an empty one is not free. */
export const TURN_COST = 1;

/** Most fuel that a stretch pays for code which may not run. */
export const FOLD_LIMIT = 64;

/** Most fuel that a function without a charge of its own can use in one call. */
export const FREE_LIMIT = 48;

/**
 * Fuel after which the balance is looked at within a function, whether it has loops or not. It bounds what a frame does
 * unseen, and with the deepest stack what a recursion does on its way back: some 60 million units, and no i32 overflows.
 */
export const CHECK_EVERY = 4_096;

/** Of a direct call, on top of its instruction. */
export const CALL_COST = 3;

/** Of a call of an import: leaving wasm takes 10 to 40 ns, and a function of another module may be a free one. */
export const IMPORT_CALL_COST = 64;

/** Of a call through a table or a reference: the check, and the callee may be a free one. */
export const INDIRECT_CALL_COST = 5 + FREE_LIMIT;

/** Paid ahead by a function with loops when it is entered, for its first turns; what is left is given back. */
export const ENTRY_ADVANCE = 2_048;

/** Paid ahead when the last advance is used up. */
export const LOOP_ADVANCE = 16_384;

/** Of an exception that is caught by its tag: unwinding takes about 0.7 µs. */
export const CATCH_COST = 2_000;

/** Of whatever else is caught: an error that the host threw took about 10 µs, most of them for its stack trace. */
export const CATCH_ALL_COST = 20_000;

/** Bytes of `memory.fill`, `copy` and `init` to the unit, as a shift: 0.03 to 0.12 ns a byte. */
export const BYTES_SHIFT = 2;

/** Bits of a length in bytes that are charged: what has more is beyond `MAX_MEMORY_PAGES`, traps and costs nothing. */
export const BYTES_MASK = 0x7ffffff;

/** Units for each table element that is filled, copied or added, as a shift: 30 to 65 ns an element. */
export const ELEMENTS_SHIFT = 7;

/** Bits of a count of elements that are charged: what has more is beyond `MAX_TABLE_ELEMENTS`, traps and costs nothing. */
export const ELEMENTS_MASK = 0xfffff;

/** Of `memory.grow` and `table.grow`, whatever they add: V8 takes 0.1 to 0.2 ms for a memory. */
export const GROW_COST = 65_536;

/** Units for each page that a memory has and gets, as a shift: V8 sets the protection of all of them anew. */
export const PAGES_SHIFT = 9;

/** Bits of a number of pages that are charged: what has more is beyond every ceiling, and is refused without work. */
export const PAGES_MASK = 0xffff;
