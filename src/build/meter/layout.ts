/** What a core module declares: its index spaces, with limits kept and every index checked. Bodies are not read here. */
import { FUEL_PREFIX } from '../../core/engine-names.ts';
import { MAX_MEMORIES, MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS, MAX_TABLES } from './limits.ts';
import { MeterError, Reader } from './reader.ts';
import { readEntries, readSections, SECTION, type Section } from './sections.ts';
import {
  type Feature,
  type Limits,
  NO_GC,
  NO_THREADS,
  readConstantExpression,
  readMemoryLimits,
  readTableLimits,
  readValueType,
} from './types.ts';

/** A function type. Its results are kept as bytes: a block of the same results is put around some functions. */
export interface FunctionType {
  readonly params: number;
  readonly results: number;
  readonly resultsStart: number;
  readonly resultsEnd: number;
}

/** A table: its limits, and its element type as bytes. */
export interface TableType extends Limits {
  readonly elementStart: number;
  readonly elementEnd: number;
}

export interface ModuleLayout {
  readonly bytes: Uint8Array;
  readonly sections: ReadonlyMap<number, Section>;
  readonly types: readonly FunctionType[];
  /** Type of each function, imported ones first. */
  readonly functions: readonly number[];
  readonly importedFunctions: number;
  readonly globals: number;
  readonly tags: number;
  readonly elements: number;
  readonly dataSegments: number;
  /** Of every memory, imported ones first. */
  readonly memories: readonly Limits[];
  readonly tables: readonly TableType[];
  /** How many of `memories` and `tables` are imported. */
  readonly importedMemories: number;
  readonly importedTables: number;
  readonly features: Set<Feature>;
}

const EXPORT_KINDS = ['function', 'table', 'memory', 'global', 'tag'] as const;

/** Reads everything but bodies. No export may begin with `reserved`. Throws `MeterError`. */
export function readLayout(bytes: Uint8Array, reserved = FUEL_PREFIX): ModuleLayout {
  return new LayoutReader(bytes, reserved).read();
}

class LayoutReader {
  readonly #bytes: Uint8Array;
  readonly #reserved: string;
  readonly #sections: ReadonlyMap<number, Section>;
  readonly #features = new Set<Feature>();
  readonly #types: FunctionType[] = [];
  readonly #functions: number[] = [];
  readonly #memories: Limits[] = [];
  readonly #tables: TableType[] = [];
  #globals = 0;
  #tags = 0;

  constructor(bytes: Uint8Array, reserved: string) {
    this.#bytes = bytes;
    this.#reserved = reserved;
    this.#sections = readSections(bytes);
  }

