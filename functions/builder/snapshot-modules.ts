/** Gives the core modules of one component what they need to be restored between calls, after they were metered. */

import type { Restoring } from '../../src/build/manifest.ts';
import { addSnapshots, snapshotMode } from '../../src/build/snapshot/component.ts';
import type { SnapshotMode } from '../../src/build/snapshot/rewrite.ts';
import type { CoreModule } from './core-module.ts';

export interface SnapshotModules {
  readonly modules: readonly CoreModule[];
  readonly restoring: Restoring;
}

/**
 * The modules with snapshots, all of them or none. `modules` are all that the component instantiates, and `cores` has the
 * index of each core instance's; `mode` overrides what the size of their memories says.
 */
export function snapshotModules(
  modules: readonly CoreModule[],
  cores: readonly number[],
  mode?: SnapshotMode,
): SnapshotModules {
  const bytes = modules.map((module) => module.bytes);
  const chosen = snapshotMode(bytes, cores);
  if (!chosen.ok) return { modules, restoring: { reason: chosen.error } };
  const restoring = { mode: mode ?? chosen.value };
  const rewritten = addSnapshots(bytes, restoring.mode);
  if (!rewritten.ok) return { modules, restoring: { reason: rewritten.error } };
  const replaced = modules.map((module, index): CoreModule => {
    const { bytes: output = module.bytes, isChanged: hasState = false } = rewritten.value[index] ?? {};
    // A cast: the rewriter's buffers are never shared.
    return { bytes: output as Uint8Array<ArrayBuffer>, entry: { ...module.entry, bytes: output.length, hasState } };
  });
  return { modules: replaced, restoring };
}
