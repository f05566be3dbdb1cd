/** Writes the copies of globals and tables, and the functions that fill them, put them back and compare them. */
import type { ModuleLayout } from '../meter/layout.ts';
import { MAX_TABLE_ELEMENTS } from '../meter/limits.ts';
import { NO_TYPE, OP } from '../meter/opcodes.ts';
import type { Writer } from '../meter/writer.ts';
import type { TypeBytes } from './declared.ts';
import { ADDED, ADDED_MISC, ADDED_VECTOR, TYPE } from './instructions.ts';
import type { Kept, KeptTable } from './kept.ts';

/** `i32`, or `i64` where it is an address or a size of a 64-bit memory or table. */
export function addressType(is64: boolean): number {
  return is64 ? TYPE.i64 : TYPE.i32;
}

export class Shadows {
  readonly #out: Writer;
  readonly #bytes: Uint8Array;
  readonly #kept: Kept;

  constructor(out: Writer, layout: ModuleLayout, kept: Kept) {
    this.#out = out;
    this.#bytes = layout.bytes;
    this.#kept = kept;
  }

  get globalCount(): number {
    return this.#kept.globals.length + this.#kept.sizes.length;
  }

  writeGlobals(): void {
    const out = this.#out;
    for (const { type } of this.#kept.globals) {
      out.copy(this.#bytes, type.start, type.end);
      out.byte(1);
      this.#zero(type);
      out.byte(OP.end);
    }
    for (const is64 of this.#kept.sizes) {
      out.raw([addressType(is64), 1]);
      this.#constant(is64, 0);
      out.byte(OP.end);
    }
  }

  writeTables(): void {
    const out = this.#out;
    for (const { type, is64, min } of this.#kept.tables) {
      out.copy(this.#bytes, type.start, type.end);
      out.byte(is64 ? 5 : 1);
      out.unsigned(min);
      out.unsigned(MAX_TABLE_ELEMENTS);
    }
  }

  /** A table may have grown while it was linked: its copy grows with it, and where it cannot, `table.copy` traps. */
  writeSave(): void {
    const out = this.#out;
    const { globals, tables, memory } = this.#kept;
    for (const { index, shadow } of globals) {
      out.indexed(OP.globalGet, index);
      out.indexed(OP.globalSet, shadow);
    }
    for (const table of tables) {
      this.#null(table.type);
      this.#tableSize(table.index);
      this.#tableSize(table.shadow);
      out.byte(table.is64 ? ADDED.i64Sub : OP.i32Sub);
      this.#misc(ADDED_MISC.tableGrow, table.shadow);
      out.byte(0x1a); // drop
      this.#tableSize(table.index);
      out.indexed(OP.globalSet, table.size);
      this.#copyTable(table.shadow, table.index, table);
    }
    if (memory) {
      out.indexed(OP.memorySize, memory.index);
      out.indexed(OP.globalSet, memory.size);
    }
  }

  writeRestore(): void {
    const out = this.#out;
    for (const { index, shadow } of this.#kept.globals) {
      out.indexed(OP.globalGet, shadow);
      out.indexed(OP.globalSet, index);
    }
    for (const table of this.#kept.tables) this.#copyTable(table.index, table.shadow, table);
  }

  writeOk(): void {
    const out = this.#out;
    const { tables, memory } = this.#kept;
    out.i32Const(1);
    for (const { index, size, is64 } of tables) {
      this.#tableSize(index);
      this.#isSize(size, is64);
    }
    if (memory) {
      out.indexed(OP.memorySize, memory.index);
      this.#isSize(memory.size, memory.is64);
    }
  }

  /** Local 0 is an i32, local 1 an i64: they count through tables. */
  writeSame(): void {
    const out = this.#out;
    const { globals, tables } = this.#kept;
    for (const [ordinal, { index, shadow, type }] of globals.entries()) {
      this.#differs(type, index, shadow);
      this.#returnIf(ordinal + 1);
    }
    for (const [ordinal, table] of tables.entries()) this.#compareTable(table, globals.length + ordinal + 1);
    out.i32Const(0);
  }

  #returnIf(answer: number): void {
    const out = this.#out;
    out.raw([OP.if, NO_TYPE]);
    out.i32Const(answer);
    out.raw([OP.return, OP.end]);
  }

  #isSize(size: number, is64: boolean): void {
    this.#out.indexed(OP.globalGet, size);
    this.#out.raw([is64 ? ADDED.i64Eq : ADDED.i32Eq, OP.i32And]);
  }

  /** Floats are compared by their bits, references by whether they are null. */
  #differs(type: TypeBytes, index: number, shadow: number): void {
    const out = this.#out;
    const code = this.#bytes[type.start];
    const both = (convert: readonly number[], compare: readonly number[]): void => {
      out.indexed(OP.globalGet, index);
      out.raw(convert);
      out.indexed(OP.globalGet, shadow);
      out.raw(convert);
      out.raw(compare);
    };
    if (code === TYPE.i32) both([], [ADDED.i32Ne]);
    else if (code === TYPE.i64) both([], [ADDED.i64Ne]);
    else if (code === TYPE.f32) both([ADDED.i32ReinterpretF32], [ADDED.i32Ne]);
    else if (code === TYPE.f64) both([ADDED.i64ReinterpretF64], [ADDED.i64Ne]);
    else if (code === TYPE.v128) {
      const [xor, anyTrue] = [ADDED_VECTOR.v128Xor, ADDED_VECTOR.v128AnyTrue];
      both([], [ADDED.prefixVector, xor, ADDED.prefixVector, anyTrue]);
    } else both([ADDED.refIsNull], [ADDED.i32Ne]);
  }

