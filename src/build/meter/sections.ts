/** The sections of a core module: their order, what they declare, and what of that is refused. */
import { MAX_MEMORIES, MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS, MAX_TABLES } from './limits.ts';
import { Reader } from './reader.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** The order in which sections must come, by id. */
export const SECTION_ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

/** Core features that a module can use beyond the first version of wasm, as policies name them. */
export type Feature =
  | 'simd'
  | 'relaxed-simd'
  | 'bulk-memory'
  | 'reference-types'
  | 'function-references'
  | 'tail-call'
  | 'multi-memory'
  | 'memory64'
  | 'exceptions'
  | 'legacy-exceptions'
  | 'wide-arithmetic';

export interface Section {
  readonly id: number;
  /** Content, without the id and the size. */
  readonly start: number;
  readonly end: number;
}

/** Where a limits field sits, and what it says; `max` is absent when none was given. */
export interface Limits {
  readonly start: number;
  readonly end: number;
  readonly min: number;
  readonly max?: number;
  readonly is64: boolean;
}

export interface ModuleLayout {
  readonly bytes: Uint8Array;
  /** Known sections in order; custom ones are left out, and so is what the module has them for. */
  readonly sections: readonly Section[];
  /** Number of parameters of each type. */
  readonly typeParams: readonly number[];
  readonly importedFunctions: number;
  readonly importedGlobals: number;
  readonly definedGlobals: number;
  /** Type index of each defined function. */
  readonly functionTypes: readonly number[];
  /** Of every memory, imported ones first. */
  readonly memories: readonly Limits[];
  readonly tables: readonly Limits[];
  /** How many of `memories` and `tables` are imported. */
  readonly importedMemories: number;
  readonly importedTables: number;
  readonly features: Set<Feature>;
}

const HEAP_TYPES_KEPT = new Set([0x70, 0x6f, 0x69, 0x73, 0x72, 0x74]);
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Reads a value type. Garbage-collected types are refused: nothing here can bound what they hold. */
export function readValueType(reader: Reader, features: Set<Feature>): void {
  const start = reader.position;
  const code = reader.byte();
  if (code >= 0x7c && code <= 0x7f) return;
  if (code === 0x7b) {
    features.add('simd');
    return;
  }
  if (code === 0x63 || code === 0x64) {
    features.add('function-references');
    readHeapType(reader);
    return;
  }
  if (!HEAP_TYPES_KEPT.has(code)) reader.fail('garbage-collected types are not supported', start);
  features.add('reference-types');
}

/** Reads a heap type: one of the function, extern and exception heaps, or a type index. */
export function readHeapType(reader: Reader): void {
  const start = reader.position;
  const first = reader.bytes[start] ?? 0;
  const isAbstract = first >= 0x40 && first < 0x80;
  reader.leb(5);
  if (isAbstract && !HEAP_TYPES_KEPT.has(first)) reader.fail('garbage-collected types are not supported', start);
}

function readLimits(reader: Reader, what: 'memory' | 'table', ceiling: number, features: Set<Feature>): Limits {
  const start = reader.position;
  const flags = reader.byte();
  if (flags & 2) reader.fail(`shared ${what}: threads are not supported`, start);
  if (flags > 7) reader.fail(`the ${what} has limits of an unknown kind`, start);
  const is64 = (flags & 4) !== 0;
  if (is64) features.add('memory64');
  const min = reader.u64();
  const max = flags & 1 ? reader.u64() : undefined;
  if (min > ceiling) {
    const unit = what === 'memory' ? 'pages of 64 KiB' : 'elements';
    reader.fail(`the ${what} starts with ${min} ${unit}, the most that is allowed is ${ceiling}`, start);
  }
  const limits = { start, end: reader.position, min, is64 };
  return max === undefined ? limits : { ...limits, max };
}

export function readMemoryLimits(reader: Reader, features: Set<Feature>): Limits {
  return readLimits(reader, 'memory', MAX_MEMORY_PAGES, features);
}

export function readTableLimits(reader: Reader, features: Set<Feature>): Limits {
  return readLimits(reader, 'table', MAX_TABLE_ELEMENTS, features);
}

/** Passes over a constant expression. */
export function readConstantExpression(reader: Reader): void {
  for (;;) {
    const start = reader.position;
    const op = reader.byte();
    if (op === 0x0b) return;
    if (op === 0x41 || op === 0x23 || op === 0xd2) reader.leb(5);
    else if (op === 0x42) reader.leb(10);
    else if (op === 0x43) reader.skip(4);
    else if (op === 0x44) reader.skip(8);
    else if (op === 0xd0) readHeapType(reader);
    else if (op === 0xfd) {
      if (reader.u32() !== 12) reader.fail('not a constant instruction', start);
      reader.skip(16);
    } else if (op === 0xfb) reader.fail('garbage-collected types are not supported', start);
    else if (!((op >= 0x6a && op <= 0x6c) || (op >= 0x7c && op <= 0x7e)))
      reader.fail('not a constant instruction', start);
  }
}

