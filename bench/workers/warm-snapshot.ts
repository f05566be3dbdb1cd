/**
 * Stands in for `functions/runtime/restore/snapshot.ts`: keeps nothing and puts nothing back. Modules get the maps that
 * they import and the host's writes are marked, as always; only what a restore takes is left out.
 */
import { Snapshot as Restoring } from '../../functions/runtime/restore/snapshot.ts';

export * from '../../functions/runtime/restore/snapshot.ts';

export class Snapshot extends Restoring {
  override save(): boolean {
    return true;
  }

  override restore(): boolean {
    return true;
  }

  override verify(): undefined {
    return undefined;
  }
}
