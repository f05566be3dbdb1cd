/**
 * The cost model. One unit of fuel is about one instruction.
 *
 * - A segment is a straight run of instructions; what can be jumped over or jumped to starts a new one. Each charges the sum
 *   of its weights when it is entered, so an interpreter's loop pays for the arms that it takes and for no other.
 * - Function entries and loop headers also look at the balance: nothing runs without end and passes neither.
 * - An instruction weighs 1, one that reads or writes memory 3 (a load may wait for it), a division 8, a call of an import
 *   64, an indirect call 16. What an import does is the host's to charge.
 * - Bulk operations charge 8 plus their length: 16 bytes or a quarter of a table element to the unit.
 * - `memory.grow` and `table.grow` charge 65,536: V8 takes 0.1 to 0.2 ms for them, and ceilings bound what they add.
 * - `throw`, `rethrow` and `throw_ref` charge 2,000: unwinding takes microseconds.
 *
 * The charge is taken before the work, and a balance below zero executes `unreachable`, which no guest can catch. The
 * balance stays below zero, so a module that is entered again traps again.
 */
import { OP } from './opcodes.ts';

export const IMPORT_CALL_WEIGHT = 64;
export const INDIRECT_CALL_WEIGHT = 16;

/** What a vector instruction that accesses memory weighs on top of 1. */
export const VECTOR_ACCESS_WEIGHT = 2;

/** What every function entry and loop turn costs on top of its instructions: an empty one is not free. */
export const TURN_COST = 1;

/** What each instruction weighs, by its first byte. Those that only mark structure cost no time. */
export const WEIGHTS = weights();

function weights(): Uint8Array {
  const table = new Uint8Array(256).fill(1);
  for (const op of [OP.block, OP.loop, OP.try, OP.tryTable, OP.else, OP.catch, OP.catchAll, OP.delegate, OP.end])
    table[op] = 0;
  table.fill(3, OP.memoryAccessFirst, OP.memoryAccessLast + 1);
  table.fill(8, OP.i32DivS, OP.i32RemU + 1);
  table.fill(8, OP.i64DivS, OP.i64RemU + 1);
  for (const op of [OP.f32Sqrt, OP.f32Div, OP.f64Sqrt, OP.f64Div]) table[op] = 8;
  return table;
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
