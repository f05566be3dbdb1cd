/** What a build object promises: one object per digest, so that the same bytes are built once, whoever sends them. */
import type { Manifest } from '../../src/build/manifest.ts';
import type { Failure } from '../../src/core/errors.ts';
import type { Result } from '../../src/core/result.ts';

export interface AcquireRequest {
  readonly digest: string;
  /** Name of the component that wants the build; its reference keeps the bytes. */
  readonly component: string;
  /** R2 key of the staged upload; it stays the caller's to remove. */
  readonly stagingKey: string;
}

export interface BuildContract {
  /**
   * Builds if nobody did, and notes a provisional reference. `INVALID_COMPONENT` and `UNSUPPORTED_IMPORT` say why
   * not. A reference that is never confirmed is checked with its supervisor after an hour and dropped.
   */
  acquire(request: AcquireRequest): Promise<Result<Manifest, Failure>>;
  /** Makes sure that this release's artifact exists, from the kept source. For artifacts of an older builder. */
  ensure(digest: string): Promise<Result<Manifest, Failure>>;
  /** The reference is for good: the supervisor has stored the version. */
  confirm(digest: string, component: string): Promise<void>;
  /** The component no longer refers to the digest; without any reference the bytes go. */
  release(digest: string, component: string): Promise<void>;
}
