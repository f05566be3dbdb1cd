/** What the Worker of `workers/meter.ts` is given, asked and answers. */

/** A module or a component without its meter, and with it. */
export interface Pair<T> {
  readonly plain: T;
  readonly metered: T;
}

export type Form = keyof Pair<unknown>;

export const STARLING = 'StarlingMonkey, computing';
export const STARLING_FRESH = 'StarlingMonkey, a fresh instance and a small call';
export const BINDGEN = "jco's bindgen";
export const REWRITING = 'rewriting';

export interface MeterRequest {
  readonly workload: string;
  readonly form: Form;
  /** How often it runs. */
  readonly rounds: number;
}

export interface MeterAnswer {
  readonly milliseconds: number;
  /** What the workload computed: the same in both forms. */
  readonly result: string;
}
