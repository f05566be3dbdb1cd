/** Lifecycle facts: what happened to a component. Arguments, results and guest output are never in them. */

/** All ways in which a call can end, and whether each counts as the component's failure. */
const FAILED = {
  ok: false,
  err: false,
  trap: true,
  'out-of-memory': true,
  'out-of-fuel': true,
  timeout: true,
  /** Ended by an operator: stopped, removed. */
  killed: false,
  'client-gone': false,
  /** Its arguments were: the caller's failure. */
  refused: false,
  /** The isolate was lost in the middle of the call. */
  'connection-error': true,
  /** The component could not be loaded, through no fault of its own. */
  platform: false,
} as const;

/** How a call ended. */
export type FactOutcome = keyof typeof FAILED;

/** How often each outcome was seen. */
export type OutcomeCounts = Readonly<Partial<Record<FactOutcome, number>>>;

/** The part of a fact that its cause decides; `id`, `time` (ISO 8601) and `component` are added where it is stored. */
export type FactBody =
  | { readonly type: 'ComponentLoaded' | 'VersionActivated'; readonly version: string; readonly digest: string }
  | { readonly type: 'ComponentUnloaded' }
  | { readonly type: 'PolicyChanged'; readonly source: string; readonly hash: string }
  | { readonly type: 'StateChanged'; readonly from: string; readonly to: string }
  | {
      readonly type: 'FunctionCalled';
      readonly version: string;
      readonly instance: string;
      readonly request: string;
      readonly function: string;
      readonly durationMs: number;
      readonly fuel: number;
      /** Requests to other hosts that were let through; absent: none. */
      readonly subrequests?: number;
      readonly outcome: FactOutcome;
    }
  | {
      readonly type: 'InstanceCrashed';
      readonly version: string;
      readonly instance: string;
      readonly request: string;
      readonly reason: FactOutcome;
    }
  | {
      readonly type: 'CapabilityGranted' | 'CapabilityRevoked';
      readonly capability: string;
      /** Permission strings: what came, or what went. */
      readonly permissions: readonly string[];
      /** What holds for the capability from then on: the grants, the revoke, or the policy alone. */
      readonly rule: string;
    }
  | {
      readonly type: 'MessageDeadLettered';
      readonly version: string;
      readonly request: string;
      readonly topic: string;
      /** Id of the message. */
      readonly message: string;
      readonly attempts: number;
      /** How the last attempt ended. */
      readonly reason: string;
    }
  | {
      readonly type: 'CapabilityDenied';
      readonly version: string;
      /** Absent when it was refused before there was one. */
      readonly instance?: string;
      readonly request: string;
      readonly capability: string;
      /** What was to be used, and how: `read cache`. Never a value. */
      readonly resource: string;
      /** What decided: a rule of the policy, a grant, or that nothing allows it. */
      readonly rule: string;
    };

export type Fact = FactBody & { readonly id: number; readonly time: string; readonly component: string };

/** Whether an outcome counts as failed in a component's counters: not what callers, operators or the platform did. */
export function isFailed(outcome: FactOutcome): boolean {
  return FAILED[outcome];
}

/** Counts that are added up. */
export function addOutcomes(a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts {
  const sum: Partial<Record<FactOutcome, number>> = { ...a };
  // A cast: both have keys of this type only.
  for (const [outcome, count] of Object.entries(b) as [FactOutcome, number][])
    sum[outcome] = (sum[outcome] ?? 0) + count;
  return sum;
}
