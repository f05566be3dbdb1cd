/** Lifecycle facts: what happened to a component. Arguments, results and guest output are never in them. */

/** How a call ended. `platform`: it never reached the component, through no fault of either side. */
export type FactOutcome =
  | 'ok'
  | 'err'
  | 'trap'
  | 'out-of-memory'
  | 'out-of-fuel'
  | 'timeout'
  | 'killed'
  | 'client-gone'
  | 'refused'
  | 'platform';

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
      readonly outcome: FactOutcome;
    }
  | {
      readonly type: 'InstanceCrashed';
      readonly version: string;
      readonly instance: string;
      readonly request: string;
      readonly reason: FactOutcome;
    };

export type Fact = FactBody & { readonly id: number; readonly time: string; readonly component: string };

/** Whether an outcome counts as failed in a component's counters: a refused argument is the caller's failure, an unloaded isolate the platform's. */
export function isFailed(outcome: FactOutcome): boolean {
  return outcome !== 'ok' && outcome !== 'err' && outcome !== 'refused' && outcome !== 'platform';
}
