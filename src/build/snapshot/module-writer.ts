/** Writes the sections of a module with what snapshots add behind what was there. */
import {
  DIRTY_EXPORT,
  DIRTY_IMPORT,
  MEMORY_EXPORT,
  MEMORY64_EXPORT,
  OK_EXPORT,
  RESTORE_EXPORT,
  SAME_EXPORT,
  SAVE_EXPORT,
} from '../../core/engine-names.ts';
import { BranchHints, readBranchHints } from '../meter/branch-hints.ts';
import type { ModuleLayout } from '../meter/layout.ts';
import { OP } from '../meter/opcodes.ts';
import { Reader } from '../meter/reader.ts';
import { PREAMBLE_BYTES, SECTION, SECTION_ORDER } from '../meter/sections.ts';
import { Writer } from '../meter/writer.ts';
import { Barrier } from './barrier.ts';
import { TYPE } from './instructions.ts';
import type { Kept } from './kept.ts';
import { DIRTY_MAP_PAGES } from './limits.ts';
import type { CodeScan } from './scan.ts';
import { addressType, Shadows } from './shadows.ts';

const FUNCTION_KIND = 0;
const MEMORY_KIND = 2;
const FUNCTION_TYPE = 0x60;

/** The memory is the only one, so that its map is the next. */
const MAP_INDEX = 1;

/** The added types, by their place among them. */
const SIGNATURE = { action: 0, question: 1, mark: 2 } as const;

/** The added functions that are exported, in order. */
const STATE_FUNCTIONS = [
  { name: SAVE_EXPORT, signature: SIGNATURE.action },
  { name: RESTORE_EXPORT, signature: SIGNATURE.action },
  { name: OK_EXPORT, signature: SIGNATURE.question },
  { name: SAME_EXPORT, signature: SIGNATURE.question },
] as const;

export class SnapshotWriter {
  readonly #layout: ModuleLayout;
  readonly #scan: CodeScan;
  readonly #kept: Kept;
  readonly #out: Writer;
  readonly #shadows: Shadows;
  /** Where the map of dirty pages comes from; undefined when there is none. */
  readonly #map: 'defined' | 'imported' | undefined;

  /** `isDirty`: writes to the memory, which there must be, mark its pages. */
  constructor(layout: ModuleLayout, scan: CodeScan, kept: Kept, isDirty: boolean) {
    const { bytes } = layout;
    this.#layout = layout;
    this.#scan = scan;
    this.#kept = kept;
    this.#out = new Writer(bytes.length + (isDirty ? bytes.length >> 1 : 0) + 4096);
    this.#shadows = new Shadows(this.#out, layout, kept);
    if (isDirty) this.#map = layout.importedMemories > 0 ? 'imported' : 'defined';
  }

  write(): Uint8Array {
    const out = this.#out;
    out.copy(this.#layout.bytes, 0, PREAMBLE_BYTES);
    for (const id of SECTION_ORDER) this.#section(id);
    return out.bytes();
  }

  #section(id: number): void {
    const shadows = this.#shadows;
    switch (id) {
      case SECTION.type:
        this.#extended(id, Object.keys(SIGNATURE).length, () => this.#types());
        return;
      case SECTION.import:
        this.#extended(id, this.#map === 'imported' ? 1 : 0, () => this.#import());
        return;
      case SECTION.function:
        this.#extended(id, this.#addedFunctions, () => this.#functions());
        return;
      case SECTION.table:
        this.#extended(id, this.#kept.tables.length, () => shadows.writeTables());
        return;
      case SECTION.memory:
        this.#extended(id, this.#map === 'defined' ? 1 : 0, () => this.#mapLimits());
        return;
      case SECTION.global:
        this.#extended(id, shadows.globalCount, () => shadows.writeGlobals());
        return;
      case SECTION.export:
        this.#extended(id, this.#exports.length, () => this.#writeExports());
        return;
      case SECTION.code:
        this.#hintedCode();
        return;
      default:
        this.#extended(id, 0, () => {});
    }
  }

  #reader(id: number): Reader | undefined {
    const section = this.#layout.sections.get(id);
    return section && new Reader(this.#layout.bytes, section.start, section.end);
  }

