/** Reads which globals and tables a module defines and what it exports: what a call may leave changed. */
import { SNAPSHOT_PREFIX } from '../../core/engine-names.ts';
import type { ModuleLayout } from '../meter/layout.ts';
import type { Reader } from '../meter/reader.ts';
import { readEntries, SECTION } from '../meter/sections.ts';
import {
  type Limits,
  readConstantExpression,
  readMemoryLimits,
  readTableLimits,
  readValueType,
} from '../meter/types.ts';

/** Bytes of a value type in the module. */
export interface TypeBytes {
  readonly start: number;
  readonly end: number;
}

export interface DefinedGlobal {
  readonly index: number;
  readonly type: TypeBytes;
  readonly isMutable: boolean;
}

export interface DefinedTable {
  readonly index: number;
  readonly type: TypeBytes;
  readonly limits: Limits;
}

export interface Declared {
  readonly globals: readonly DefinedGlobal[];
  readonly tables: readonly DefinedTable[];
  /** Indices of what is exported, by the name of the export. */
  readonly exportedGlobals: ReadonlyMap<string, number>;
  readonly exportedTables: ReadonlyMap<string, number>;
}

const EXPORT_TABLE = 1;
const EXPORT_GLOBAL = 3;

/** Reads what `layout` left out. Throws `MeterError`. */
export function readDeclared(layout: ModuleLayout): Declared {
  const { bytes, sections } = layout;
  const types = layout.types.length;
  const spaces = { types, functions: layout.functions.length, globals: layout.globals };
  const each = (id: number, read: (reader: Reader) => void): void => {
    readEntries(bytes, sections.get(id), 'entries', 1, read);
  };
  const valueType = (reader: Reader): TypeBytes => {
    const start = reader.position;
    readValueType(reader, types, layout.features);
    return { start, end: reader.position };
  };

  each(SECTION.import, (reader) => passImport(reader, layout));

  const tables: DefinedTable[] = [];
  each(SECTION.table, (reader) => {
    const hasInitialiser = reader.peek() === 0x40;
    if (hasInitialiser) reader.skip(2);
    const index = layout.importedTables + tables.length;
    tables.push({ index, type: valueType(reader), limits: readTableLimits(reader, layout.features) });
    if (hasInitialiser) readConstantExpression(reader, spaces);
  });

  const defined: Omit<DefinedGlobal, 'index'>[] = [];
  each(SECTION.global, (reader) => {
    defined.push({ type: valueType(reader), isMutable: reader.byte() === 1 });
    readConstantExpression(reader, spaces);
  });
  const importedGlobals = layout.globals - defined.length;
  const globals = defined.map((global, ordinal) => ({ ...global, index: importedGlobals + ordinal }));

  const exportedGlobals = new Map<string, number>();
  const exportedTables = new Map<string, number>();
  each(SECTION.export, (reader) => {
    const name = reader.name();
    const kind = reader.byte();
    const index = reader.u32();
    if (kind === EXPORT_TABLE) exportedTables.set(name, index);
    else if (kind === EXPORT_GLOBAL) exportedGlobals.set(name, index);
  });
  return { globals, tables, exportedGlobals, exportedTables };
}

function passImport(reader: Reader, { types, features }: ModuleLayout): void {
  const start = reader.position;
  if (reader.name().startsWith(SNAPSHOT_PREFIX)) reader.fail('an import has a reserved name', start);
  reader.name();
  switch (reader.byte()) {
    case 0:
      reader.u32();
      return;
    case 1:
      readValueType(reader, types.length, features);
      readTableLimits(reader, features);
      return;
    case 2:
      readMemoryLimits(reader, features);
      return;
    case 3:
      readValueType(reader, types.length, features);
      reader.skip(1);
      return;
    default:
      reader.skip(1);
      reader.u32();
  }
}
