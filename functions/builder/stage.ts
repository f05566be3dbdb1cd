/** How a build stage fails. */
import type { BuildFailure, BuildStage } from '../../src/build/manifest.ts';
import { err, ok, type Result } from '../../src/core/result.ts';

export type Stage<T> = Result<T, BuildFailure>;

/** A failure of this stage. */
export function fail(
  stage: BuildStage,
  reason: string,
  offset?: number,
): { readonly ok: false; readonly error: BuildFailure } {
  return err(offset === undefined ? { stage, reason } : { stage, reason, offset });
}

/**
 * Runs a stage that refuses by throwing. What it throws otherwise is a defect, and is reported as that stage's. Offsets
 * are left out: those of glue and of rewritten modules say nothing of the component that was sent.
 */
export function guard<T>(stage: BuildStage, run: () => T): Stage<T> {
  try {
    return ok(run());
  } catch (error) {
    return fail(stage, error instanceof Error ? error.message : String(error));
  }
}