function readDirectory(bytes: Uint8Array): Section[] {
  const reader = new Reader(bytes);
  for (const expected of PREAMBLE) if (reader.byte() !== expected) reader.fail('not a core module of version 1', 0);
  const sections: Section[] = [];
  let rank = -1;
  while (reader.position < bytes.length) {
    const at = reader.position;
    const id = reader.byte();
    const size = reader.count('section bytes');
    const section = { id, start: reader.position, end: reader.position + size };
    reader.position = section.end;
    if (id === SECTION.custom) continue;
    const order = SECTION_ORDER.indexOf(id);
    if (order < 0) reader.fail(`unknown section ${id}`, at);
    if (order <= rank) reader.fail(`section ${id} is out of order or comes twice`, at);
    rank = order;
    sections.push(section);
  }
  return sections;
}

/** Opens a section, lets `read` take `count` entries from it, and insists that nothing is left. */
function entries(
  bytes: Uint8Array,
  section: Section | undefined,
  what: string,
  minBytes: number,
  read: (reader: Reader) => void,
): number {
  if (section === undefined) return 0;
  const reader = new Reader(bytes, section.start, section.end);
  const count = reader.count(what, minBytes);
  for (let index = 0; index < count; index++) read(reader);
  if (reader.position !== section.end) reader.fail(`bytes are left over after the ${what}`);
  return count;
}

/** Reads everything but bodies, elements and data. Throws `MeterError`. */
export function readLayout(bytes: Uint8Array): ModuleLayout {
  const sections = readDirectory(bytes);
  const find = (id: number): Section | undefined => sections.find((section) => section.id === id);
  const features = new Set<Feature>();
  const typeParams: number[] = [];
  const functionTypes: number[] = [];
  const memories: Limits[] = [];
  const tables: Limits[] = [];
  let importedFunctions = 0;
  let importedGlobals = 0;

  const readTag = (reader: Reader): void => {
    if (reader.byte() !== 0) reader.fail('a tag of an unknown kind', reader.position - 1);
    reader.leb(5);
    features.add('exceptions');
  };
  const readGlobalType = (reader: Reader): void => {
    readValueType(reader, features);
    if (reader.byte() > 1) reader.fail('threads are not supported', reader.position - 1);
  };
  const readTableType = (reader: Reader): void => {
    readValueType(reader, features);
    tables.push(readTableLimits(reader, features));
  };

  entries(bytes, find(SECTION.type), 'types', 3, (reader) => {
    const start = reader.position;
    if (reader.byte() !== 0x60) reader.fail('garbage-collected types are not supported', start);
    const params = reader.count('parameters');
    for (let index = 0; index < params; index++) readValueType(reader, features);
    for (let left = reader.count('results'); left > 0; left--) readValueType(reader, features);
    typeParams.push(params);
  });
  entries(bytes, find(SECTION.import), 'imports', 4, (reader) => {
    reader.name();
    reader.name();
    const start = reader.position;
    switch (reader.byte()) {
      case 0:
        reader.leb(5);
        importedFunctions++;
        return;
      case 1:
        return readTableType(reader);
      case 2:
        memories.push(readMemoryLimits(reader, features));
        return;
      case 3:
        importedGlobals++;
        return readGlobalType(reader);
      case 4:
        return readTag(reader);
      default:
        reader.fail('an import of an unknown kind', start);
    }
  });
  const importedMemories = memories.length;
  const importedTables = tables.length;
  entries(bytes, find(SECTION.function), 'functions', 1, (reader) => {
    const start = reader.position;
    const type = reader.u32();
    if (type >= typeParams.length) reader.fail('unknown type', start);
    functionTypes.push(type);
  });
  entries(bytes, find(SECTION.table), 'tables', 3, (reader) => {
    const hasInitialiser = bytes[reader.position] === 0x40;
    if (hasInitialiser) reader.skip(2);
    readTableType(reader);
    if (hasInitialiser) readConstantExpression(reader);
  });
  entries(bytes, find(SECTION.memory), 'memories', 2, (reader) => memories.push(readMemoryLimits(reader, features)));
  entries(bytes, find(SECTION.tag), 'tags', 2, readTag);
  const definedGlobals = entries(bytes, find(SECTION.global), 'globals', 3, (reader) => {
    readGlobalType(reader);
    readConstantExpression(reader);
  });
  entries(bytes, find(SECTION.export), 'exports', 3, (reader) => {
    reader.name();
    if (reader.byte() > 4) reader.fail('an export of an unknown kind', reader.position - 1);
    reader.leb(5);
  });

  const total = new Reader(bytes);
  if (memories.length > MAX_MEMORIES) total.fail(`${memories.length} memories, the most is ${MAX_MEMORIES}`, 0);
  if (tables.length > MAX_TABLES) total.fail(`${tables.length} tables, the most is ${MAX_TABLES}`, 0);
  const sum = (limits: readonly Limits[]): number => limits.reduce((pages, limit) => pages + limit.min, 0);
  if (sum(memories) > MAX_MEMORY_PAGES)
    total.fail(`the memories start with more than ${MAX_MEMORY_PAGES} pages together`, 0);
  if (sum(tables) > MAX_TABLE_ELEMENTS)
    total.fail(`the tables start with more than ${MAX_TABLE_ELEMENTS} elements together`, 0);
  if (memories.length > 1) features.add('multi-memory');
  return {
    bytes,
    sections,
    typeParams,
    importedFunctions,
    importedGlobals,
    definedGlobals,
    functionTypes,
    memories,
    tables,
    importedMemories,
    importedTables,
    features,
  };
}
