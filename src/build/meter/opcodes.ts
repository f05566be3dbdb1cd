/**
 * The core instruction set as metering needs it: what follows each opcode, and which of them steer control or cost more
 * than one unit. Source: WebAssembly 3.0 (binary format, instructions), legacy exception handling, wide arithmetic.
 */

/** What an instruction carries after its opcode. `special` ones steer control, call or grow: the scanner reads them. */
export const IMMEDIATE = {
  none: 0,
  local: 1,
  global: 2,
  table: 3,
  memory: 4,
  function: 5,
  data: 6,
  element: 7,
  int32: 8,
  int64: 9,
  bytes4: 10,
  bytes8: 11,
  bytes16: 12,
  /** Alignment, memory index if bit 6 of it is set, offset. */
  memoryArgument: 13,
  /** A memory argument and the number of a lane. */
  memoryLane: 14,
  lane: 15,
  heapType: 16,
  types: 17,
  special: 18,
  prefixMisc: 19,
  prefixVector: 20,
  gc: 21,
  threads: 22,
  unknown: 23,
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
  drop: 0x1a,
  tryTable: 0x1f,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableSet: 0x26,
  memoryAccessFirst: 0x28,
  memoryAccessLast: 0x3e,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32GtS: 0x4a,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i32DivS: 0x6d,
  i32RemU: 0x70,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  i64DivS: 0x7f,
  i64RemU: 0x82,
  i64ShrU: 0x88,
  f32Sqrt: 0x91,
  f32Div: 0x95,
  f64Sqrt: 0x9f,
  f64Div: 0xa3,
  i32WrapI64: 0xa7,
  brOnNull: 0xd5,
  brOnNonNull: 0xd6,
  miscPrefix: 0xfc,
} as const;

/** The type of a block without parameters and results. */
export const NO_TYPE = 0x40;

const I = IMMEDIATE;

/** Ranges of opcodes, each with what follows them; the last row that names an opcode holds. */
function table(size: number, rows: readonly (readonly [from: number, to: number, kind: number])[]): Uint8Array {
  const kinds = new Uint8Array(size).fill(I.unknown);
  for (const [from, to, kind] of rows) kinds.fill(kind, from, to + 1);
  return kinds;
}

/** Kind of immediate by opcode. */
export const IMMEDIATES: Uint8Array = table(256, [
  [0x00, 0x01, I.none], // unreachable, nop
  [0x02, 0x15, I.special], // blocks, exceptions, branches, calls
  [0x16, 0x17, I.unknown],
  [0x18, 0x19, I.special], // delegate, catch_all
  [0x1a, 0x1b, I.none], // drop, select
  [0x1c, 0x1c, I.types], // select with types
  [0x1f, 0x1f, I.special], // try_table
  [0x20, 0x22, I.local],
  [0x23, 0x24, I.global],
  [0x25, 0x26, I.table],
  [0x28, 0x3e, I.memoryArgument],
  [0x3f, 0x3f, I.memory], // memory.size
  [0x40, 0x40, I.special], // memory.grow
  [0x41, 0x41, I.int32],
  [0x42, 0x42, I.int64],
  [0x43, 0x43, I.bytes4],
  [0x44, 0x44, I.bytes8],
  [0x45, 0xc4, I.none], // numeric
  [0xd0, 0xd0, I.heapType], // ref.null
  [0xd1, 0xd1, I.none], // ref.is_null
  [0xd2, 0xd2, I.function], // ref.func
  [0xd3, 0xd3, I.gc], // ref.eq
  [0xd4, 0xd4, I.none], // ref.as_non_null
  [0xd5, 0xd6, I.special], // br_on_null, br_on_non_null
  [0xfb, 0xfb, I.gc],
  [0xfc, 0xfc, I.prefixMisc],
  [0xfd, 0xfd, I.prefixVector],
  [0xfe, 0xfe, I.threads],
]);

/** The `0xfc` instructions that pay by a length, and where wide arithmetic begins. */
export const MISC = {
  memoryInit: 8,
  memoryCopy: 10,
  memoryFill: 11,
  tableInit: 12,
  tableCopy: 14,
  tableGrow: 15,
  tableSize: 16,
  tableFill: 17,
  wideArithmeticFirst: 19,
} as const;

/** Kind of immediate by sub-opcode of `0xfc`. */
export const MISC_IMMEDIATES: Uint8Array = table(23, [
  [0, 7, I.none], // saturating truncation
  [8, 17, I.special],
  [9, 9, I.data], // data.drop
  [13, 13, I.element], // elem.drop
  [16, 16, I.table], // table.size
  [19, 22, I.none], // wide arithmetic
]);

/** First sub-opcode of `0xfd` that is relaxed SIMD. */
export const RELAXED_SIMD_FIRST = 0x100;

const VECTOR_GAPS = [
  0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb, 0xc2, 0xc5, 0xc6, 0xcf, 0xd0, 0xd2, 0xd3, 0xd4, 0xe2,
  0xee,
];

/** Kind of immediate by sub-opcode of `0xfd`. */
export const VECTOR_IMMEDIATES: Uint8Array = table(0x114, [
  [0, 0x113, I.none],
  [0, 11, I.memoryArgument],
  [12, 13, I.bytes16], // v128.const, i8x16.shuffle
  [21, 34, I.lane],
  [84, 91, I.memoryLane],
  [92, 93, I.memoryArgument],
  ...VECTOR_GAPS.map((gap) => [gap, gap, I.unknown] as const),
]);
