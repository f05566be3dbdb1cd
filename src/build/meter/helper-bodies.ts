/** Writes the bodies of the functions that metering adds. */

import { GROWTH, PLACE, VERDICT } from '../../core/engine-names.ts';
import {
  BYTES_MASK,
  BYTES_SHIFT,
  ELEMENTS_MASK,
  ELEMENTS_SHIFT,
  GROW_COST,
  LOOP_ADVANCE,
  PAGES_MASK,
  PAGES_SHIFT,
} from './cost.ts';
import { type Additions, HELPER } from './helpers.ts';
import type { ModuleLayout } from './layout.ts';
import { MISC, NO_TYPE, OP } from './opcodes.ts';
import type { Limits } from './types.ts';
import type { Writer } from './writer.ts';

const I32 = 0x7f;
const I64 = 0x7e;
const I64_HALF_BITS = 32;

/** What a function needs to know of the memory or table that it grows. */
interface Grown {
  readonly kind: number;
  readonly is64: boolean;
  /** Local of the delta: behind the new element of a table, which is what the instruction takes first. */
  readonly delta: number;
  /** The instructions, with the index. */
  readonly size: () => void;
  readonly grow: () => void;
  /** From the delta on top of the stack to units. */
  readonly cost: () => void;
}

export class HelperBodies {
  readonly #out: Writer;
  readonly #additions: Additions;
  readonly #layout: ModuleLayout;

  constructor(out: Writer, additions: Additions, layout: ModuleLayout) {
    this.#out = out;
    this.#additions = additions;
    this.#layout = layout;
  }