  /** The old entries with `count` more behind them, or the one number that the section is. */
  #extended(id: number, count: number, write: () => void): void {
    const reader = this.#reader(id);
    if (reader === undefined && count === 0) return;
    const out = this.#out;
    out.byte(id);
    out.sized(() => {
      out.unsigned((reader?.u32() ?? 0) + count);
      if (reader) out.copy(reader.bytes, reader.position, reader.end);
      if (count > 0) write();
    });
  }

  get #addedFunctions(): number {
    return STATE_FUNCTIONS.length + (this.#map === undefined ? 0 : 1);
  }

  get #exports(): readonly (readonly [name: string, kind: number, index: number])[] {
    const first = this.#layout.functions.length;
    const { memory } = this.#kept;
    return [
      ...STATE_FUNCTIONS.map(({ name }, ordinal) => [name, FUNCTION_KIND, first + ordinal] as const),
      ...(memory ? [[memory.is64 ? MEMORY64_EXPORT : MEMORY_EXPORT, MEMORY_KIND, memory.index] as const] : []),
      ...(this.#map === 'defined' ? [[DIRTY_EXPORT, MEMORY_KIND, MAP_INDEX] as const] : []),
    ];
  }

  #writeExports(): void {
    for (const [name, kind, index] of this.#exports) {
      this.#out.name(name);
      this.#out.indexed(kind, index);
    }
  }

  #types(): void {
    const address = addressType(this.#layout.memories[0]?.is64 ?? false);
    this.#out.raw([FUNCTION_TYPE, 0, 0]);
    this.#out.raw([FUNCTION_TYPE, 0, 1, TYPE.i32]);
    this.#out.raw([FUNCTION_TYPE, 2, address, address, 0]);
  }

  #functions(): void {
    const first = this.#layout.types.length;
    for (const { signature } of STATE_FUNCTIONS) this.#out.unsigned(first + signature);
    if (this.#map !== undefined) this.#out.unsigned(first + SIGNATURE.mark);
  }

  #import(): void {
    this.#out.name(DIRTY_IMPORT.module);
    this.#out.name(DIRTY_IMPORT.name);
    this.#out.byte(MEMORY_KIND);
    this.#mapLimits();
  }

  #mapLimits(): void {
    this.#out.raw([1, DIRTY_MAP_PAGES, DIRTY_MAP_PAGES]);
  }

  /** The section, and before it the meter's hints about its branches: their offsets are known when it is written. */
  #hintedCode(): void {
    const at = this.#out.length;
    const hints = new BranchHints();
    this.#out.byte(SECTION.code);
    this.#out.sized(() => this.#code(hints));
    const section = new Writer(1024);
    hints.write(section);
    this.#out.insert(at, section.bytes());
  }

  #code(hints: BranchHints): void {
    const out = this.#out;
    const { bodies, marks } = this.#scan;
    const layout = this.#layout;
    const reader = this.#reader(SECTION.code);
    const old = reader?.u32() ?? 0;
    out.unsigned(old + this.#addedFunctions);
    const barrier = new Barrier(out, layout, marks, layout.functions.length + STATE_FUNCTIONS.length);
    const oldHints = readBranchHints(layout.bytes);
    if (this.#map === undefined) {
      if (reader) out.copy(reader.bytes, reader.position, reader.end);
      for (const [index, offsets] of oldHints) hints.addOffsets(index, offsets);
    } else {
      for (const [ordinal, body] of bodies.entries()) {
        const index = layout.importedFunctions + ordinal;
        const lastMark = bodies[ordinal + 1]?.firstMark ?? marks.count;
        hints.addOffsets(index, barrier.write(body, lastMark, oldHints.get(index) ?? []));
      }
    }
    const shadows = this.#shadows;
    this.#body([], () => shadows.writeSave());
    this.#body([], () => shadows.writeRestore());
    this.#body([], () => shadows.writeOk());
    this.#body([TYPE.i32, TYPE.i64], () => shadows.writeSame());
    if (this.#map !== undefined) this.#body([], () => barrier.writeMarkFunction());
  }

  #body(locals: readonly number[], write: () => void): void {
    const out = this.#out;
    out.sized(() => {
      out.unsigned(locals.length);
      for (const type of locals) out.raw([1, type]);
      write();
      out.byte(OP.end);
    });
  }
}
