/** The one failure of decoding and of rewriting a component, and the guard that turns internal throws into it. */
import { err, ok, type Result } from '../../core/result.ts';
import { Malformed } from './reader.ts';

/**
 * Why bytes were refused. `reason` is a plain clause saying what is wrong and, where possible, what to do;
 * `offset` is the byte position in the component that was being read; absent when no one place is to blame.
 */
export interface DecodeFailure {
  readonly stage: 'preamble' | 'decode';
  readonly reason: string;
  readonly offset?: number;
}

/** Runs a decoder: `Malformed` becomes a failure, and so does exhaustion of the stack or of an array's length. */
export function guarded<T>(decode: () => T): Result<T, DecodeFailure> {
  try {
    return ok(decode());
  } catch (thrown) {
    if (thrown instanceof Malformed) {
      const { stage, message: reason, offset } = thrown;
      return err(offset === undefined ? { stage, reason } : { stage, reason, offset });
    }
    // Hostile bytes must never surface as a throw, whatever invariant they manage to break.
    if (thrown instanceof RangeError) {
      return err({ stage: 'decode', reason: 'the component is nested too deeply or is too large to be decoded' });
    }
    return err({ stage: 'decode', reason: `the component could not be decoded (${describe(thrown)})` });
  }
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
