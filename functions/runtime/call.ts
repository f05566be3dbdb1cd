/** One call from its task to its outcome, on an instance that nobody used or that was brought back to its first state. */
import { FUEL_PER_EXPORT_CALL, PAGE_BYTES } from '../../src/core/limits.ts';
import type { AbortReason, CallOutcome, CallRequest, GuestOutput, TimeLimit } from '../../src/isolate/protocol.ts';
import type { AnswerBody, ResponseHead } from '../../src/isolate/tasks.ts';
import { CapabilityClient, noCapabilities, type OpenCarrier, type SendUse } from './capabilities.ts';
import { UnmeteredModule } from './fuel.ts';
import type { Guest, GuestInstance } from './guest.ts';
import type { GuestEnd } from './guest-end.ts';
import { CallLifetime } from './lifetime.ts';
import { createLifting } from './lifting.ts';
import { elapsedMs, startTimer } from './platform.ts';
import { CallSlices, type SlicedCall } from './slices.ts';
import { openTask } from './tasks/open-task.ts';
import type { Task, TaskEnd } from './tasks/task.ts';
import { Toll } from './toll.ts';
import { crashed, errArm } from './trap.ts';
import { GuestExit } from './wasi/failure.ts';
import { LogBuffer } from './wasi/log-buffer.ts';
import { StdioBuffer } from './wasi/stdio-buffer.ts';

export interface FinishedCall {
  readonly outcome: CallOutcome;
  /** What the guest wrote, however it ended. */
  readonly output?: GuestOutput;
  /** Resolves when the shard has heard what it was told in passing; never rejects. */
  readonly heard?: Promise<unknown>;
}

/** What a call has from outside of its isolate. */
export interface CallAuthority {
  /** Tells when and why the call must end; asked once, by a call that lasts. */
  readonly aborted: () => Promise<AbortReason>;
  readonly use: SendUse;
  readonly openCarrier?: OpenCarrier;
  /** Hands over the answer of a call that streams. */
  readonly respond: (head: ResponseHead, body: AnswerBody) => Promise<boolean>;
}

/** How long a call that waits goes on before it asks whether it must end, in milliseconds: asking costs a message. */
const LASTING_MS = 5;

/** Nobody ends the call from outside, and nothing is there to use. */
const NO_AUTHORITY: CallAuthority = {
  aborted: () => Promise.withResolvers<AbortReason>().promise,
  use: noCapabilities,
  respond: async () => false,
};

/** How a call ends that its guest did not end. `stuck`: it computed too long where it cannot wait. `stopped`: by its task. */
type Ending = AbortReason | 'stuck' | 'stopped';

/** Outcomes after which the guest has come to its end as it wanted. */
const LEAVES_CLEAN: ReadonlySet<CallOutcome['kind']> = new Set(['ok', 'err', 'exited', 'responded', 'failed']);

/**
 * Runs a call. When its time is over, or its authority says so, it is ended for good: a guest that waits is woken and stopped,
 * one that computes is stopped at its next slice. The answer does not wait for that.
 */
export async function runCall(
  guest: Guest,
  request: CallRequest,
  authority: Partial<CallAuthority> = {},
): Promise<FinishedCall> {
  const beganMs = elapsedMs();
  const { task: what, ...rest } = request;
  const task = openTask(guest, what, rest.maxResponseBytes);
  if (!task.ok) return { outcome: task.error };
  if (elapsedMs() - beganMs > rest.timeoutMs) return { outcome: { kind: 'timeout', of: 'wall', fuel: 0 } };
  return new Call(guest, { ...rest, beganMs }, task.value, { ...NO_AUTHORITY, ...authority }).run();
}

/** What is known of a call while it runs. What was brought to it is not kept: it may be large, and is the task's. */
interface RunningCall extends Omit<CallRequest, 'task'> {
  /** When its time began. */
  readonly beganMs: number;
}

