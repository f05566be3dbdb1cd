/**
 * What metering adds to a module, always behind what was there, so that no index changes: the fuel global, the slot
 * table, and the functions that the charges call.
 */
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
import type { ModuleLayout } from './layout.ts';
import { NO_TYPE, OP } from './opcodes.ts';
import type { Writer } from './writer.ts';

/**
 * Export of the balance: a mutable i32. Below zero, the next check calls the slot.
 */
export const FUEL_EXPORT = '__fuel';

/**
 * Export of a table with one place, for a function `() -> i32` of the host: 0 go on, the balance was topped up; anything
 * else, or a balance that is still below zero, or no function there, is `unreachable`. No guest can catch that.
 */
export const SLOT_EXPORT = '__fuel_slot';

/** The added functions, in order. Those from `bytes32` on take the operand that they charge for and give it back. */
export const HELPER = {
  /** `() -> ()`: asks the slot. */
  ask: 0,
  /** `(i32) -> ()`: charges. */
  charge: 1,
  /** `(i32) -> i32`: charges what a loop owes and its next advance; answers the new counter. */
  advance: 2,
  bytes32: 3,
  bytes64: 4,
  elements32: 5,
  elements64: 6,
  growTable32: 7,
  growTable64: 8,
  /** `(delta, i32 size) -> delta` */
  growMemory32: 9,
  growMemory64: 10,
} as const;

const I32 = 0x7f;
const I64 = 0x7e;
const FUNCREF = 0x70;
const FUNCTION_TYPE = 0x60;

interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

const SIGNATURES: readonly Signature[] = [
  { params: [], results: [] },
  { params: [I32], results: [] },
  { params: [I32], results: [I32] },
  { params: [I64], results: [I64] },
  { params: [I32, I32], results: [I32] },
  { params: [I64, I32], results: [I64] },
  { params: [], results: [I32] },
];

/** Of each helper, its place among the signatures. */
const SIGNATURE_OF = [0, 1, 2, 2, 3, 2, 3, 2, 3, 4, 5];
const VERDICT_SIGNATURE = 6;

/** Where the additions are in the index spaces of a module. */
export class Additions {
  readonly fuel: number;
  readonly slot: number;
  readonly #firstType: number;
  readonly #firstFunction: number;
  readonly #layout: ModuleLayout;
  /** Types `() -> results` for blocks, by the type of the function that they are put around. */
  readonly #blockTypes = new Map<number, number>();

