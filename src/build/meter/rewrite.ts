/**
 * Rewrites a core module so that it pays for its work and stays below fixed ceilings. Strictly additive: types, functions,
 * a table, a global and a local are appended, no index is renumbered. Custom sections go, since their offsets would be
 * wrong.
 */
import { BranchHints } from './branch-hints.ts';
import { BodyEmitter } from './emit.ts';
import { findFreeFunctions } from './free.ts';
import { HelperBodies } from './helper-bodies.ts';
import { Additions } from './helpers.ts';
import { type ModuleLayout, readLayout } from './layout.ts';
import { MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS } from './limits.ts';
import { Marks } from './marks.ts';
import { MeterError, Reader } from './reader.ts';
import { BodyScanner } from './scan.ts';
import { PREAMBLE_BYTES, SECTION, SECTION_ORDER } from './sections.ts';
import { type Feature, type Limits, readConstantExpression, readTableLimits, readValueType } from './types.ts';
import { Writer } from './writer.ts';

export interface Metered {
  readonly bytes: Uint8Array;
  readonly features: readonly Feature[];
  /** Number of functions that the module defines. */
  readonly functions: number;
}

/** Meters `bytes`. `initialFuel` is the balance it starts with, an i32. Throws `MeterError` with an offset into `bytes`. */
export function meter(bytes: Uint8Array, initialFuel: number): Metered {
  const layout = readLayout(bytes);
  const functions = layout.functions.length - layout.importedFunctions;
  if (functions > 0 && !layout.sections.has(SECTION.code)) throw new MeterError('functions without bodies', 0);
  const out = new Writer(bytes.length + (bytes.length >> 2) + 1024);
  out.copy(bytes, 0, PREAMBLE_BYTES);
  new ModuleWriter(out, layout, initialFuel).write();
  return { bytes: out.bytes(), features: [...layout.features].sort(), functions };
}

/** `meter`, with what `WebAssembly.validate` says of the result. */
export function meterChecked(bytes: Uint8Array, initialFuel: number): Metered {
  const metered = meter(bytes, initialFuel);
  // A cast: the writer's buffer is never shared.
  if (!WebAssembly.validate(metered.bytes as Uint8Array<ArrayBuffer>)) {
    throw new MeterError('the metered module does not validate', 0);
  }
  return metered;
}

class ModuleWriter {
  readonly #out: Writer;
  readonly #layout: ModuleLayout;
  readonly #additions: Additions;
  readonly #initialFuel: number;

  constructor(out: Writer, layout: ModuleLayout, initialFuel: number) {
    this.#out = out;
    this.#layout = layout;
    this.#additions = new Additions(layout);
    this.#initialFuel = initialFuel;
  }

  write(): void {
    const { counts } = this.#additions;
    const additions = this.#additions;
    const out = this.#out;
    for (const id of SECTION_ORDER) {
      if (id === SECTION.type) this.#extended(id, counts.types, () => additions.writeTypes(out));
      else if (id === SECTION.function) this.#extended(id, counts.functions, () => additions.writeFunctions(out));
      else if (id === SECTION.global) this.#extended(id, 1, () => additions.writeGlobal(out, this.#initialFuel));
      else if (id === SECTION.export) this.#extended(id, 2, () => additions.writeExports(out));
      else if (id === SECTION.table) this.#content(id, () => this.#tables());
      else if (id === SECTION.code) this.#code(counts.functions);
      else if (this.#layout.sections.has(id)) this.#content(id, () => this.#kept(id));
    }
  }

  #content(id: number, write: () => void): void {
    this.#out.byte(id);
    this.#out.sized(write);
  }

  /** A reader of a section's content; undefined when there is none. */
  #section(id: number): Reader | undefined {
    const section = this.#layout.sections.get(id);
    return section && new Reader(this.#layout.bytes, section.start, section.end);
  }

  /** The old entries with `count` more behind them. */
  #extended(id: number, count: number, write: () => void): void {
    this.#content(id, () => {
      const reader = this.#section(id);
      this.#out.unsigned((reader?.u32() ?? 0) + count);
      if (reader) this.#out.copy(reader.bytes, reader.position, reader.end);
      write();
    });
  }

  #kept(id: number): void {
    const reader = this.#section(id);
    if (reader === undefined) return;
    if (id !== SECTION.memory) {
      this.#out.copy(reader.bytes, reader.position, reader.end);
      return;
    }
    const count = reader.u32();
    this.#out.unsigned(count);
    for (const limits of this.#layout.memories.slice(this.#layout.memories.length - count)) {
      this.#limits(limits, MAX_MEMORY_PAGES);
    }
  }

  #limits(limits: Limits, ceiling: number): void {
    this.#out.byte(limits.is64 ? 5 : 1);
    this.#out.unsigned(limits.min);
    this.#out.unsigned(Math.min(limits.max ?? ceiling, ceiling));
  }

  #tables(): void {
    const out = this.#out;
    const reader = this.#section(SECTION.table);
    const count = reader?.u32() ?? 0;
    out.unsigned(count + 1);
    for (let left = count; reader && left > 0; left--) this.#table(reader);
    this.#additions.writeTable(out);
  }

  #table(reader: Reader): void {
    const { types, functions, globals } = this.#layout;
    const start = reader.position;
    const hasInitialiser = reader.peek() === 0x40;
    if (hasInitialiser) reader.skip(2);
    readValueType(reader, types.length, new Set());
    this.#out.copy(reader.bytes, start, reader.position);
    this.#limits(readTableLimits(reader, new Set()), MAX_TABLE_ELEMENTS);
    const initialiser = reader.position;
    if (hasInitialiser) {
      readConstantExpression(reader, { types: types.length, functions: functions.length, globals });
    }
    this.#out.copy(reader.bytes, initialiser, reader.position);
  }

  /** The code is written by itself, since the hints that come before it have to know where its branches are. */
  #code(added: number): void {
    const layout = this.#layout;
    const reader = this.#section(SECTION.code);
    const count = reader?.count('function bodies', 3) ?? 0;
    const defined = layout.functions.slice(layout.importedFunctions);
    const code = new Writer(reader === undefined ? 1024 : (reader.end - reader.position) * 1.25 + 1024);
    const hints = new BranchHints();
    code.unsigned(count + added);
    if (reader) {
      if (count !== defined.length) reader.fail('the number of bodies is not the number of functions');
      const free = findFreeFunctions(layout);
      const marks = new Marks();
      const scanner = new BodyScanner(reader, layout, free, marks);
      const emitter = new BodyEmitter(code, this.#additions, layout, marks);
      for (const [defining, type] of defined.entries()) {
        const index = layout.importedFunctions + defining;
        const body = scanner.scan(layout.types[type]?.params ?? 0);
        const start = emitter.write(body, type, free.costOf(index) >= 0);
        hints.add(index, start, code.takeUnlikely());
      }
      if (reader.position !== reader.end) reader.fail('bytes are left over after the code');
    }
    new HelperBodies(code, this.#additions, layout).write();
    hints.write(this.#out);
    this.#content(SECTION.code, () => this.#out.copy(code.bytes(), 0, code.length));
  }
}