  read(): ModuleLayout {
    this.#entries(SECTION.type, 'types', 3, (reader) => this.#type(reader));
    this.#entries(SECTION.import, 'imports', 4, (reader) => this.#import(reader));
    const importedFunctions = this.#functions.length;
    const importedMemories = this.#memories.length;
    const importedTables = this.#tables.length;
    this.#entries(SECTION.function, 'functions', 1, (reader) => this.#functions.push(this.#typeIndex(reader)));
    this.#entries(SECTION.table, 'tables', 2, (reader) => this.#table(reader));
    this.#entries(SECTION.memory, 'memories', 2, (reader) => this.#memory(reader));
    this.#entries(SECTION.tag, 'tags', 2, (reader) => this.#tag(reader));
    this.#entries(SECTION.global, 'globals', 3, (reader) => {
      this.#globalType(reader);
      this.#constant(reader);
      this.#globals++;
    });
    this.#entries(SECTION.export, 'exports', 3, (reader) => this.#export(reader));
    this.#start();
    const elements = this.#entries(SECTION.element, 'elements', 2, (reader) => this.#element(reader));
    const dataSegments = this.#data();
    this.#checkTotals();
    if (this.#memories.length > 1) this.#features.add('multi-memory');
    return {
      bytes: this.#bytes,
      sections: this.#sections,
      types: this.#types,
      functions: this.#functions,
      importedFunctions,
      globals: this.#globals,
      tags: this.#tags,
      elements,
      dataSegments,
      memories: this.#memories,
      tables: this.#tables,
      importedMemories,
      importedTables,
      features: this.#features,
    };
  }

  #entries(id: number, what: string, minBytes: number, read: (reader: Reader) => void): number {
    return readEntries(this.#bytes, this.#sections.get(id), what, minBytes, read);
  }

  #valueType(reader: Reader): void {
    readValueType(reader, this.#types.length, this.#features);
  }

  #typeIndex(reader: Reader): number {
    return reader.index(this.#types.length, 'type');
  }

  #constant(reader: Reader): void {
    const spaces = { types: this.#types.length, functions: this.#functions.length, globals: this.#globals };
    readConstantExpression(reader, spaces);
  }

  #type(reader: Reader): void {
    const start = reader.position;
    if (reader.byte() !== 0x60) reader.fail(NO_GC, start);
    const params = reader.count('parameters');
    for (let left = params; left > 0; left--) this.#valueType(reader);
    const results = reader.count('results');
    const resultsStart = reader.position;
    for (let left = results; left > 0; left--) this.#valueType(reader);
    this.#types.push({ params, results, resultsStart, resultsEnd: reader.position });
  }

  #import(reader: Reader): void {
    reader.name();
    reader.name();
    const start = reader.position;
    switch (reader.byte()) {
      case 0:
        this.#functions.push(this.#typeIndex(reader));
        return;
      case 1:
        this.#tableType(reader);
        return;
      case 2:
        this.#memory(reader);
        return;
      case 3:
        this.#globals++;
        this.#globalType(reader);
        return;
      case 4:
        this.#tag(reader);
        return;
      default:
        reader.fail('an import of an unknown kind', start);
    }
  }

  #tableType(reader: Reader): void {
    const elementStart = reader.position;
    this.#valueType(reader);
    const elementEnd = reader.position;
    this.#tables.push({ ...readTableLimits(reader, this.#features), elementStart, elementEnd });
  }

  #table(reader: Reader): void {
    const hasInitialiser = reader.peek() === 0x40;
    if (hasInitialiser) {
      reader.skip(1);
      if (reader.byte() !== 0) reader.fail('a table of an unknown kind', reader.position - 1);
    }
    this.#tableType(reader);
    if (hasInitialiser) this.#constant(reader);
  }

  #memory(reader: Reader): void {
    this.#memories.push(readMemoryLimits(reader, this.#features));
  }

  #tag(reader: Reader): void {
    if (reader.byte() !== 0) reader.fail('a tag of an unknown kind', reader.position - 1);
    this.#typeIndex(reader);
    this.#tags++;
    this.#features.add('exceptions');
  }

  #globalType(reader: Reader): void {
    this.#valueType(reader);
    if (reader.byte() > 1) reader.fail(NO_THREADS, reader.position - 1);
  }

  #export(reader: Reader): void {
    const start = reader.position;
    if (reader.name().startsWith(this.#reserved)) reader.fail('an export has a reserved name', start);
    const kind = EXPORT_KINDS[reader.byte()];
    if (kind === undefined) {
      reader.fail('an export of an unknown kind', reader.position - 1);
      return;
    }
    reader.index(this.#size(kind), kind);
  }

  #size(kind: (typeof EXPORT_KINDS)[number]): number {
    switch (kind) {
      case 'function':
        return this.#functions.length;
      case 'table':
        return this.#tables.length;
      case 'memory':
        return this.#memories.length;
      case 'global':
        return this.#globals;
      case 'tag':
        return this.#tags;
    }
  }

  #start(): void {
    const section = this.#sections.get(SECTION.start);
    if (section === undefined) return;
    const reader = new Reader(this.#bytes, section.start, section.end);
    reader.index(this.#functions.length, 'function');
    if (reader.position !== section.end) reader.fail('bytes are left over after the start function');
  }

  /** An element segment. Bits of its flags: no table of its own, an explicit table (or: only declared), expressions. */
  #element(reader: Reader): void {
    const start = reader.position;
    const flags = reader.u32();
    if (flags > 7) reader.fail('elements of an unknown kind', start);
    const isActive = (flags & 1) === 0;
    const hasExpressions = (flags & 4) !== 0;
    if (isActive) {
      const table = flags & 2 ? reader.index(this.#tables.length, 'table') : 0;
      if (table >= this.#tables.length) reader.fail('unknown table 0', start);
      this.#constant(reader);
    }
    if ((flags & 3) !== 0) {
      if (hasExpressions) this.#valueType(reader);
      else if (reader.byte() !== 0) reader.fail('elements of an unknown kind', reader.position - 1);
    }
    for (let left = reader.count('elements'); left > 0; left--) {
      if (hasExpressions) this.#constant(reader);
      else reader.index(this.#functions.length, 'function');
    }
  }

  /** Data segments; answers how many bodies may name, which is what the data count section says. */
  #data(): number {
    const segments = this.#entries(SECTION.data, 'data segments', 2, (reader) => {
      const start = reader.position;
      const flags = reader.u32();
      if (flags > 2) reader.fail('data of an unknown kind', start);
      if (flags !== 1) {
        const memory = flags === 2 ? reader.index(this.#memories.length, 'memory') : 0;
        if (memory >= this.#memories.length) reader.fail('unknown memory 0', start);
        this.#constant(reader);
      }
      reader.skip(reader.count('data bytes'));
    });
    const section = this.#sections.get(SECTION.dataCount);
    if (section === undefined) return 0;
    const reader = new Reader(this.#bytes, section.start, section.end);
    if (reader.u32() !== segments) reader.fail('the number of data segments is not what was announced', section.start);
    if (reader.position !== section.end) reader.fail('bytes are left over after the data count');
    return segments;
  }

  #checkTotals(): void {
    const fail = (message: string): never => {
      throw new MeterError(message, 0);
    };
    const memories = this.#memories;
    const tables = this.#tables;
    if (memories.length > MAX_MEMORIES) fail(`${memories.length} memories, the most is ${MAX_MEMORIES}`);
    if (tables.length > MAX_TABLES) fail(`${tables.length} tables, the most is ${MAX_TABLES}`);
    const sum = (limits: readonly Limits[]): number => limits.reduce((pages, limit) => pages + limit.min, 0);
    if (sum(memories) > MAX_MEMORY_PAGES) fail(`the memories start with more than ${MAX_MEMORY_PAGES} pages together`);
    if (sum(tables) > MAX_TABLE_ELEMENTS)
      fail(`the tables start with more than ${MAX_TABLE_ELEMENTS} elements together`);
  }
}
