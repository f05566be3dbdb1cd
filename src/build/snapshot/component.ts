/** Rewrites the modules of one component together, so that an instance of it can be used for one call after another. */
import { SNAPSHOT_PREFIX } from '../../core/engine-names.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { readLayout } from '../meter/layout.ts';
import { MeterError } from '../meter/reader.ts';
import { MAX_FULL_COPY_PAGES } from './limits.ts';
import { readForSnapshot, type Snapshotable, type SnapshotMode, type SnapshotRead, writeSnapshot } from './rewrite.ts';

/**
 * How the memories of one component are put back: by what its core instances start with together. `cores` has the index
 * of the module of each.
 */
export function snapshotMode(modules: readonly Uint8Array[], cores: readonly number[]): Result<SnapshotMode, string> {
  try {
    const pagesOf = modules.map((bytes) => {
      const { memories, importedMemories } = readLayout(bytes, SNAPSHOT_PREFIX);
      return memories.slice(importedMemories).reduce((sum, { min }) => sum + min, 0);
    });
    const pages = cores.reduce((sum, module) => sum + (pagesOf[module] ?? 0), 0);
    return ok(pages > MAX_FULL_COPY_PAGES ? 'dirty' : 'full');
  } catch (error) {
    if (error instanceof MeterError) return err(error.message);
    throw error;
  }
}

/**
 * The modules of one component, in their order, with what snapshots need. All or none: the error says what cannot be put
 * back, and in which module; each call then gets a fresh instance of the modules as they were.
 */
export function addSnapshots(
  modules: readonly Uint8Array[],
  mode: SnapshotMode,
): Result<readonly Snapshotable[], string> {
  const reads: SnapshotRead[] = [];
  for (const [index, bytes] of modules.entries()) {
    const read = readForSnapshot(bytes, mode);
    if (!read.ok) return err(`core module ${index}: ${read.error}`);
    reads.push(read.value);
  }
  // Tables that are exported are filled by other modules, mostly while they are instantiated, which comes before.
  const tablesAreFixed = !reads.some(({ changesImportedTables }) => changesImportedTables);
  const written: Snapshotable[] = [];
  for (const [index, read] of reads.entries()) {
    const result = writeSnapshot(read, { mode, tablesAreFixed });
    if (!result.ok) return err(`core module ${index}: ${result.error}`);
    written.push(result.value);
  }
  return ok(written);
}
