/**
 * What crosses the border between a pool shard and the isolate that runs a component: plain data one way, one
 * capability stub the other. The isolate's answers are untrusted: `guest-error.ts` is where they become results.
 */
import type { BlobCarrier } from '../capability/blobstore/contract.ts';
import type { HttpAnswer, HttpRequest, HttpRequestBody } from '../capability/http/contract.ts';
import type { LogSeverity } from '../core/log-levels.ts';
import type { CapabilityAnswer, CapabilityUse } from './capability-use.ts';
import type { AnswerBody, CallTask, ResponseHead } from './tasks.ts';

export {
  type CapabilityAnswer,
  type CapabilityUse,
  PROVIDERS,
  type ProviderName,
  type UseRefusal,
} from './capability-use.ts';

/** A directory of the component's volume that a call finds open. */
export interface OpenDirectory {
  readonly path: string;
  /** Whether anything in it may be changed at all. */
  readonly writable: boolean;
}

/** One call as the shard hands it to the isolate. */
export interface CallRequest {
  readonly task: CallTask;
  /** Id of the instance, for logs. */
  readonly instance: string;
  /** What `wasi:cli/environment` shows, in order. */
  readonly environment: readonly (readonly [key: string, value: string])[];
  /** Wall time after which the call is given up, in milliseconds. */
  readonly timeoutMs: number;
  /** CPU time after which the call is given up, in milliseconds; absent: no limit of its own. */
  readonly cpuMs?: number;
  /** What the call may use, in fuel: about one wasm instruction each, and what the host does for it. */
  readonly fuel: number;
  /** Memory that the call's instance may hold, in bytes: the sum of its core memories. */
  readonly memoryBytes: number;
  /** Uses of capabilities, and requests to other hosts, that the call may make. */
  readonly capabilityUses: number;
  readonly subrequests: number;
  /** What `wasi:filesystem/preopens` shows of the volume. Absent: nothing. */
  readonly directories?: readonly OpenDirectory[];
  /** The lowest level that is logged; absent: nothing may be. The shard asks the grants again when it gets the records. */
  readonly logLevel?: LogSeverity;
  /** Whether the call may have an instance that was used before and brought back to its first state. */
  readonly reuse: boolean;
  /** Instances that may wait for another call once this one has ended: no more than calls may run at a time. */
  readonly maxIdle: number;
  /** Largest JSON result in bytes of UTF-8, largest response body, most output that is passed on, in bytes. */
  readonly maxResponseBytes: number;
}

/** One line (or the rest of one) that a guest wrote to a standard stream. */
export interface StdioLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Guest output of one call, standard streams: at most `MAX_STDIO_BYTES_PER_CALL`, what was over it is counted in `droppedBytes`. */
export interface StdioBatch {
  readonly lines: readonly StdioLine[];
  readonly droppedBytes: number;
}

/** One record of `wasi:logging`. */
export interface LogRecord {
  readonly level: LogSeverity;
  readonly context: string;
  readonly message: string;
}

/** What a guest logged in one call, at the level of the call or above; what was more than fits is counted in `dropped`. */
export interface LogBatch {
  readonly records: readonly LogRecord[];
  readonly dropped: number;
  /** The first level that the guest tried where it may not log at all. */
  readonly refused?: LogSeverity;
}

/** All that a guest wrote in one call. */
export interface GuestOutput extends StdioBatch {
  readonly logs?: LogBatch;
}

/** Why a call is ended from outside: by an operator, because nobody waits for it, or because its time is over. */
export type AbortReason = 'killed' | 'client-gone' | 'timeout';

/**
 * Carries what is too large for messages between the isolate of one call and the world, in a context of its own. The
 * shard lets it do each thing that it does, requests to other hosts also several at a time, and nothing once the call is over.
 */
