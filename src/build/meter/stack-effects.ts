/** By how much an instruction changes the height of the operand stack, for all that neither steer control nor call. */
import { MISC } from './opcodes.ts';

type Row = readonly [from: number, to: number, change: number];

/** Ranges of opcodes; the last row that names an opcode holds, and what no row names leaves the height as it is. */
function table(size: number, rows: readonly Row[]): Int8Array {
  const changes = new Int8Array(size);
  for (const [from, to, change] of rows) changes.fill(change, from, to + 1);
  return changes;
}

/** By opcode, those without a prefix. */
export const STACK_EFFECTS: Int8Array = table(256, [
  [0x1a, 0x1a, -1], // drop
  [0x1b, 0x1c, -2], // select
  [0x20, 0x20, 1], // local.get
  [0x21, 0x21, -1], // local.set
  [0x23, 0x23, 1], // global.get
  [0x24, 0x24, -1], // global.set
  [0x26, 0x26, -2], // table.set
  [0x36, 0x3e, -2], // stores
  [0x3f, 0x3f, 1], // memory.size
  [0x41, 0x44, 1], // constants
  [0x46, 0x4f, -1], // i32 comparisons
  [0x51, 0x66, -1], // other comparisons
  [0x6a, 0x78, -1], // i32 arithmetic with two operands
  [0x7c, 0x8a, -1], // i64
  [0x92, 0x98, -1], // f32
  [0xa0, 0xa6, -1], // f64
  [0xd0, 0xd0, 1], // ref.null
  [0xd2, 0xd2, 1], // ref.func
]);

/** By sub-opcode of `0xfc`. */
export const MISC_EFFECTS: Int8Array = table(23, [
  [MISC.memoryInit, MISC.tableFill, -3],
  [9, 9, 0], // data.drop
  [13, 13, 0], // elem.drop
  [MISC.tableGrow, MISC.tableGrow, -1],
  [MISC.tableSize, MISC.tableSize, 1],
  [19, 20, -2], // addition and subtraction of 128 bits
]);

/** Vector instructions with one operand, in the range where those with two are the rule. */
const UNARY: readonly (readonly [from: number, to: number])[] = [
  [0x4d, 0x4d],
  [0x53, 0x53],
  [0x5e, 0x64],
  [0x67, 0x6a],
  [0x74, 0x75],
  [0x7a, 0x7a],
  [0x7c, 0x81],
  [0x83, 0x84],
  [0x87, 0x8a],
  [0x94, 0x94],
  [0xa0, 0xa4],
  [0xa7, 0xaa],
  [0xc0, 0xc4],
  [0xc7, 0xca],
  [0xe0, 0xe3],
  [0xec, 0xef],
  [0xf8, 0xff],
  [0x101, 0x104],
];

/** By sub-opcode of `0xfd`. */
export const VECTOR_EFFECTS: Int8Array = table(0x114, [
  [0x0b, 0x0b, -2], // v128.store
  [0x0c, 0x0c, 1], // v128.const
  [0x0d, 0x0e, -1], // shuffle, swizzle
  ...[0x17, 0x1a, 0x1c, 0x1e, 0x20, 0x22].map((replaceLane) => [replaceLane, replaceLane, -1] as const),
  [0x23, 0x113, -1],
  ...UNARY.map(([from, to]) => [from, to, 0] as const),
  [0x52, 0x52, -2], // bitselect
  [0x54, 0x57, -1], // loads of a lane
  [0x58, 0x5b, -2], // stores of a lane
  [0x5c, 0x5d, 0], // loads with zeros
  [0x105, 0x10c, -2], // multiply and add, lane select
  [0x113, 0x113, -2], // dot product and add
]);
