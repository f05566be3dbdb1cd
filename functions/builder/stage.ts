/** How a build stage fails. */
import type { BuildFailure, BuildStage } from '../../src/build/manifest.ts';
import { MeterError } from '../../src/build/meter/reader.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { GlueRefusal } from './glue/ast.ts';

export type Stage<T> = Result<T, BuildFailure>;

/** A failure of this stage. */
export function fail(
  stage: BuildStage,
  reason: string,
  offset?: number,
): { readonly ok: false; readonly error: BuildFailure } {
  return err(offset === undefined ? { stage, reason } : { stage, reason, offset });
}

/** Runs a stage that refuses by throwing. What it throws otherwise is a defect, and is reported as that stage's. */
export function guard<T>(stage: BuildStage, run: () => T): Stage<T> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof GlueRefusal || error instanceof MeterError) return fail(stage, error.message, error.offset);
    return fail(stage, error instanceof Error ? error.message : String(error));
  }
}
