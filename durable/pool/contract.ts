/** What a pool shard promises: it serves calls of one component from a pushed config, without asking anybody. */

import type { SealedSecret } from '../../src/capability/config/secret-box.ts';
import type { ReplyAddress } from '../../src/capability/messaging/contract.ts';
import type { EntranceKind } from '../../src/component/entrances.ts';
import type { FactBody, OutcomeCounts } from '../../src/core/facts.ts';
import type { Histogram } from '../../src/core/histogram.ts';
import type { Intake } from '../../src/core/lifecycle.ts';
import type { Rate } from '../../src/core/token-bucket.ts';
import type { Settled } from '../../src/isolate/guest-error.ts';
import type { AbortReason } from '../../src/isolate/protocol.ts';
import type { AnswerBody, HttpRequestHead, MessageTask, ResponseHead } from '../../src/isolate/tasks.ts';
import type { AccessRequest, Grants } from '../../src/policy/index.ts';
import type { TopicDelivery } from '../topic/contract.ts';
import type { AttemptEnd } from '../topic/transitions.ts';
import type { ReuseStatus } from './reuse-record.ts';

/** What resolves a requested function; the full types live in the isolate's manifest. */
export interface FunctionEntry {
  readonly id: string;
  readonly name: string;
  readonly interface?: string;
  readonly callable: boolean;
  readonly reason?: string;
}

/** What a shard of a component that is there has to know. */
export interface ServingConfig {
  /** Whether calls are taken (`serving`), those that are there may end (`draining`), or none may be (`stopped`). */
  readonly state: Intake;
  readonly number: number;
  readonly component: string;
  /** Counts how often the name was given to a new component. */
  readonly incarnation: number;
  readonly version: string;
  readonly digest: string;
  /** Pages of 64 KiB that an instance starts with. */
  readonly startPages: number;
  readonly functions: readonly FunctionEntry[];
  /** What the platform can enter the component by, beside its functions. */
  readonly entrances: readonly EntranceKind[];
  readonly access: 'public' | 'token';
  readonly grants: Grants;
  /** The components that provide imported interfaces, by full name of those; absent: none are imported. */
  readonly links?: Readonly<Record<string, string>>;
  /** What the policy states; see `ShardEnvironment` for what of it is seen. */
  readonly environment: readonly (readonly [key: string, value: string])[];
  /** The secrets that the component may see, opened in memory only. */
  readonly secrets: readonly SealedSecret[];
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  readonly timeoutMs: number;
  readonly cpuMs?: number;
  readonly fuel: number;
  readonly memoryBytes: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly capabilityUses: number;
  readonly subrequests: number;
  readonly rate?: Rate;
  /** While draining: what still runs or waits after this many milliseconds is ended. */
  readonly drainMs?: number;
}

export interface RemovedConfig {
  readonly state: 'removed';
  readonly number: number;
  readonly component: string;
  /** As in `ServingConfig`; what waits is turned away at once. */
  readonly drainMs?: number;
}

/** The whole, numbered config of a shard. A higher number replaces it, a lower one is ignored. */
export type ShardConfig = ServingConfig | RemovedConfig;

/** What is known of a call when its answer begins. */
export interface AnswerOrigin {
  readonly version: string;
  readonly instance: string;
  /** Milliseconds in the queue, and in the isolate until now. */
  readonly queuedMs: number;
  readonly callMs: number;
  /** Largest body that the answer may have, in bytes. */
  readonly maxBodyBytes: number;
}

/** Takes the answer of a call that streams, as `CallCapabilities.respond` says. A stub: it lasts as long as the call. */
export interface AnswerSink {
  respond(head: ResponseHead, body: AnswerBody, origin: AnswerOrigin): Promise<boolean>;
}

/** What a caller wants of a component. */
export type PoolTask =
  | {
      readonly kind: 'function';
      /** As the client spelled it, decoded. */
      readonly function: string;
      readonly body: ArrayBuffer;
    }
  | {
      readonly kind: 'command';
      /** Without the component's name. */
      readonly args: readonly string[];
      /** Added to the environment that the policy states. */
      readonly env: readonly (readonly [key: string, value: string])[];
      readonly stdin: string;
      /** Takes the output as it comes; absent: it is in the answer. */
      readonly sink?: AnswerSink;
    }
  | {
      readonly kind: 'http';
      readonly head: HttpRequestHead;
      readonly body?: ReadableStream<Uint8Array>;
      /** Size of the body, where the client announced it. */
      readonly bodyBytes?: number;
      readonly sink: AnswerSink;
    }
  | MessageTask;

export interface PoolCall {
  /** Names the call for `abort`; made by the gateway, never used twice. */
  readonly id: string;
  readonly task: PoolTask;
  /** What the grants have to allow at the moment in which it is let in. */
  readonly needs?: AccessRequest;
  /** Where the answer to a delivered message goes. */
  readonly replyTo?: ReplyAddress;
  readonly request: string;
  /** Messages in a row that led to it; absent: none. */
  readonly hops?: number;
  /** What the gateway found out about the caller: `invoke` is true with a token of that scope. */
  readonly caller: { readonly authenticated: boolean; readonly invoke: boolean };
  /** Set where another component calls. */
  readonly nested?: NestedCall;
}

/** What a call inherits from the one in which a component makes it. */
export interface NestedCall {
  /** The components that called each other, the last of which makes this call. */
  readonly chain: readonly string[];
  /** What the caller has left of its time, in milliseconds: this call gets no more. */
  readonly remainingMs: number;
}

/** `version` and `instance` are set once they are known, also on failures. */
export interface PoolAnswer {
  readonly version?: string;
  readonly instance?: string;
  /** Milliseconds in the queue and in the isolate, for `server-timing`. */
  readonly queuedMs?: number;
  readonly callMs?: number;
  readonly answer: Settled['answer'];
}

export interface PoolGauges {
  readonly executing: number;
  readonly queued: number;
  /** Instances that wait for another call. */
  readonly warm: number;
  /** Pages of 64 KiB that the shard's isolates hold, as far as is known. */
  readonly pages: number;
  /** Per version: whether its instances are used again, as its isolate said last, and how often they were. */
  readonly reuse: Readonly<Record<string, ReuseStatus>>;
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
  readonly outcomes: OutcomeCounts;
  readonly durations: Histogram;
  readonly facts: readonly { readonly time: number; readonly body: FactBody }[];
  /** Facts that did not fit into the batch. */
  readonly droppedFacts: number;
}

export interface PoolContract {
  call(call: PoolCall): Promise<PoolAnswer>;
  /** Gives the component a message, if it handles messages and its grants of this moment allow that. */
  message(delivery: TopicDelivery): Promise<AttemptEnd>;
  /** Ends a call that nobody waits for any more; one that has ended, or never came, is no error. */
  abort(id: string, reason: AbortReason): Promise<void>;
  configure(config: ShardConfig): Promise<void>;
  gauges(): Promise<PoolGauges>;
  /** Resolves when no call runs any more, or after `timeoutMs`; true when drained. */
  drain(timeoutMs: number): Promise<boolean>;
}
