/** Pure: what is told about a call that has ended. */
import type { FactBody, FactOutcome } from '../../src/core/facts.ts';

export interface EndedCall {
  readonly version: string;
  readonly instance: string;
  readonly request: string;
  readonly function: string;
  readonly callMs: number;
  readonly fuel: number;
  /** Requests to other hosts that were let through. */
  readonly subrequests: number;
  readonly outcome: FactOutcome;
}

/** Outcomes by which an instance, and not only its call, came to a bad end. */
const CRASHES: ReadonlySet<FactOutcome> = new Set<FactOutcome>(['trap', 'out-of-memory', 'connection-error']);

/** The call, and the crash of its instance where it was one. Durations are rounded to a microsecond. */
export function callFacts({
  callMs,
  fuel,
  subrequests,
  outcome,
  function: called,
  ...common
}: EndedCall): readonly FactBody[] {
  const durationMs = Math.round(callMs * 1_000) / 1_000;
  const used = subrequests === 0 ? { fuel } : { fuel, subrequests };
  const call: FactBody = { type: 'FunctionCalled', ...common, function: called, durationMs, ...used, outcome };
  return CRASHES.has(outcome) ? [call, { type: 'InstanceCrashed', ...common, reason: outcome }] : [call];
}
