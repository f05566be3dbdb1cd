/** What a volume promises: the files of one component. Only it knows what a path leads to, so it decides and acts in one step. */
import type { Volume } from '../../src/capability/filesystem/volume.ts';

export interface VolumeContract extends Volume {
  /** Forgets everything; a volume that is used again starts empty. */
  destroy(): Promise<void>;
}