  constructor(layout: ModuleLayout) {
    this.#layout = layout;
    this.fuel = layout.globals;
    this.slot = layout.tables.length;
    this.#firstType = layout.types.length;
    this.#firstFunction = layout.functions.length;
    for (const type of layout.functions.slice(layout.importedFunctions)) {
      if ((layout.types[type]?.results ?? 0) < 2 || this.#blockTypes.has(type)) continue;
      this.#blockTypes.set(type, this.#firstType + SIGNATURES.length + this.#blockTypes.size);
    }
  }

  /** How many entries each section gets. */
  get counts(): { readonly types: number; readonly functions: number } {
    return { types: SIGNATURES.length + this.#blockTypes.size, functions: SIGNATURE_OF.length };
  }

  /** Index of an added function. */
  helper(number: number): number {
    return this.#firstFunction + number;
  }

  writeTypes(out: Writer): void {
    for (const { params, results } of SIGNATURES) {
      out.raw([FUNCTION_TYPE, params.length, ...params, results.length, ...results]);
    }
    for (const index of this.#blockTypes.keys()) {
      out.raw([FUNCTION_TYPE, 0]);
      this.#writeResults(out, index, true);
    }
  }

  #writeResults(out: Writer, index: number, withCount: boolean): void {
    const type = this.#layout.types[index];
    if (type === undefined) return;
    if (withCount) out.unsigned(type.results);
    out.copy(this.#layout.bytes, type.resultsStart, type.resultsEnd);
  }

  /** The type of a block that gives the results of a function of type `index`. */
  writeBlockType(out: Writer, index: number): void {
    const results = this.#layout.types[index]?.results ?? 0;
    const blockType = this.#blockTypes.get(index);
    if (results === 0) out.byte(NO_TYPE);
    else if (blockType === undefined) this.#writeResults(out, index, false);
    else out.signed(blockType);
  }

  writeFunctions(out: Writer): void {
    for (const signature of SIGNATURE_OF) out.unsigned(this.#firstType + signature);
  }

  writeTable(out: Writer): void {
    out.raw([FUNCREF, 1, 1, 1]);
  }

  writeGlobal(out: Writer, initialFuel: number): void {
    out.raw([I32, 1]);
    out.i32Const(initialFuel);
    out.byte(OP.end);
  }

  writeExports(out: Writer): void {
    out.name(FUEL_EXPORT);
    out.raw([3]);
    out.unsigned(this.fuel);
    out.name(SLOT_EXPORT);
    out.raw([1]);
    out.unsigned(this.slot);
  }

  /** `if (fuel < 0) ask()` */
  writeCheck(out: Writer): void {
    out.indexed(OP.globalGet, this.fuel);
    out.i32Const(0);
    out.raw([OP.i32LtS, OP.if, NO_TYPE]);
    out.indexed(OP.call, this.helper(HELPER.ask));
    out.byte(OP.end);
  }

  /** `fuel -= amount` */
  writeCharge(out: Writer, amount: number): void {
    out.indexed(OP.globalGet, this.fuel);
    out.i32Const(amount);
    out.byte(OP.i32Sub);
    out.indexed(OP.globalSet, this.fuel);
  }

  /** `fuel -= local` */
  writeChargeLocal(out: Writer, local: number): void {
    out.indexed(OP.globalGet, this.fuel);
    out.indexed(OP.localGet, local);
    out.byte(OP.i32Sub);
    out.indexed(OP.globalSet, this.fuel);
  }

  /** The bodies of the helpers. */
  writeBodies(out: Writer): void {
    this.#body(out, () => this.#ask(out));
    this.#body(out, () => {
      this.writeCheck(out);
      this.writeChargeLocal(out, 0);
      this.writeCheck(out);
    });
    this.#body(out, () => {
      out.indexed(OP.localGet, 0);
      out.i32Const(LOOP_ADVANCE);
      out.byte(OP.i32Add);
      out.indexed(OP.call, this.helper(HELPER.charge));
      out.i32Const(-LOOP_ADVANCE);
    });
    const wrap = () => out.byte(OP.i32WrapI64);
    const none = () => {};
    const bytes = () => {
      out.i32Const(BYTES_MASK);
      out.byte(OP.i32And);
      out.i32Const(BYTES_SHIFT);
      out.byte(OP.i32ShrU);
    };
    const elements = () => this.#scaled(out, ELEMENTS_MASK, ELEMENTS_SHIFT);
    const growTable = () => {
      elements();
      this.#add(out, GROW_COST);
    };
    const growMemory = () => {
      out.indexed(OP.localGet, 1);
      out.byte(OP.i32Add);
      this.#scaled(out, PAGES_MASK, PAGES_SHIFT);
      this.#add(out, GROW_COST);
    };
    for (const cost of [bytes, elements, growTable, growMemory]) {
      for (const convert of [none, wrap]) this.#operandBody(out, convert, cost);
    }
  }

  /** A helper that charges what `cost` makes of its operand. The upper half of a 64-bit one is left out: it traps. */
  #operandBody(out: Writer, convert: () => void, cost: () => void): void {
    this.#body(out, () => {
      out.indexed(OP.localGet, 0);
      convert();
      cost();
      out.indexed(OP.call, this.helper(HELPER.charge));
      out.indexed(OP.localGet, 0);
    });
  }

  #scaled(out: Writer, mask: number, shift: number): void {
    out.i32Const(mask);
    out.byte(OP.i32And);
    out.i32Const(shift);
    out.byte(OP.i32Shl);
  }

  #add(out: Writer, amount: number): void {
    out.i32Const(amount);
    out.byte(OP.i32Add);
  }

  #body(out: Writer, write: () => void): void {
    out.sized(() => {
      out.byte(0);
      write();
      out.byte(OP.end);
    });
  }

  #ask(out: Writer): void {
    const trapIf = () => out.raw([OP.if, NO_TYPE, OP.unreachable, OP.end]);
    out.i32Const(0);
    out.indexed(OP.tableGet, this.slot);
    out.byte(OP.refIsNull);
    trapIf();
    out.i32Const(0);
    out.indexed(OP.callIndirect, this.#firstType + VERDICT_SIGNATURE);
    out.unsigned(this.slot);
    trapIf();
    out.indexed(OP.globalGet, this.fuel);
    out.i32Const(0);
    out.byte(OP.i32LtS);
    trapIf();
  }
}