class Call implements SlicedCall {
  readonly #guest: Guest;
  readonly #request: RunningCall;
  readonly #task: Task;
  readonly #authority: CallAuthority;
  readonly #instance: GuestInstance;
  readonly #slices: CallSlices;
  readonly #lifetime: CallLifetime;
  readonly #toll: Toll;
  readonly #stdio = new StdioBuffer();
  readonly #logs: LogBuffer;
  readonly #capabilities: CapabilityClient;
  readonly #over = Promise.withResolvers<Ending>();
  #ending: Ending | undefined;
  /** The outcome that the task has ended the guest with. */
  #stopped: ((fuel: number) => CallOutcome) | undefined;
  /** The instance may be another call's. */
  #isReleased = false;
  /** Nothing of the call goes on. Who was asked whether it must end answers when it has ended, or later. */
  #isOver = false;
  /** The time that was over when the call ended. */
  #overrun: TimeLimit | undefined;
  /** Stops the timers of a call that lasts. */
  #stopTimers: (() => void) | undefined;
  #exit: GuestExit | undefined;
  #trap: { readonly error: unknown } | undefined;

  constructor(guest: Guest, request: RunningCall, task: Task, authority: CallAuthority) {
    this.#guest = guest;
    this.#request = request;
    this.#task = task;
    this.#authority = authority;
    this.#logs = new LogBuffer(request.logLevel);
    const { memoryBytes, reuse, maxIdle, timeoutMs, beganMs, cpuMs } = request;
    this.#instance = guest.take({ maxPages: Math.floor(memoryBytes / PAGE_BYTES), reuse, maxIdle });
    this.#slices = new CallSlices(this, { timeoutMs, beganMs, cpuMs, maxInRow: guest.maxSlicesInRow });
    this.#lifetime = new CallLifetime(this.#slices);
    this.#capabilities = new CapabilityClient(authority.use, this.#lifetime, authority.openCarrier);
    this.#toll = new Toll(this.#instance.meter, this.#lifetime, this.#slices);
    this.#instance.meter.begin(request.fuel, this.#slices);
  }

  get suspendable(): boolean {
    return this.#instance.suspendable;
  }

  /** Timers are for calls that give way or wait: in all others none could fire, and two of them take as long as a small call. */
  lasts(): void {
    if (this.#stopTimers !== undefined || this.#isOver) return;
    const stopDeadline = startTimer(this.#slices.remainingMs, () => this.end('late'));
    const stopListening = startTimer(LASTING_MS, () => {
      // When the shard cannot be asked it is gone, and what it would have said does not matter.
      this.#authority.aborted().then(
        (reason) => this.#abort(reason),
        () => undefined,
      );
    });
    this.#stopTimers = () => {
      stopDeadline();
      stopListening();
    };
  }

  end(why: 'late' | 'stuck'): void {
    this.#abort(why === 'late' ? 'timeout' : 'stuck');
  }

  async run(): Promise<FinishedCall> {
    let outcome: CallOutcome | undefined;
    let callPages = 0;
    try {
      const end = await Promise.race([this.#over.promise, this.#run()]);
      this.#overrun ??= this.#slices.overrun;
      const late = this.#overrun !== undefined && !this.#instance.meter.exhausted;
      this.#close();
      outcome = this.#settle(typeof end === 'string' ? end : (this.#ending ?? (late ? 'timeout' : end)));
    } finally {
      this.#close();
      this.#isReleased = true;
      callPages = this.#instance.memory.pages;
      this.#instance.memory.hold(0);
      this.#instance.release(this.#exit === undefined && outcome !== undefined && LEAVES_CLEAN.has(outcome.kind));
      if (outcome === undefined) this.#conclude();
    }
    const finished = await this.#finish(outcome);
    const output = this.#takeOutput();
    const { heard } = this.#capabilities;
    return {
      outcome: { ...finished, ...this.#isolateState(), callPages },
      ...(output === undefined ? {} : { output }),
      ...(heard === undefined ? {} : { heard }),
    };
  }

  /** The guest is gone, and its instance with it; what it gave is passed on in what is left of the call's time. */
  async #finish(outcome: CallOutcome): Promise<CallOutcome> {
    const rest = this.#ending === undefined ? this.#task.finish?.(outcome) : undefined;
    if (rest !== undefined) this.lasts();
    const end = rest === undefined ? outcome : await Promise.race([this.#over.promise, rest]);
    this.#conclude();
    if (rest === undefined || typeof end === 'string') this.#task.abandon?.();
    return typeof end === 'string' ? this.#endedAs(end, 'fuel' in outcome ? outcome.fuel : 0) : end;
  }

  #conclude(): void {
    this.#isOver = true;
    this.#stopTimers?.();
  }

  async #run(): Promise<GuestEnd> {
    const { meter } = this.#instance;
    try {
      const context = {
        environment: this.#request.environment,
        cli: this.#task.cli,
        stdio: this.#stdio,
        logs: this.#logs,
        output: () => this.#task.output,
        lifetime: this.#lifetime,
        capabilities: this.#capabilities,
        directories: this.#request.directories ?? [],
        memory: this.#instance.memory,
        toll: this.#toll,
        exit: (code: number) => this.#leave(code),
      };
      const host = { context, lifting: createLifting(meter), trapped: (error: unknown) => this.#fail(error) };
      const linking = this.#instance.link(host);
      if (linking !== undefined) await linking;
      meter.charge(FUEL_PER_EXPORT_CALL);
      if (meter.exhausted) throw new Error('there is less fuel than a call of an export takes');
      const values = this.#task.begin({
        context,
        mayWait: this.#guest.mayWait,
        maxResponseBytes: this.#request.maxResponseBytes,
        respond: this.#authority.respond,
        stop: (outcome) => this.#stop(outcome),
      });
      return await this.#instance.call(this.#task.export, values);
    } catch (error) {
      if (error instanceof UnmeteredModule) throw error;
      return { thrown: error };
    }
  }

  #abort(why: Ending): void {
    if (this.#ending !== undefined || this.#isOver) return;
    this.#ending = why;
    this.#overrun = this.#slices.overrun;
    this.#close();
    this.#over.resolve(why);
  }

  /** From here on nothing works for the guest: whatever of it still runs, or is woken, stops. */
  #close(): void {
    if (this.#isReleased) return;
    this.#toll.close();
    this.#instance.meter.drain();
    this.#slices.close();
    this.#lifetime.end();
  }

  #fail(error: unknown): void {
    this.#trap ??= { error };
    this.#instance.meter.drain();
  }

