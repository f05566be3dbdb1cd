/**
 * What metering adds to a module, always behind what was there, so that no index changes: the fuel global, the slot
 * table, and the functions that the charges call (their bodies are in helper-bodies.ts).
 */
import { FUEL_EXPORT, PLACE, SLOT_EXPORT } from '../../core/engine-names.ts';
import type { ModuleLayout } from './layout.ts';
import { NO_TYPE, OP } from './opcodes.ts';
import type { Writer } from './writer.ts';

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
} as const;

const HELPERS = Object.keys(HELPER).length;

/** Number of the added function that takes the place of `memory.grow` of this memory. */
export function growMemory(memory: number): number {
  return HELPERS + memory;
}

/** Number of the added function that takes the place of `table.grow` of this table. */
export function growTable({ memories }: ModuleLayout, table: number): number {
  return HELPERS + memories.length + table;
}

const I32 = 0x7f;
const I64 = 0x7e;
const FUNCREF = 0x70;
const FUNCTION_TYPE = 0x60;
const PLACES = Object.keys(PLACE).length;

interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

/** Types of the helpers and of the places. */
const SIGNATURES: readonly Signature[] = [
  { params: [], results: [] },
  { params: [I32], results: [] },
  { params: [I32], results: [I32] },
  { params: [I64], results: [I64] },
  { params: [], results: [I32] },
  { params: [I32, I32, I32], results: [I32] },
];

/** Places among the signatures. */
const [NULLARY, CHARGE, UNARY_I32, UNARY_I64, ASK, GROW] = [0, 1, 2, 3, 4, 5];

/** Of each helper, its place among the signatures. */
const SIGNATURE_OF = [NULLARY, CHARGE, UNARY_I32, UNARY_I32, UNARY_I64, UNARY_I32, UNARY_I64];

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
      this.#blockTypes.set(type, this.#firstTableType + layout.tables.length + this.#blockTypes.size);
    }
  }

  /** How many entries each section gets. */
  get counts(): { readonly types: number; readonly functions: number } {
    const { memories, tables } = this.#layout;
    return {
      types: SIGNATURES.length + tables.length + this.#blockTypes.size,
      functions: HELPERS + memories.length + tables.length,
    };
  }

  /** The type of the places `verdict` and `suspend`. */
  get askType(): number {
    return this.#firstType + ASK;
  }

  /** The type of the place `grow`. */
  get growType(): number {
    return this.#firstType + GROW;
  }

  /** Types `(element, delta) -> size` of the functions that grow the tables, one for each. */
  get #firstTableType(): number {
    return this.#firstType + SIGNATURES.length;
  }

  /** Index of an added function. */
  helper(number: number): number {
    return this.#firstFunction + number;
  }

  writeTypes(out: Writer): void {
    for (const { params, results } of SIGNATURES) {
      out.raw([FUNCTION_TYPE, params.length, ...params, results.length, ...results]);
    }
    for (const { elementStart, elementEnd, is64 } of this.#layout.tables) {
      const address = is64 ? I64 : I32;
      out.raw([FUNCTION_TYPE, 2]);
      out.copy(this.#layout.bytes, elementStart, elementEnd);
      out.raw([address, 1, address]);
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
    const { memories, tables } = this.#layout;
    for (const signature of SIGNATURE_OF) out.unsigned(this.#firstType + signature);
    for (const { is64 } of memories) out.unsigned(this.#firstType + (is64 ? UNARY_I64 : UNARY_I32));
    for (const index of tables.keys()) out.unsigned(this.#firstTableType + index);
  }

  writeTable(out: Writer): void {
    out.raw([FUNCREF, 1, PLACES, PLACES]);
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
    this.#writeAsk(out);
  }

  /** `fuel -= amount; if (fuel < 0) ask()`, by way of a local: it takes one access to the global less. */
  writeCheckedCharge(out: Writer, amount: number, local: number): void {
    out.indexed(OP.globalGet, this.fuel);
    out.i32Const(amount);
    out.byte(OP.i32Sub);
    out.indexed(OP.localTee, local);
    out.indexed(OP.globalSet, this.fuel);
    out.indexed(OP.localGet, local);
    this.#writeAsk(out);
  }

  /** With the balance on top of the stack. */
  #writeAsk(out: Writer): void {
    out.i32Const(0);
    out.byte(OP.i32LtS);
    out.unlikely(OP.if);
    out.byte(NO_TYPE);
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
}
