/** Reads function bodies once: which globals and tables they change, and where they write to memory. Copies nothing. */
import type { ModuleLayout } from '../meter/layout.ts';
import { type Locals, readLocals } from '../meter/locals.ts';
import { IMMEDIATE, IMMEDIATES, MISC, OP } from '../meter/opcodes.ts';
import { readOperands } from '../meter/operands.ts';
import { Reader } from '../meter/reader.ts';
import { SECTION } from '../meter/sections.ts';
import { readBlockType } from '../meter/types.ts';
import { ADDED } from './instructions.ts';
import { WRITE, WriteMarks } from './marks.ts';
import { readReferences } from './references.ts';

/** One body: where its locals and its code are, and its marks, `firstMark` to the next body's. */
export interface Body extends Locals {
  readonly start: number;
  readonly code: number;
  readonly end: number;
  readonly firstMark: number;
}

export interface CodeScan {
  readonly bodies: readonly Body[];
  readonly marks: WriteMarks;
  /** Indices of what some instruction changes, imported ones too. */
  readonly globals: ReadonlySet<number>;
  readonly tables: ReadonlySet<number>;
}

const [STORE_FIRST, STORE_LAST] = [0x36, 0x3e];

/** What each store writes, from `i32.store` to `i64.store32`. */
const STORED = [
  ...[WRITE.i32, WRITE.i64, WRITE.f32, WRITE.f64],
  ...[WRITE.i32, WRITE.i32, WRITE.i64, WRITE.i64, WRITE.i64],
];

const REF_FUNC = 0xd2;
const DATA_DROP = 9;
const ELEM_DROP = 13;
const V128_STORE = 11;
const [V128_STORE_LANE_FIRST, V128_STORE_LANE_LAST] = [88, 91];

/** A store at an offset of 256 MiB or more is out of any memory that the meter allows: it traps, and writes nothing. */
const OFFSETS_THAT_TRAP = 2 ** 28;

/** Scans the code of a module that is valid. `withWrites`: notes the writes to memory too. Throws `MeterError`. */
export function scanCode(layout: ModuleLayout, withWrites: boolean): CodeScan {
  return new CodeScanner(layout, withWrites).scan();
}

class CodeScanner {
  readonly #layout: ModuleLayout;
  readonly #reader: Reader;
  readonly #withWrites: boolean;
  readonly #marks = new WriteMarks();
  readonly #globals = new Set<number>();
  readonly #tables = new Set<number>();
  /** Tables that a function grows, by the function; and the functions that code names. */
  readonly #grown = new Map<number, Set<number>>();
  readonly #named = new Set<number>();
  #function = 0;

  constructor(layout: ModuleLayout, withWrites: boolean) {
    const section = layout.sections.get(SECTION.code);
    this.#layout = layout;
    this.#reader = new Reader(layout.bytes, section?.start ?? 0, section?.end ?? 0);
    this.#withWrites = withWrites;
  }

  scan(): CodeScan {
    const layout = this.#layout;
    const reader = this.#reader;
    const defined = layout.functions.slice(layout.importedFunctions);
    const bodies: Body[] = [];
    const count = layout.sections.has(SECTION.code) ? reader.count('function bodies', 3) : 0;
    if (count !== defined.length) reader.fail('the number of bodies is not the number of functions');
    for (const [ordinal, type] of defined.entries()) {
      this.#function = layout.importedFunctions + ordinal;
      bodies.push(this.#body(layout.types[type]?.params ?? 0));
    }
    if (reader.position !== reader.end) reader.fail('bytes are left over after the code');
    this.#addGrown();
    return { bodies, marks: this.#marks, globals: this.#globals, tables: this.#tables };
  }

  #body(params: number): Body {
    const reader = this.#reader;
    const sectionEnd = reader.end;
    const size = reader.count('body bytes');
    const start = reader.position;
    const end = start + size;
    reader.end = end;
    const locals = readLocals(reader, this.#layout, params);
    const code = reader.position;
    const firstMark = this.#marks.count;
    while (reader.position < end) this.#instruction(locals.locals);
    reader.end = sectionEnd;
    return { ...locals, start, code, end, firstMark };
  }

  #instruction(locals: number): void {
    const reader = this.#reader;
    const at = reader.position;
    const op = reader.byte();
    if (IMMEDIATES[op] === IMMEDIATE.special) this.#special(op, at);
    else if (op >= STORE_FIRST && op <= STORE_LAST) this.#store(STORED[op - STORE_FIRST] as number, locals, op, at);
    else if (op === OP.globalSet) this.#globals.add(reader.index(this.#layout.globals, 'global'));
    else if (op === ADDED.tableSet) this.#table();
    else if (op === REF_FUNC) this.#named.add(reader.index(this.#layout.functions.length, 'function'));
    else if (op === ADDED.prefixVector) this.#vector(locals, at);
    else if (op === ADDED.prefixMisc) this.#misc(locals, at);
    else readOperands(reader, this.#layout, locals, op, at);
  }

  #table(): void {
    this.#tables.add(this.#reader.index(this.#layout.tables.length, 'table'));
  }

  /** A table that can have one size only stays as it is. */
  #tableGrow(): void {
    const index = this.#reader.index(this.#layout.tables.length, 'table');
    const limits = this.#layout.tables[index];
    if (limits?.min === limits?.max) return;
    const grown = this.#grown.get(this.#function) ?? new Set();
    this.#grown.set(this.#function, grown.add(index));
  }