export interface CallCarrier extends BlobCarrier {
  /** Sends a request to another host, and follows no redirect. Never rejects by itself. */
  request(request: HttpRequest, body: HttpRequestBody): Promise<HttpAnswer>;
  /** Gives up the request of this id, with its response; one that is not there is no error. */
  abort(id: number): Promise<void>;
}

/** The authority of one call, held by the shard. It is void once the call has ended. */
export interface CallCapabilities {
  /** Uses a capability: the grants of this moment are asked, each time. Never rejects by itself. */
  use(use: CapabilityUse): Promise<CapabilityAnswer>;
  /** The call's carrier, the same one each time. Rejects when the call is over. */
  carrier(): Promise<CallCarrier>;
  /**
   * Takes the answer of a call that streams, once. Resolves when nothing more of it is passed on: with true when that was
   * all of it, with false when whoever wanted it is gone, or it is no answer.
   */
  respond(head: ResponseHead, body: AnswerBody): Promise<boolean>;
  /** Takes the guest's output for the log, once, at the end of the call. */
  stdio(output: GuestOutput): Promise<void>;
  /**
   * Resolves when the call must end, for good; never rejects by itself. It costs a message, so only a call that lasts asks.
   */
  aborted(): Promise<AbortReason>;
}

/** Which of a call's times is over: the one in which it may compute, or the one in which it has to end. */
export type TimeLimit = 'cpu' | 'wall';

/** What the isolate says about itself with each outcome. Absent: it cannot tell. */
interface IsolateState {
  /** Pages of 64 KiB that its instances hold after the call, those included that wait for another call. */
  readonly pages?: number;
  /** How many instances hold them. */
  readonly instances?: number;
  /** Pages that this call's instance held when the call ended, also where it was thrown away since. */
  readonly callPages?: number;
  /** Whether this call's instance was used before and brought back to its first state, or made anew. */
  readonly reuse?: 'restored' | 'fresh';
  /** Why instances of this component are never used again. */
  readonly reuseReason?: string;
}

/** How a call ended, as the isolate tells it. */
export type CallOutcome = IsolateState &
  (
    | /** `json` is the whole answer, `{"result": …}`. */
    { readonly kind: 'ok' | 'err'; readonly json: string; readonly fuel: number }
    /** A command ended by itself. Without `streams` its output is here; `truncated`: there was more than was kept. */
    | {
        readonly kind: 'exited';
        readonly code: number;
        readonly stdout: string;
        readonly stderr: string;
        readonly truncated: boolean;
        readonly fuel: number;
      }
    /** A response was handed over, with all of its body. */
    | { readonly kind: 'responded'; readonly fuel: number }
    /** The handler answered with an `error-code` of `wasi:http/types`, of this name, instead of a response. */
    | { readonly kind: 'failed'; readonly error: string; readonly fuel: number }
    /** The arguments were refused before an instance was made. */
    | { readonly kind: 'refused'; readonly path: string; readonly expected: string; readonly message: string }
    /** The guest ended abnormally; `text` is V8's or the guest's own text. */
    | {
        readonly kind: 'crashed';
        readonly reason: 'trap' | 'out-of-memory' | 'out-of-fuel' | 'exit' | 'too-large';
        readonly text: string;
        readonly fuel: number;
      }
    | { readonly kind: 'timeout'; readonly of: TimeLimit; readonly fuel: number }
    /** `aborted()` of its capabilities said so. */
    | { readonly kind: 'aborted'; readonly reason: AbortReason; readonly fuel: number }
  );

/** The core modules that come with every isolate: `SLOT_WASM`, `COPY_WASM` and `COPY64_WASM`. */
export type PlatformModule = 'slot' | 'copy' | 'copy64';

/** What the isolate of a component answers to. */
export interface IsolateEntrypoint {
  call(request: CallRequest, capabilities: CallCapabilities): Promise<CallOutcome>;
  /** Instantiates once and drops the instance: the last build stage. `error` is a trap's text. */
  smoke(): Promise<{ readonly ok: true; readonly fuel: number } | { readonly ok: false; readonly error: string }>;
}