  /** `for (i = 0; i < size; i++) if (isNull(table[i]) != isNull(copy[i])) return answer` */
  #compareTable({ index, shadow, size, is64 }: KeptTable, answer: number): void {
    const out = this.#out;
    const counter = is64 ? 1 : 0;
    this.#constant(is64, 0);
    out.indexed(OP.localSet, counter);
    out.raw([OP.block, NO_TYPE, OP.loop, NO_TYPE]);
    out.indexed(OP.localGet, counter);
    out.indexed(OP.globalGet, size);
    out.raw([is64 ? ADDED.i64LtU : ADDED.i32LtU, ADDED.i32Eqz]);
    out.indexed(OP.brIf, 1);
    for (const table of [index, shadow]) {
      out.indexed(OP.localGet, counter);
      out.indexed(ADDED.tableGet, table);
      out.byte(ADDED.refIsNull);
    }
    out.byte(ADDED.i32Ne);
    this.#returnIf(answer);
    out.indexed(OP.localGet, counter);
    this.#constant(is64, 1);
    out.byte(is64 ? ADDED.i64Add : OP.i32Add);
    out.indexed(OP.localSet, counter);
    out.indexed(OP.br, 0);
    out.raw([OP.end, OP.end]);
  }

  #copyTable(to: number, from: number, { is64, size }: KeptTable): void {
    this.#constant(is64, 0);
    this.#constant(is64, 0);
    this.#out.indexed(OP.globalGet, size);
    this.#misc(ADDED_MISC.tableCopy, to);
    this.#out.unsigned(from);
  }

  #tableSize(table: number): void {
    this.#misc(ADDED_MISC.tableSize, table);
  }

  #misc(sub: number, index: number): void {
    this.#out.raw([ADDED.prefixMisc, sub]);
    this.#out.unsigned(index);
  }

  #constant(is64: boolean, value: number): void {
    this.#out.byte(is64 ? ADDED.i64Const : OP.i32Const);
    this.#out.signed(value);
  }

  #zero(type: TypeBytes): void {
    const out = this.#out;
    const code = this.#bytes[type.start];
    if (code === TYPE.i32 || code === TYPE.i64) this.#constant(code === TYPE.i64, 0);
    else if (code === TYPE.f32) out.raw([ADDED.f32Const, 0, 0, 0, 0]);
    else if (code === TYPE.f64) out.raw([ADDED.f64Const, 0, 0, 0, 0, 0, 0, 0, 0]);
    else if (code === TYPE.v128) out.raw([ADDED.prefixVector, ADDED_VECTOR.v128Const, ...new Array(16).fill(0)]);
    else this.#null(type);
  }

  /** A short reference type is the code of its heap, a long one is followed by it. */
  #null(type: TypeBytes): void {
    const isLong = this.#bytes[type.start] === TYPE.nullableReference;
    this.#out.byte(ADDED.refNull);
    this.#out.copy(this.#bytes, type.start + (isLong ? 1 : 0), type.end);
  }
}
