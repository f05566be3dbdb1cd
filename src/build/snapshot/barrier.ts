/** Writes function bodies in which every write to memory marks its pages first. */

import { DIRTY_PAGE_SHIFT } from '../../core/engine-names.ts';
import type { ModuleLayout } from '../meter/layout.ts';
import { OP } from '../meter/opcodes.ts';
import type { Writer } from '../meter/writer.ts';
import { ADDED, ADDED_MISC, TYPE } from './instructions.ts';
import { WRITE, type WriteMarks } from './marks.ts';
import type { Body } from './scan.ts';
import { addressType } from './shadows.ts';

/** Memory argument of an access to one byte of the memory with index 1, the map: alignment 0, an index follows, offset 0. */
const MAP_BYTE = [0x40, 1, 0];
const MAP = 1;

/** The locals that a body may get: one for each type of value, then an address, then a length. */
const SLOT = { address: 5, length32: 6, length64: 7 } as const;
const SLOTS = 8;

/**
 * The mark of a store comes before it and after its operands. A store that traps has marked a page too much. An address
 * that overflows marks some page or traps at the map, which is the same trap as that of the store.
 */
export class Barrier {
  readonly #out: Writer;
  readonly #bytes: Uint8Array;
  readonly #marks: WriteMarks;
  readonly #is64: boolean;
  readonly #markFunction: number;
  /** Of the body in hand: index of the local of each slot, or 0 when it has none. */
  readonly #locals = new Uint32Array(SLOTS);

  /** `markFunction` is the index of what `writeMarkFunction` writes. */
  constructor(out: Writer, layout: ModuleLayout, marks: WriteMarks, markFunction: number) {
    this.#out = out;
    this.#bytes = layout.bytes;
    this.#marks = marks;
    this.#is64 = layout.memories[0]?.is64 ?? false;
    this.#markFunction = markFunction;
  }