  /** Metering adds a function that grows it for each table, asked for or not: those that nothing reaches do not count. */
  #addGrown(): void {
    if (this.#grown.size === 0) return;
    const references = readReferences(this.#layout);
    for (const [index, tables] of this.#grown) {
      if (!this.#named.has(index) && !references.has(index)) continue;
      for (const table of tables) this.#tables.add(table);
    }
  }

  /** The reader is behind the opcode; what follows is read twice, for its offset and for its checks. */
  #store(kind: number, locals: number, op: number, at: number): void {
    if (this.#withWrites) {
      const reader = this.#reader;
      const operands = reader.position;
      const offset = this.#offset();
      if (offset < OFFSETS_THAT_TRAP) this.#marks.add(kind, at, offset);
      reader.position = operands;
    }
    if (op === ADDED.prefixVector) this.#reader.position = at + 1;
    readOperands(this.#reader, this.#layout, locals, op, at);
  }

  /** Of a memory argument. There is one memory, so no index stands in it unless it is 0. */
  #offset(): number {
    const reader = this.#reader;
    const flags = reader.u32();
    if ((flags & 0x40) !== 0) reader.u32();
    return this.#layout.memories[0]?.is64 ? reader.u64() : reader.u32();
  }

  #vector(locals: number, at: number): void {
    const sub = this.#reader.u32();
    if (sub === V128_STORE || (sub >= V128_STORE_LANE_FIRST && sub <= V128_STORE_LANE_LAST)) {
      this.#store(WRITE.v128, locals, ADDED.prefixVector, at);
      return;
    }
    this.#reader.position = at + 1;
    readOperands(this.#reader, this.#layout, locals, ADDED.prefixVector, at);
  }

  #misc(locals: number, at: number): void {
    const reader = this.#reader;
    const layout = this.#layout;
    const sub = reader.u32();
    const memory = (): number => reader.index(layout.memories.length, 'memory');
    const write = (kind: number): void => {
      if (this.#withWrites) this.#marks.add(kind, at, 0);
    };
    switch (sub) {
      case DATA_DROP:
        reader.fail('it drops data, which nothing can bring back (data.drop)', at);
        return;
      case ELEM_DROP:
        reader.fail('it drops elements, which nothing can bring back (elem.drop)', at);
        return;
      case MISC.memoryInit:
        reader.u32();
        memory();
        write(WRITE.memoryInit);
        return;
      case MISC.memoryCopy:
        memory();
        memory();
        write(WRITE.memoryCopy);
        return;
      case MISC.memoryFill:
        memory();
        write(WRITE.memoryFill);
        return;
      case MISC.tableInit:
        reader.u32();
        this.#table();
        return;
      case MISC.tableCopy:
        this.#table();
        reader.index(layout.tables.length, 'table');
        return;
      case MISC.tableGrow:
        this.#tableGrow();
        return;
      case MISC.tableFill:
        this.#table();
        return;
      default:
        reader.position = at + 1;
        readOperands(reader, layout, locals, ADDED.prefixMisc, at);
    }
  }

  /** Control and calls: passed over. What they mean, `WebAssembly.validate` knows. */
  #special(op: number, at: number): void {
    const reader = this.#reader;
    switch (op) {
      case OP.block:
      case OP.loop:
      case OP.if:
      case OP.try:
        this.#blockType();
        return;
      case OP.tryTable:
        this.#blockType();
        for (let left = reader.count('catch clauses', 2); left > 0; left--) {
          if (reader.byte() < 2) reader.u32();
          reader.u32();
        }
        return;
      case OP.else:
      case OP.end:
      case OP.return:
      case OP.throwRef:
      case OP.catchAll:
        return;
      case OP.brTable:
        for (let left = reader.count('branch targets') + 1; left > 0; left--) reader.u32();
        return;
      case OP.callIndirect:
      case OP.returnCallIndirect:
        reader.u32();
        reader.u32();
        return;
      case OP.call:
      case OP.returnCall:
        this.#named.add(reader.u32());
        return;
      case OP.br:
      case OP.brIf:
      case OP.brOnNull:
      case OP.brOnNonNull:
      case OP.callRef:
      case OP.returnCallRef:
      case OP.memoryGrow:
      case OP.throw:
      case OP.catch:
      case OP.rethrow:
      case OP.delegate:
        reader.u32();
        return;
      default:
        reader.fail(`unknown instruction 0x${op.toString(16)}`, at);
    }
  }

  #blockType(): void {
    readBlockType(this.#reader, this.#layout.types.length, this.#layout.features);
  }
}