  #stop(outcome: (fuel: number) => CallOutcome): void {
    if (this.#isReleased) return;
    this.#stopped ??= outcome;
    this.#abort('stopped');
  }

  /** `exit`: a guest that catches the error is ended by its next step, for it has no fuel left. */
  #leave(code: number): never {
    this.#exit ??= new GuestExit(code);
    this.#toll.close();
    this.#instance.meter.drain();
    throw this.#exit;
  }

  #settle(end: GuestEnd | Ending): CallOutcome {
    const { meter, memory } = this.#instance;
    if (typeof end === 'string') return this.#endedAs(end, meter.used);
    const lacksMemory = memory.refusedGrowths > 0;
    if (this.#exit !== undefined) {
      if (this.#task.mayExit) return this.#answer({ exitCode: this.#exit.code });
      return crashed(undefined, { exit: this.#exit, meter, lacksMemory });
    }
    if (meter.refusal !== undefined) return crashed(undefined, { meter, lacksMemory });
    if (this.#trap !== undefined) return crashed(this.#trap.error, { meter, lacksMemory });
    if ('returned' in end) return this.#answer(end);
    const arm = errArm(this.#task.isFallible, end.thrown);
    return arm === undefined || meter.exhausted
      ? crashed(end.thrown, { meter, lacksMemory })
      : this.#answer({ thrown: arm.payload });
  }

  #endedAs(end: Ending, fuel: number): CallOutcome {
    switch (end) {
      case 'timeout':
        return { kind: 'timeout', of: this.#overrun ?? 'wall', fuel };
      case 'stuck': {
        const text = 'the component computes for too long where it cannot be interrupted';
        return { kind: 'crashed', reason: 'out-of-fuel', text, fuel };
      }
      case 'stopped':
        if (this.#stopped === undefined) throw new Error('INTERNAL: a call was stopped without an outcome');
        return this.#stopped(fuel);
      default:
        return { kind: 'aborted', reason: end, fuel };
    }
  }

  #answer(end: TaskEnd): CallOutcome {
    const { meter } = this.#instance;
    try {
      return this.#task.settle(end, meter.used);
    } catch (error) {
      return crashed(error, { meter, lacksMemory: false });
    }
  }

  /** Nothing when the guest wrote nothing: the message is spared. */
  #takeOutput(): GuestOutput | undefined {
    const stdio = this.#stdio.take();
    const logs = this.#logs.take();
    if (logs === undefined) return stdio;
    return { ...(stdio ?? { lines: [], droppedBytes: 0 }), logs };
  }

  #isolateState() {
    const { freshBecause, held } = this.#guest;
    return {
      ...held,
      reuse: this.#instance.origin,
      ...(freshBecause === undefined ? {} : { reuseReason: freshBecause }),
    };
  }
}
