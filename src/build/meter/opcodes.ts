/**
 * The core instruction set as the rewriter needs it: what follows each opcode, and which of them steer control or cost
 * more than a constant. Source: WebAssembly 3.0 (binary format, instructions), and legacy exception handling.
 */

/** What an instruction carries after its opcode. */
export const IMMEDIATE = {
  none: 0,
  /** One index or a signed constant, as LEB128. */
  leb32: 1,
  leb64: 2,
  /** Alignment, memory index if bit 6 of it is set, offset. */
  memory: 3,
  /** Two indices. */
  pair: 4,
  bytes4: 5,
  bytes8: 6,
  /** Steers control: the scanner handles it by hand. */
  control: 7,
  /** Charged by its length operand: the scanner handles it by hand. */
  prefixMisc: 8,
  prefixVector: 9,
  prefixGc: 10,
  prefixThreads: 11,
  unknown: 12,
} as const;

export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  throw: 0x08,
  rethrow: 0x09,
  throwRef: 0x0a,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  returnCallIndirect: 0x13,
  callRef: 0x14,
  returnCallRef: 0x15,
  delegate: 0x18,
  catchAll: 0x19,
  selectTyped: 0x1c,
  tryTable: 0x1f,
  memoryAccessFirst: 0x28,
  memoryAccessLast: 0x3e,
  memoryGrow: 0x40,
  i32DivS: 0x6d,
  i32RemU: 0x70,
  i64DivS: 0x7f,
  i64RemU: 0x82,
  f32Sqrt: 0x91,
  f32Div: 0x95,
  f64Sqrt: 0x9f,
  f64Div: 0xa3,
  refNull: 0xd0,
  brOnNull: 0xd5,
  brOnNonNull: 0xd6,
} as const;

const TABLE = new Uint8Array(256).fill(IMMEDIATE.unknown);

function range(from: number, to: number, kind: number): void {
  TABLE.fill(kind, from, to + 1);
}

range(0x00, 0x01, IMMEDIATE.none); // unreachable, nop
range(0x02, 0x0b, IMMEDIATE.control); // blocks, exceptions, end
range(0x0c, 0x0d, IMMEDIATE.leb32); // br, br_if
TABLE[0x0e] = IMMEDIATE.control; // br_table
TABLE[0x0f] = IMMEDIATE.none; // return
range(0x10, 0x15, IMMEDIATE.control); // calls
range(0x18, 0x19, IMMEDIATE.control); // delegate, catch_all
range(0x1a, 0x1b, IMMEDIATE.none); // drop, select
TABLE[0x1c] = IMMEDIATE.control; // select with types
TABLE[0x1f] = IMMEDIATE.control; // try_table
range(0x20, 0x26, IMMEDIATE.leb32); // locals, globals, table.get, table.set
range(0x28, 0x3e, IMMEDIATE.memory);
TABLE[0x3f] = IMMEDIATE.leb32; // memory.size
TABLE[0x40] = IMMEDIATE.control; // memory.grow
TABLE[0x41] = IMMEDIATE.leb32;
TABLE[0x42] = IMMEDIATE.leb64;
TABLE[0x43] = IMMEDIATE.bytes4;
TABLE[0x44] = IMMEDIATE.bytes8;
range(0x45, 0xc4, IMMEDIATE.none); // numeric
TABLE[0xd0] = IMMEDIATE.control; // ref.null
TABLE[0xd1] = IMMEDIATE.none; // ref.is_null
TABLE[0xd2] = IMMEDIATE.leb32; // ref.func
TABLE[0xd4] = IMMEDIATE.none; // ref.as_non_null
range(0xd5, 0xd6, IMMEDIATE.leb32); // br_on_null, br_on_non_null
TABLE[0xfb] = IMMEDIATE.prefixGc;
TABLE[0xfc] = IMMEDIATE.prefixMisc;
TABLE[0xfd] = IMMEDIATE.prefixVector;
TABLE[0xfe] = IMMEDIATE.prefixThreads;

/** Kind of immediate by opcode. */
export const IMMEDIATES: Uint8Array = TABLE;

/** What the `0xfc` instructions are. Those with a `bulk` take a length that says what they cost. */
export const MISC = {
  saturatingTruncationLast: 7,
  memoryInit: 8,
  dataDrop: 9,
  memoryCopy: 10,
  memoryFill: 11,
  tableInit: 12,
  elemDrop: 13,
  tableCopy: 14,
  tableGrow: 15,
  tableSize: 16,
  tableFill: 17,
  wideArithmeticLast: 22,
} as const;

/** What follows a `0xfd` instruction. */
export function vectorImmediate(sub: number): 'memory' | 'bytes16' | 'lane' | 'memory-lane' | 'none' | 'unknown' {
  if (sub <= 11 || sub === 92 || sub === 93) return 'memory';
  if (sub === 12 || sub === 13) return 'bytes16';
  if (sub >= 21 && sub <= 34) return 'lane';
  if (sub >= 84 && sub <= 91) return 'memory-lane';
  if (sub <= 0x113) return 'none';
  return 'unknown';
}

/** Relaxed SIMD starts here; below it is fixed-width SIMD. */
export const RELAXED_SIMD_FIRST = 0x100;
