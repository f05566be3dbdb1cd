/** What an upload comes down to, whatever its form was. */
import type { Staged } from '../../build/staging.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { VERSION_LABEL } from '../../core/names.ts';
import { err, ok, type Result } from '../../core/result.ts';

/** A component that is staged in R2: whoever gets one deletes its key in the end. */
export interface Upload extends Staged {
  readonly source: string;
  readonly label?: string;
  readonly policyText?: string;
}

export function checkLabel(label: string | undefined): Result<void, Failure> {
  if (label === undefined || VERSION_LABEL.test(label)) return ok(undefined);
  return err(
    failure('INVALID_REQUEST', `${JSON.stringify(label.slice(0, 80))} is not a version label`, {
      field: 'version',
      expected: 'a letter or digit, then at most 63 letters, digits, dots, underscores and hyphens',
    }),
  );
}

/** Deletes a staged component of an upload that is refused. What stays behind is swept later. */
export async function discard(bucket: R2Bucket, staged: Staged): Promise<void> {
  try {
    await bucket.delete(staged.key);
  } catch (error) {
    console.warn({ message: 'a refused upload could not be deleted', key: staged.key, error: String(error) });
  }
}