  /** In the order of their numbers. */
  write(): void {
    this.#body([1, 1, I32], () => this.#ask());
    this.#body([0], () => this.#charge());
    this.#body([0], () => this.#advance());
    for (const is64 of [false, true]) this.#body([0], () => this.#operand(is64, () => this.#bytes()));
    for (const is64 of [false, true]) this.#body([0], () => this.#operand(is64, () => this.#elements()));
    for (const [index, limits] of this.#layout.memories.entries()) this.#memory(index, limits);
    for (const [index, limits] of this.#layout.tables.entries()) this.#table(index, limits);
  }

  /** `locals` are the bytes of the local groups. */
  #body(locals: readonly number[], write: () => void): void {
    this.#out.sized(() => {
      this.#out.raw(locals);
      write();
      this.#out.byte(OP.end);
    });
  }

  /** Calls the function in a place of the slot. */
  #place(place: number, type: number): void {
    this.#out.i32Const(place);
    this.#out.indexed(OP.callIndirect, type);
    this.#out.unsigned(this.#additions.slot);
  }

  #ask(): void {
    const out = this.#out;
    const additions = this.#additions;
    const answer = 0;
    const trapIf = () => out.raw([OP.if, NO_TYPE, OP.unreachable, OP.end]);
    this.#place(PLACE.verdict, additions.askType);
    out.indexed(OP.localTee, answer);
    out.i32Const(VERDICT.suspend);
    out.raw([OP.i32Eq, OP.if, NO_TYPE]);
    this.#place(PLACE.suspend, additions.askType);
    out.indexed(OP.localSet, answer);
    out.byte(OP.end);
    out.indexed(OP.localGet, answer);
    trapIf();
    out.indexed(OP.globalGet, additions.fuel);
    out.i32Const(0);
    out.byte(OP.i32LtS);
    trapIf();
  }

  #charge(): void {
    this.#additions.writeChargeLocal(this.#out, 0);
    this.#additions.writeCheck(this.#out);
  }

  #advance(): void {
    const out = this.#out;
    out.indexed(OP.localGet, 0);
    out.i32Const(LOOP_ADVANCE);
    out.byte(OP.i32Add);
    this.#callCharge();
    out.i32Const(-LOOP_ADVANCE);
  }

  #callCharge(): void {
    this.#out.indexed(OP.call, this.#additions.helper(HELPER.charge));
  }

  /** Charges what `cost` makes of the operand. The upper half of a 64-bit one is left out: it traps. */
  #operand(is64: boolean, cost: () => void): void {
    this.#narrow(is64, () => this.#out.indexed(OP.localGet, 0));
    cost();
    this.#callCharge();
    this.#out.indexed(OP.localGet, 0);
  }

  /** What `write` puts on the stack, as an i32. */
  #narrow(is64: boolean, write: () => void): void {
    write();
    if (is64) this.#out.byte(OP.i32WrapI64);
  }

  #bytes(): void {
    this.#out.i32Const(BYTES_MASK);
    this.#out.byte(OP.i32And);
    this.#out.i32Const(BYTES_SHIFT);
    this.#out.byte(OP.i32ShrU);
  }

  #elements(): void {
    this.#scaled(ELEMENTS_MASK, ELEMENTS_SHIFT);
  }

  #scaled(mask: number, shift: number): void {
    this.#out.i32Const(mask);
    this.#out.byte(OP.i32And);
    this.#out.i32Const(shift);
    this.#out.byte(OP.i32Shl);
  }

  #memory(index: number, { is64 }: Limits): void {
    const out = this.#out;
    const size = () => out.indexed(OP.memorySize, index);
    this.#growth({
      kind: GROWTH.memory,
      is64,
      delta: 0,
      size,
      grow: () => out.indexed(OP.memoryGrow, index),
      cost: () => {
        this.#narrow(is64, size);
        out.byte(OP.i32Add);
        this.#scaled(PAGES_MASK, PAGES_SHIFT);
      },
    });
  }

  #table(index: number, { is64 }: Limits): void {
    const out = this.#out;
    const misc = (sub: number) => {
      out.indexed(OP.miscPrefix, sub);
      out.unsigned(index);
    };
    this.#growth({
      kind: GROWTH.table,
      is64,
      delta: 1,
      size: () => misc(MISC.tableSize),
      grow: () => misc(MISC.tableGrow),
      cost: () => this.#elements(),
    });
  }

  /** Charges, asks the host, grows, and tells the host of a growth that did not happen. */
  #growth({ kind, is64, delta, size, grow, cost }: Grown): void {
    const out = this.#out;
    const before = delta + 1;
    const narrowDelta = () => this.#narrow(is64, () => out.indexed(OP.localGet, delta));
    const refuseIf = () => {
      out.raw([OP.if, NO_TYPE, is64 ? OP.i64Const : OP.i32Const]);
      out.signed(-1);
      out.raw([OP.return, OP.end]);
    };
    const tellHost = (what: number) => {
      out.i32Const(what);
      this.#narrow(is64, size);
      narrowDelta();
      this.#place(PLACE.grow, this.#additions.growType);
    };
    this.#body([1, 1, is64 ? I64 : I32], () => {
      narrowDelta();
      cost();
      out.i32Const(GROW_COST);
      out.byte(OP.i32Add);
      this.#callCharge();
      if (is64) {
        // The host is told 32 bits; nothing that has more can be allowed.
        out.indexed(OP.localGet, delta);
        out.byte(OP.i64Const);
        out.signed(I64_HALF_BITS);
        out.raw([OP.i64ShrU, OP.i32WrapI64]);
        refuseIf();
      }
      tellHost(kind);
      out.i32Const(GROWTH.allowed);
      out.byte(OP.i32Ne);
      refuseIf();
      for (let operand = 0; operand <= delta; operand++) out.indexed(OP.localGet, operand);
      grow();
      this.#narrow(is64, () => out.indexed(OP.localTee, before));
      out.i32Const(-1);
      out.raw([OP.i32Eq, OP.if, NO_TYPE]);
      tellHost(kind + GROWTH.failed);
      out.raw([OP.drop, OP.end]);
      out.indexed(OP.localGet, before);
    });
  }
}
