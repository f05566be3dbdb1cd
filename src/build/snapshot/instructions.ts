/** Instructions that the added code uses and the meter does not. */
export const ADDED = {
  tableGet: 0x25,
  tableSet: 0x26,
  i32Store8: 0x3a,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtU: 0x49,
  i64Eq: 0x51,
  i64Ne: 0x52,
  i64LtU: 0x54,
  i32Or: 0x72,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Or: 0x84,
  i64ShrU: 0x88,
  i64ExtendI32U: 0xad,
  i32ReinterpretF32: 0xbc,
  i64ReinterpretF64: 0xbd,
  refNull: 0xd0,
  refIsNull: 0xd1,
  prefixMisc: 0xfc,
  prefixVector: 0xfd,
} as const;

/** Sub-opcodes behind the prefixes. */
export const ADDED_MISC = { memoryFill: 11, tableCopy: 14, tableGrow: 15, tableSize: 16 } as const;
export const ADDED_VECTOR = { v128Const: 12, v128Xor: 81, v128AnyTrue: 83 } as const;

/** Value types by their first byte. */
export const TYPE = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  nullableReference: 0x63,
  reference: 0x64,
} as const;
