/** Reads the types of a core module: values, heaps, limits, block types, constant expressions. */
import { MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS } from './limits.ts';
import { NO_TYPE } from './opcodes.ts';
import type { Reader } from './reader.ts';

/** Core features that a module can use beyond the first version of wasm, as policies name them. */
export type Feature =
  | 'simd'
  | 'relaxed-simd'
  | 'bulk-memory'
  | 'reference-types'
  | 'function-references'
  | 'tail-call'
  | 'multi-memory'
  | 'memory64'
  | 'exceptions'
  | 'legacy-exceptions'
  | 'wide-arithmetic';

export const NO_GC = 'garbage-collected types are not supported';
export const NO_THREADS = 'threads are not supported';

/** What a limits field says; `max` is absent when none was given. */
export interface Limits {
  readonly min: number;
  readonly max?: number;
  readonly is64: boolean;
}

/** How many entries the index spaces have that types and constant expressions refer to. */
export interface Spaces {
  readonly types: number;
  readonly functions: number;
  readonly globals: number;
}

/** The function, extern and exception heaps, and their bottoms; in one byte of a signed LEB128. */
const HEAP_TYPES_KEPT = new Set([0x70, 0x6f, 0x69, 0x73, 0x72, 0x74]);

/** Reads a value type. Garbage-collected ones are refused: nothing here can bound what they hold. */
export function readValueType(reader: Reader, types: number, features: Set<Feature>): void {
  const start = reader.position;
  const code = reader.byte();
  if (code >= 0x7c && code <= 0x7f) return;
  if (code === 0x7b) {
    features.add('simd');
    return;
  }
  if (code === 0x63 || code === 0x64) {
    features.add('function-references');
    readHeapType(reader, types);
    return;
  }
  if (!HEAP_TYPES_KEPT.has(code)) reader.fail(NO_GC, start);
  features.add('reference-types');
}

/** Reads a heap type: one of the function, extern and exception heaps, or the index of a type. */
export function readHeapType(reader: Reader, types: number): void {
  const first = reader.peek();
  const isAbstract = first >= 0x40 && first < 0x80;
  if (!isAbstract) readTypeIndex(reader, types);
  else if (HEAP_TYPES_KEPT.has(first)) reader.skip(1);
  else reader.fail(NO_GC);
}

/** A type index where a signed number of 33 bits stands. */
function readTypeIndex(reader: Reader, types: number): number {
  const start = reader.position;
  const index = reader.u32();
  // The sign is bit 6 of the last byte: an index whose last byte has it is a negative number.
  const last = reader.bytes[reader.position - 1] as number;
  if (index >= types || (last & 0x40) !== 0) reader.fail(`unknown type ${index}`, start);
  return index;
}

/** What `readBlockType` answers for a block that gives no value, or one, and takes none. */
export const BLOCK_TYPE = { empty: -1, value: -2 } as const;

/** Reads the type of a block: nothing, one value, or the index of a function type, which is answered. */
export function readBlockType(reader: Reader, types: number, features: Set<Feature>): number {
  const first = reader.peek();
  if (first === NO_TYPE) {
    reader.skip(1);
    return BLOCK_TYPE.empty;
  }
  if (first <= 0x40 || first >= 0x80) return readTypeIndex(reader, types);
  readValueType(reader, types, features);
  return BLOCK_TYPE.value;
}

function readLimits(reader: Reader, what: 'memory' | 'table', ceiling: number, features: Set<Feature>): Limits {
  const start = reader.position;
  const flags = reader.byte();
  if (flags & 2) reader.fail(`shared ${what}: ${NO_THREADS}`, start);
  if (flags > 7) reader.fail(`the ${what} has limits of an unknown kind`, start);
  const is64 = (flags & 4) !== 0;
  if (is64) features.add('memory64');
  const read = (): number => (is64 ? reader.u64() : reader.u32());
  const min = read();
  const max = flags & 1 ? read() : undefined;
  if (min > ceiling) {
    const unit = what === 'memory' ? 'pages of 64 KiB' : 'elements';
    reader.fail(`the ${what} starts with ${min} ${unit}, the most that is allowed is ${ceiling}`, start);
  }
  return max === undefined ? { min, is64 } : { min, max, is64 };
}

export function readMemoryLimits(reader: Reader, features: Set<Feature>): Limits {
  return readLimits(reader, 'memory', MAX_MEMORY_PAGES, features);
}

export function readTableLimits(reader: Reader, features: Set<Feature>): Limits {
  return readLimits(reader, 'table', MAX_TABLE_ELEMENTS, features);
}

/** Passes over a constant expression. What it names must be there before metering adds to it. */
export function readConstantExpression(reader: Reader, spaces: Spaces): void {
  for (;;) {
    const start = reader.position;
    const op = reader.byte();
    if (op === 0x0b) return;
    if (op === 0x41) reader.s32();
    else if (op === 0x42) reader.s64();
    else if (op === 0x43) reader.skip(4);
    else if (op === 0x44) reader.skip(8);
    else if (op === 0x23) reader.index(spaces.globals, 'global');
    else if (op === 0xd2) reader.index(spaces.functions, 'function');
    else if (op === 0xd0) readHeapType(reader, spaces.types);
    else if (op === 0xfd) {
      if (reader.u32() !== 12) reader.fail('not a constant instruction', start);
      reader.skip(16);
    } else if (op === 0xfb) reader.fail(NO_GC, start);
    else if (!((op >= 0x6a && op <= 0x6c) || (op >= 0x7c && op <= 0x7e)))
      reader.fail('not a constant instruction', start);
  }
}
