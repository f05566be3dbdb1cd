/** Decides what of a module is kept and put back, and where the copies are in its index spaces. */
import { FUEL_EXPORT, SLOT_EXPORT } from '../../core/engine-names.ts';
import type { ModuleLayout } from '../meter/layout.ts';
import { MeterError } from '../meter/reader.ts';
import type { Declared, TypeBytes } from './declared.ts';
import { TYPE } from './instructions.ts';
import type { CodeScan } from './scan.ts';

export interface KeptGlobal {
  readonly index: number;
  readonly type: TypeBytes;
  /** Index of the global that holds the copy. */
  readonly shadow: number;
}

export interface KeptTable {
  readonly index: number;
  readonly type: TypeBytes;
  readonly is64: boolean;
  readonly min: number;
  /** Index of the table that holds the copy, and of the global that holds the size. */
  readonly shadow: number;
  readonly size: number;
}

/** The memory that the module defines: its size is kept, its bytes are the harness's. */
export interface KeptMemory {
  readonly index: number;
  readonly is64: boolean;
  readonly size: number;
}

export interface Kept {
  readonly globals: readonly KeptGlobal[];
  readonly tables: readonly KeptTable[];
  readonly memory: KeptMemory | undefined;
  /** Of the added globals that hold sizes, in order: whether they are 64 bits wide. */
  readonly sizes: readonly boolean[];
}

/**
 * What can be different after a call: globals and tables that the module defines and that some instruction changes, or
 * that others can reach. `tablesAreFixed`: no module of the component changes a table that it imports. Metering's own
 * global and table are the harness's. Throws `MeterError` for what has no copy.
 */
export function findKept(
  layout: ModuleLayout,
  declared: Declared,
  { globals: changedGlobals, tables: changedTables }: CodeScan,
  tablesAreFixed: boolean,
): Kept {
  const { bytes } = layout;
  const exportedGlobals = new Set(declared.exportedGlobals.values());
  const exportedTables = new Set(tablesAreFixed ? [] : declared.exportedTables.values());
  const globals = declared.globals
    .filter(({ index, isMutable }) => isMutable && (changedGlobals.has(index) || exportedGlobals.has(index)))
    .filter(({ index }) => index !== declared.exportedGlobals.get(FUEL_EXPORT))
    .map(({ index, type }, ordinal) => ({ index, type, shadow: layout.globals + ordinal }));
  const tables = declared.tables
    .filter(({ index }) => changedTables.has(index) || exportedTables.has(index))
    .filter(({ index }) => index !== declared.exportedTables.get(SLOT_EXPORT));
  for (const { type } of [...globals, ...tables]) {
    if (bytes[type.start] === TYPE.reference)
      throw new MeterError('a global or a table of references that are never null', type.start);
  }
  const firstSize = layout.globals + globals.length;
  const definedMemory = layout.memories[layout.importedMemories];
  return {
    globals,
    tables: tables.map(({ index, type, limits }, ordinal) => ({
      index,
      type,
      is64: limits.is64,
      min: limits.min,
      shadow: layout.tables.length + ordinal,
      size: firstSize + ordinal,
    })),
    memory: definedMemory && {
      index: layout.importedMemories,
      is64: definedMemory.is64,
      size: firstSize + tables.length,
    },
    sizes: [...tables.map(({ limits }) => limits.is64), ...(definedMemory ? [definedMemory.is64] : [])],
  };
}
