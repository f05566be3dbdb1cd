/** What the Worker of `workers/stages.ts` is asked and answers. */
/** What can be timed: a whole call, one with something left out, or one thing alone. */
export const STAGES = ['whole', 'withoutGuest', 'withoutInstance', 'cores', 'arguments', 'result'] as const;
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
