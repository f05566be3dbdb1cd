/** What a pool shard promises: it serves calls of one component from a pushed config, without asking anybody. */
import type { Failure } from '../../src/core/errors.ts';
import type { FactBody } from '../../src/core/facts.ts';
import type { Histogram } from '../../src/core/histogram.ts';
import type { Rate } from '../../src/core/token-bucket.ts';

/** What resolves a requested function; the full types live in the isolate's manifest. */
export interface FunctionEntry {
  readonly id: string;
  readonly name: string;
  readonly interface?: string;
  readonly callable: boolean;
  readonly reason?: string;
}

/** The whole, numbered config of a shard. A higher number replaces it, a lower one is ignored. */
export type ShardConfig =
  | {
      readonly state: 'serving';
      readonly number: number;
      readonly component: string;
      /** Counts how often the name was given to a new component. */
      readonly incarnation: number;
      readonly version: string;
      readonly digest: string;
      readonly functions: readonly FunctionEntry[];
      readonly access: 'public' | 'token';
      readonly environment: readonly (readonly [key: string, value: string])[];
      readonly maxConcurrent: number;
      readonly maxQueue: number;
      readonly timeoutMs: number;
      readonly fuel: number;
      readonly requestBytes: number;
      readonly responseBytes: number;
      readonly rate?: Rate;
    }
  | { readonly state: 'removed'; readonly number: number; readonly component: string };

export interface PoolCall {
  /** As the client spelled it, decoded. */
  readonly function: string;
  readonly body: ArrayBuffer;
  readonly request: string;
  /** What the gateway found out about the caller: `invoke` is true with a token of that scope. */
  readonly caller: { readonly authenticated: boolean; readonly invoke: boolean };
}

/** `version` and `instance` are set once they are known, also on failures. */
export interface PoolAnswer {
  readonly version?: string;
  readonly instance?: string;
  /** Milliseconds in the queue and in the isolate, for `server-timing`. */
  readonly queuedMs?: number;
  readonly callMs?: number;
  readonly answer:
    | { readonly kind: 'json'; readonly status: 200 | 422; readonly json: string }
    | { readonly kind: 'failure'; readonly failure: Failure };
}

export interface PoolGauges {
  readonly executing: number;
  readonly queued: number;
}

/** What a shard tells its supervisor, in batches. Counters are increments. */
export interface PoolReport {
  readonly shard: number;
  readonly incarnation: number;
  /** Which life of the shard, and which batch of it: a batch that comes twice counts once. */
  readonly run: string;
  readonly sequence: number;
  readonly calls: number;
  readonly failed: number;
  readonly durations: Histogram;
  readonly facts: readonly { readonly time: number; readonly body: FactBody }[];
  /** Facts that did not fit into the batch. */
  readonly droppedFacts: number;
}

export interface PoolContract {
  call(call: PoolCall): Promise<PoolAnswer>;
  configure(config: ShardConfig): Promise<void>;
  gauges(): Promise<PoolGauges>;
  /** Resolves when no call runs any more, or after `timeoutMs`; true when drained. */
  drain(timeoutMs: number): Promise<boolean>;
}
