/** What a build object promises: one object per digest, so that the same bytes are built once, whoever sends them. */
import type { Manifest } from '../../src/build/manifest.ts';
import type { Failure } from '../../src/core/errors.ts';
import type { Result } from '../../src/core/result.ts';

/**
 * One stored version's hold on the bytes. Every version has an id of its own, so that what happens to one reference, late
 * or twice, never touches another.
 */
export interface ReferenceKey {
  readonly component: string;
  /** Made by the supervisor for each version: a UUID. */
  readonly reference: string;
}

export interface AcquireRequest extends ReferenceKey {
  readonly digest: string;
  /** R2 key of the staged upload; it stays the caller's to remove. */
  readonly stagingKey: string;
}

export interface BuildContract {
  /**
   * Builds if nobody did, and notes a provisional reference, which goes again when the build fails.
   * `INVALID_COMPONENT` and `UNSUPPORTED_IMPORT` say why a component is refused; `COMMUNICATION_FAILURE` and
   * `RESOURCE_EXHAUSTED` are the platform's own. A reference that is never confirmed is checked with its supervisor
   * after an hour and dropped if that does not know it.
   */
  acquire(request: AcquireRequest): Promise<Result<Manifest, Failure>>;
  /** Makes sure that source and this release's artifact are there, building from the kept source where needed. */
  ensure(digest: string): Promise<Result<Manifest, Failure>>;
  /** The reference is for good: the supervisor has stored the version. */
  confirm(digest: string, key: ReferenceKey): Promise<void>;
  /** The version is gone; without any reference the bytes go. */
  release(digest: string, key: ReferenceKey): Promise<void>;
}
