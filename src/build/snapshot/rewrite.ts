/**
 * Rewrites a metered core module so that its state can be kept once and put back. Strictly additive: types, functions,
 * globals, tables and a memory are appended, no index is renumbered. What is added is charged no fuel.
 */
import { SNAPSHOT_PREFIX } from '../../core/engine-names.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type ModuleLayout, readLayout } from '../meter/layout.ts';
import { MAX_MEMORY_PAGES } from '../meter/limits.ts';
import { MeterError } from '../meter/reader.ts';
import { readDeclared } from './declared.ts';
import { findKept } from './kept.ts';
import { SnapshotWriter } from './module-writer.ts';
import { type CodeScan, scanCode } from './scan.ts';

/** How memories are put back: copied whole, or the pages that were written since, which every write then has to mark. */
export type SnapshotMode = 'full' | 'dirty';

export interface SnapshotOptions {
  readonly mode: SnapshotMode;
  /** No module of the component changes a table that it imports: see `SnapshotRead`. */
  readonly tablesAreFixed: boolean;
}

/** What has to be known of all modules of a component before one of them is written. */
export interface SnapshotRead {
  readonly layout: ModuleLayout;
  readonly scan: CodeScan;
  readonly changesImportedTables: boolean;
}

export interface Snapshotable {
  readonly bytes: Uint8Array;
  /** What the harness finds on it: nothing was added to a module that holds no state and writes none. */
  readonly isChanged: boolean;
  /** Copies of globals and tables, and instructions that mark pages. */
  readonly globals: number;
  readonly tables: number;
  readonly marks: number;
}

/** Reads a module that is valid and metered. The error says why its state cannot be put back. */
export function readForSnapshot(bytes: Uint8Array, mode: SnapshotMode): Result<SnapshotRead, string> {
  return reasoned(() => {
    const layout = readLayout(bytes, SNAPSHOT_PREFIX);
    if (layout.memories.length > 1) throw new MeterError('it has several memories', 0);
    const memory = layout.memories[layout.importedMemories];
    if (memory && (memory.max ?? Number.POSITIVE_INFINITY) > MAX_MEMORY_PAGES)
      throw new MeterError('its memory may grow without a limit', 0);
    const scan = scanCode(layout, mode === 'dirty' && layout.memories.length > 0);
    return { layout, scan, changesImportedTables: [...scan.tables].some((table) => table < layout.importedTables) };
  });
}

/** Writes the module that was read in the same mode. */
export function writeSnapshot(
  { layout, scan }: SnapshotRead,
  { mode, tablesAreFixed }: SnapshotOptions,
): Result<Snapshotable, string> {
  return reasoned(() => {
    const kept = findKept(layout, readDeclared(layout), scan, tablesAreFixed);
    const { globals, tables, memory } = kept;
    const counts = { globals: globals.length, tables: tables.length, marks: scan.marks.count };
    const hasState = globals.length + tables.length > 0 || memory !== undefined;
    if (!hasState && scan.marks.count === 0) return { bytes: layout.bytes, isChanged: false, ...counts };
    const bytes = new SnapshotWriter(layout, scan, kept, mode === 'dirty' && layout.memories.length > 0).write();
    // A cast: the writer's buffer is never shared.
    if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>))
      throw new MeterError('the module does not validate with its copies', 0);
    return { bytes, isChanged: true, ...counts };
  });
}

/** Reads and writes one module on its own. */
export function addSnapshot(bytes: Uint8Array, options: SnapshotOptions): Result<Snapshotable, string> {
  const read = readForSnapshot(bytes, options.mode);
  return read.ok ? writeSnapshot(read.value, options) : read;
}

function reasoned<T>(run: () => T): Result<T, string> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof MeterError) return err(error.message);
    throw error;
  }
}
