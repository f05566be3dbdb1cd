/** What one call does: the export that it enters, what that is called with, and what comes of its end. */
import type { CallOutcome } from '../../../src/isolate/protocol.ts';
import type { AnswerBody, ResponseHead } from '../../../src/isolate/tasks.ts';
import type { GuestEnd } from '../guest-end.ts';
import type { WasiContext } from '../wasi/context.ts';
import type { OutputSink } from '../wasi/output-sink.ts';

/** What a task has of its call while the guest runs. */
export interface TaskFrame {
  /** The WASI objects that the task makes belong to this call. */
  readonly context: WasiContext;
  /** Whether the guest can wait where a host function answers with a promise. */
  readonly mayWait: boolean;
  readonly maxResponseBytes: number;
  /** Hands over the answer of a call that streams; see `CallCapabilities.respond`. */
  respond(head: ResponseHead, body: AnswerBody): Promise<boolean>;
  /** Ends the guest at once, with this outcome. */
  stop(outcome: (fuel: number) => CallOutcome): void;
}

/** How the guest ended where it was not ended: by returning, by the `err` arm of a result, or by `wasi:cli/exit`. */
export type TaskEnd = GuestEnd | { readonly exitCode: number };

export interface Task {
  /** Id of the export. */
  readonly export: string;
  /** Whether its result is a `result`. */
  readonly isFallible: boolean;
  /** Whether a guest that calls `exit` has done what it was called for. */
  readonly mayExit: boolean;
  /** What `wasi:cli` shows of the call. */
  readonly cli: { readonly args: readonly string[]; readonly stdin: string };
  /** The guest is about to run: what its export is called with. */
  begin(frame: TaskFrame): readonly unknown[];
  /** Takes what the guest writes to its standard streams, beside what is kept for the log. There from `begin` on. */
  readonly output?: OutputSink | undefined;
  /** What the end means. What it throws is a crash of the guest. */
  settle(end: TaskEnd, fuel: number): CallOutcome;
  /**
   * The guest is gone: passes on the rest of what it gave, if anything is there to pass on. Resolves with the outcome that
   * this comes to. Never rejects.
   */
  finish?(outcome: CallOutcome): Promise<CallOutcome>;
  /** The call is over, whatever was still to be passed on. */
  abandon?(): void;
}