  /** Writes a body with its size. Its marks end at `lastMark`. Answers where in it the old `offsets` are now. */
  write(body: Body, lastMark: number, offsets: readonly number[]): readonly number[] {
    const out = this.#out;
    if (body.firstMark === lastMark) {
      out.unsigned(body.end - body.start);
      out.copy(this.#bytes, body.start, body.end);
      return offsets;
    }
    const moved: number[] = [];
    out.sized(() => {
      const start = out.length;
      let from = body.code;
      const copyTo = (position: number): void => {
        const by = out.length - start - from;
        for (let next = offsets[moved.length]; next !== undefined; next = offsets[moved.length]) {
          if (body.start + next >= position) break;
          moved.push(body.start + next + by);
        }
        out.copy(this.#bytes, from, position);
        from = position;
      };
      this.#writeLocals(body, lastMark);
      for (let mark = body.firstMark; mark < lastMark; mark++) {
        copyTo(this.#marks.positions[mark] as number);
        const kind = this.#marks.kinds[mark] as number;
        if (kind <= WRITE.v128) this.#store(kind, this.#marks.offsets[mark] as number);
        else this.#bulk(kind);
      }
      copyTo(body.end);
    });
    return moved;
  }

  #writeLocals(body: Body, lastMark: number): void {
    const out = this.#out;
    const types = [TYPE.i32, TYPE.i64, TYPE.f32, TYPE.f64, TYPE.v128, addressType(this.#is64), TYPE.i32, TYPE.i64];
    const used = new Array<boolean>(SLOTS).fill(false);
    used[SLOT.address] = true;
    for (let mark = body.firstMark; mark < lastMark; mark++) {
      const kind = this.#marks.kinds[mark] as number;
      used[this.#operandOf(kind)] = true;
      if (kind > WRITE.v128) used[this.#lengthOf(kind)] = true;
    }
    const added = types.flatMap((type, slot) => (used[slot] ? [{ type, slot }] : []));
    out.unsigned(body.groups + added.length);
    out.copy(this.#bytes, body.groupsStart, body.code);
    for (const [ordinal, { type, slot }] of added.entries()) {
      out.raw([1, type]);
      this.#locals[slot] = body.locals + ordinal;
    }
  }

  /** The slot of the operand above the address: the value of a store; source or value of a bulk instruction. */
  #operandOf(kind: number): number {
    if (kind <= WRITE.v128) return kind;
    return kind === WRITE.memoryCopy && this.#is64 ? WRITE.i64 : WRITE.i32;
  }

  /** The length of `memory.init` is that of its segment: always an i32. */
  #lengthOf(kind: number): number {
    return kind !== WRITE.memoryInit && this.#is64 ? SLOT.length64 : SLOT.length32;
  }

  #local(op: number, slot: number): void {
    this.#out.indexed(op, this.#locals[slot] as number);
  }

  /** `map[(address + offset) >> shift] = 1` */
  #store(kind: number, offset: number): void {
    const out = this.#out;
    this.#local(OP.localSet, kind);
    this.#local(OP.localTee, SLOT.address);
    this.#local(OP.localGet, SLOT.address);
    if (this.#is64) {
      if (offset > 0) {
        out.byte(ADDED.i64Const);
        out.signed(offset);
        out.byte(ADDED.i64Add);
      }
      out.raw([ADDED.i64Const, DIRTY_PAGE_SHIFT, ADDED.i64ShrU, OP.i32WrapI64]);
    } else {
      if (offset > 0) {
        out.i32Const(offset);
        out.byte(OP.i32Add);
      }
      out.raw([OP.i32Const, DIRTY_PAGE_SHIFT, OP.i32ShrU]);
    }
    out.raw([OP.i32Const, 1, ADDED.i32Store8, ...MAP_BYTE]);
    this.#local(OP.localGet, kind);
  }

  #bulk(kind: number): void {
    const out = this.#out;
    const [operand, length] = [this.#operandOf(kind), this.#lengthOf(kind)];
    this.#local(OP.localSet, length);
    this.#local(OP.localSet, operand);
    this.#local(OP.localTee, SLOT.address);
    this.#local(OP.localGet, SLOT.address);
    this.#local(OP.localGet, length);
    if (this.#is64 && length === SLOT.length32) out.byte(ADDED.i64ExtendI32U);
    out.indexed(OP.call, this.#markFunction);
    this.#local(OP.localGet, operand);
    this.#local(OP.localGet, length);
  }

  /**
   * The code of `(address, length) -> ()`, which marks the pages of a run. What does not fit into 32 bits, or leaves
   * them, is left out: the instruction itself traps, and writes nothing. A run beyond the map traps here instead.
   */
  writeMarkFunction(): void {
    const out = this.#out;
    const wrap = this.#is64 ? [OP.i32WrapI64] : [];
    const [address, length] = [
      [OP.localGet, 0, ...wrap],
      [OP.localGet, 1, ...wrap],
    ];
    const returnIf = [OP.if, 0x40, OP.return, OP.end];
    const page = [OP.i32Const, DIRTY_PAGE_SHIFT, OP.i32ShrU];
    const end = [...address, ...length, OP.i32Add];
    const last = [...end, OP.i32Const, 1, OP.i32Sub, ...page];
    if (this.#is64) {
      const upper = [OP.localGet, 0, OP.localGet, 1, ADDED.i64Or, ADDED.i64Const, 32, ADDED.i64ShrU];
      out.raw([...upper, ADDED.i64Const, 0, ADDED.i64Ne, ...returnIf]);
    }
    out.raw([...length, ADDED.i32Eqz, ...returnIf]);
    out.raw([...end, OP.i32Const, 1, OP.i32Sub, ...address, ADDED.i32LtU, ...returnIf]);
    out.raw([...address, ...page]);
    out.raw([OP.i32Const, 1]);
    out.raw([...last, ...address, ...page, OP.i32Sub, OP.i32Const, 1, OP.i32Add]);
    out.raw([ADDED.prefixMisc, ADDED_MISC.memoryFill, MAP]);
  }
}
