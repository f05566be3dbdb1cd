/** Reads what follows an instruction, for all that neither steer control nor call nor pay by an operand. */
import type { ModuleLayout } from './layout.ts';
import { IMMEDIATE, IMMEDIATES, MISC, MISC_IMMEDIATES, RELAXED_SIMD_FIRST, VECTOR_IMMEDIATES } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { NO_GC, NO_THREADS, readHeapType, readValueType } from './types.ts';

/** Bit 6 of an alignment: the index of a memory follows. */
const HAS_MEMORY_INDEX = 0x40;
/** An alignment and that bit are all that its number may have. */
const MEMORY_FLAGS = 0x7f;

/** An instruction that is paid for by the weight of its first byte. */
export const PLAIN = -1;
/** A vector instruction that accesses memory. */
export const VECTOR_ACCESS = -2;
/** A vector instruction that divides or takes a square root. */
export const VECTOR_DIVISION = -3;

/** `f32x4.sqrt`, `f32x4.div`, `f64x2.sqrt`, `f64x2.div` */
const VECTOR_DIVISIONS: ReadonlySet<number> = new Set([227, 231, 239, 243]);

/**
 * Reads the immediates of `op`, whose opcode starts at `at`; `locals` is how many locals the function has. Answers
 * `PLAIN`, `VECTOR_ACCESS`, `VECTOR_DIVISION`, or the sub-opcode of a `0xfc` instruction that pays by an operand, of which nothing more has
 * been read.
 */
export function readOperands(reader: Reader, layout: ModuleLayout, locals: number, op: number, at: number): number {
  const kind = IMMEDIATES[op] as number;
  switch (kind) {
    case IMMEDIATE.none:
      return PLAIN;
    case IMMEDIATE.local:
      reader.index(locals, 'local');
      return PLAIN;
    case IMMEDIATE.int32:
      reader.s32();
      return PLAIN;
    case IMMEDIATE.memoryArgument:
      readMemoryArgument(reader, layout);
      return PLAIN;
    case IMMEDIATE.prefixVector: {
      const sub = reader.u32();
      layout.features.add(sub >= RELAXED_SIMD_FIRST ? 'relaxed-simd' : 'simd');
      const immediate = VECTOR_IMMEDIATES[sub] ?? IMMEDIATE.unknown;
      readSimple(reader, layout, immediate, at);
      if (VECTOR_DIVISIONS.has(sub)) return VECTOR_DIVISION;
      return immediate === IMMEDIATE.memoryArgument || immediate === IMMEDIATE.memoryLane ? VECTOR_ACCESS : PLAIN;
    }
    case IMMEDIATE.prefixMisc: {
      const sub = reader.u32();
      const immediate = MISC_IMMEDIATES[sub] ?? IMMEDIATE.unknown;
      if (sub >= MISC.memoryInit)
        layout.features.add(sub < MISC.wideArithmeticFirst ? 'bulk-memory' : 'wide-arithmetic');
      if (immediate === IMMEDIATE.special) return sub;
      readSimple(reader, layout, immediate, at);
      return PLAIN;
    }
    default:
      readSimple(reader, layout, kind, at);
      return PLAIN;
  }
}

function readSimple(reader: Reader, layout: ModuleLayout, kind: number, at: number): void {
  switch (kind) {
    case IMMEDIATE.none:
      return;
    case IMMEDIATE.global:
      reader.index(layout.globals, 'global');
      return;
    case IMMEDIATE.table:
      reader.index(layout.tables.length, 'table');
      return;
    case IMMEDIATE.memory:
      reader.index(layout.memories.length, 'memory');
      return;
    case IMMEDIATE.function:
      reader.index(layout.functions.length, 'function');
      return;
    case IMMEDIATE.data:
      reader.index(layout.dataSegments, 'data segment');
      return;
    case IMMEDIATE.element:
      reader.index(layout.elements, 'element segment');
      return;
    case IMMEDIATE.int64:
      reader.s64();
      return;
    case IMMEDIATE.bytes4:
      reader.skip(4);
      return;
    case IMMEDIATE.bytes8:
      reader.skip(8);
      return;
    case IMMEDIATE.bytes16:
      reader.skip(16);
      return;
    case IMMEDIATE.lane:
      reader.skip(1);
      return;
    case IMMEDIATE.memoryArgument:
      readMemoryArgument(reader, layout);
      return;
    case IMMEDIATE.memoryLane:
      readMemoryArgument(reader, layout);
      reader.skip(1);
      return;
    case IMMEDIATE.heapType:
      layout.features.add('reference-types');
      readHeapType(reader, layout.types.length);
      return;
    case IMMEDIATE.types:
      for (let left = reader.count('types'); left > 0; left--) {
        readValueType(reader, layout.types.length, layout.features);
      }
      return;
    case IMMEDIATE.gc:
      reader.fail(NO_GC, at);
      return;
    case IMMEDIATE.threads:
      reader.fail(NO_THREADS, at);
      return;
    default:
      reader.fail(`unknown instruction ${opcodeText(reader, at)}`, at);
      return;
  }
}

function readMemoryArgument(reader: Reader, layout: ModuleLayout): void {
  const start = reader.position;
  const flags = reader.u32();
  if (flags > MEMORY_FLAGS) reader.fail('an alignment is too large', start);
  const memory = layout.memories[(flags & HAS_MEMORY_INDEX) === 0 ? 0 : reader.u32()];
  if (memory === undefined) {
    reader.fail('unknown memory', start);
    return;
  }
  if (memory.is64) reader.u64();
  else reader.u32();
}

/** `0x27`, or `0xfd 300` with a sub-opcode that has been read. */
function opcodeText(reader: Reader, at: number): string {
  const op = reader.bytes[at] as number;
  const prefix = `0x${op.toString(16)}`;
  if (op < 0xfb) return prefix;
  reader.position = at + 1;
  return `${prefix} ${reader.u32()}`;
}
