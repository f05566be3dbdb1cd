/**
 * The cost model. One unit of fuel is one function entry or one turn of a loop (about 2 ns of a bare loop).
 *
 * - Every function entry and every loop header charges `1 + weight / 64`, where weight is the number of instructions that
 *   are written directly in that function or loop (nested loops excluded), so no unit stands for more than 64 instructions,
 *   and a branchy interpreter loop is not charged for all of its arms.
 * - A call of an import weighs 64, an indirect call 16. What an import does is the host's to charge.
 * - Bulk operations charge 8 plus their length: 16 bytes or a quarter of a table element to the unit.
 * - `memory.grow` and `table.grow` charge 65,536: V8 takes 0.1 to 0.2 ms for them, and ceilings bound what they add.
 * - `throw`, `rethrow` and `throw_ref` charge 2,000: unwinding takes microseconds.
 *
 * The charge is taken before the work, and a balance below zero executes `unreachable`, which no guest can catch. The
 * balance stays below zero, so a module that is entered again traps again.
 */

const WEIGHT_SHIFT = 6;

export const IMPORT_CALL_WEIGHT = 64;
export const INDIRECT_CALL_WEIGHT = 16;

/** Cost of a function entry or loop turn, in fuel. */
export function regionCost(weight: number): number {
  return 1 + (weight >>> WEIGHT_SHIFT);
}

/** Cost of growing a memory or a table, in fuel. */
export const GROW_COST = 65_536;

/** Cost of raising an exception, in fuel. */
export const THROW_COST = 2_000;

/** Cost of a bulk operation, in fuel: `BULK_BASE` plus the length shifted. */
export const BULK_BASE = 8;
/** Bytes to the unit, as a right shift. */
export const BULK_BYTES_SHIFT = 4;
/** Units to a table element, as a left shift. */
export const BULK_ELEMENTS_SHIFT = 2;
