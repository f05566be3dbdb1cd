/** What the Worker of `workers/stages.ts` is asked and answers. */

/** What can be timed: a whole call on an instance that may be used again, or on a new one; or one thing alone. */
export const STAGES = ['reused', 'new', 'arguments', 'link', 'function', 'result'] as const;
export type Stage = (typeof STAGES)[number];

export interface StageRequest {
  readonly stage: Stage;
  /** Full id of the function. */
  readonly id: string;
  /** The JSON body of a call. */
  readonly body: string;
}

export interface StageAnswer {
  /** Mean of one run. */
  readonly microseconds: number;
}
