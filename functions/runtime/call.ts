/** One call from its arguments to its outcome, on an instance that nobody used or that was brought back to its first state. */
import { resultToJson } from '../../src/component/codec/index.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { FUEL_PER_EXPORT_CALL, PAGE_BYTES } from '../../src/core/limits.ts';
import type { AbortReason, CallOutcome, CallRequest, StdioBatch, TimeLimit } from '../../src/isolate/protocol.ts';
import { readArguments, refusal } from './body.ts';
import { CapabilityClient, noCapabilities, type OpenCarrier, type SendUse } from './capabilities.ts';
import { UnmeteredModule } from './fuel.ts';
import type { Guest, GuestInstance } from './guest.ts';
import type { GuestEnd } from './guest-end.ts';
import { CallLifetime } from './lifetime.ts';
import { createLifting } from './lifting.ts';
import { elapsedMs, startTimer } from './platform.ts';
import { CallSlices, type SlicedCall } from './slices.ts';
import { Toll } from './toll.ts';
import { crashed, errArm } from './trap.ts';
import { GuestExit } from './wasi/failure.ts';
import { StdioBuffer } from './wasi/stdio-buffer.ts';

export interface FinishedCall {
  readonly outcome: CallOutcome;
  /** What the guest wrote, however it ended. */
  readonly output?: StdioBatch;
  /** Resolves when the shard has heard what it was told in passing; never rejects. */
  readonly heard?: Promise<unknown>;
}

/** What a call has from outside of its isolate. */
export interface CallAuthority {
  /** Tells when and why the call must end; asked once, by a call that lasts. */
  readonly aborted: () => Promise<AbortReason>;
  readonly use: SendUse;
  readonly openCarrier?: OpenCarrier;
}

/** How long a call that waits goes on before it asks whether it must end, in milliseconds: asking costs a message. */
const LASTING_MS = 5;

/** Nobody ends the call from outside, and nothing is there to use. */
const NO_AUTHORITY: CallAuthority = {
  aborted: () => Promise.withResolvers<AbortReason>().promise,
  use: noCapabilities,
};

/** How a call ends that its guest did not end. `stuck`: it computed too long where it cannot wait. */
type Ending = AbortReason | 'stuck';

/**
 * Runs a call. When its time is over, or its authority says so, it is ended for good: a guest that waits is woken and stopped,
 * one that computes is stopped at its next slice. The answer does not wait for that.
 */
export async function runCall(
  guest: Guest,
  request: CallRequest,
  authority: Partial<CallAuthority> = {},
): Promise<FinishedCall> {
  const fn = guest.export(request.function);
  if (fn === undefined) {
    return { outcome: refusal(`the component has no callable function \`${request.function}\``) };
  }
  const beganMs = elapsedMs();
  const { body, ...rest } = request;
  const values = readArguments(fn, body);
  if (!values.ok) return { outcome: values.error };
  if (elapsedMs() - beganMs > rest.timeoutMs) return { outcome: { kind: 'timeout', of: 'wall', fuel: 0 } };
  return new Call(guest, { ...rest, beganMs }, fn, { ...NO_AUTHORITY, ...authority }).run(values.value);
}

/** What is known of a call while it runs. Its body is not kept: it may be large, and has been read. */
interface RunningCall extends Omit<CallRequest, 'body'> {
  /** When its time began. */
  readonly beganMs: number;
}

class Call implements SlicedCall {
  readonly #guest: Guest;
  readonly #request: RunningCall;
  readonly #fn: CallableFunction;
  readonly #authority: CallAuthority;
  readonly #instance: GuestInstance;
  readonly #slices: CallSlices;
  readonly #lifetime: CallLifetime;
  readonly #toll: Toll;
  readonly #stdio = new StdioBuffer();
  readonly #capabilities: CapabilityClient;
  readonly #over = Promise.withResolvers<Ending>();
  #ending: Ending | undefined;
  /** The instance may be another call's. Who was asked whether this one must end answers when it has ended, or later. */
  #isReleased = false;
  /** The time that was over when the call ended. */
  #overrun: TimeLimit | undefined;
  /** Stops the timers of a call that lasts. */
  #stopTimers: (() => void) | undefined;
  #exit: GuestExit | undefined;
  #trap: { readonly error: unknown } | undefined;

  constructor(guest: Guest, request: RunningCall, fn: CallableFunction, authority: CallAuthority) {
    this.#guest = guest;
    this.#request = request;
    this.#fn = fn;
    this.#authority = authority;
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
    if (this.#stopTimers !== undefined || this.#isReleased) return;
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

  async run(values: readonly unknown[]): Promise<FinishedCall> {
    let outcome: CallOutcome | undefined;
    let callPages = 0;
    try {
      const end = await Promise.race([this.#over.promise, this.#run(values)]);
      this.#overrun ??= this.#slices.overrun;
      const late = this.#overrun !== undefined && !this.#instance.meter.exhausted;
      this.#close();
      outcome = this.#settle(typeof end === 'string' ? end : (this.#ending ?? (late ? 'timeout' : end)));
    } finally {
      this.#stopTimers?.();
      this.#close();
      this.#isReleased = true;
      callPages = this.#instance.memory.pages;
      this.#instance.release(outcome?.kind === 'ok' || outcome?.kind === 'err');
    }
    const output = this.#stdio.take();
    const { heard } = this.#capabilities;
    return {
      outcome: { ...outcome, ...this.#isolateState(), callPages },
      ...(output === undefined ? {} : { output }),
      ...(heard === undefined ? {} : { heard }),
    };
  }

  async #run(values: readonly unknown[]): Promise<GuestEnd> {
    const { meter } = this.#instance;
    try {
      const host = {
        context: {
          environment: this.#request.environment,
          stdio: this.#stdio,
          lifetime: this.#lifetime,
          capabilities: this.#capabilities,
          toll: this.#toll,
          exit: (code: number) => this.#leave(code),
        },
        lifting: createLifting(meter),
        trapped: (error: unknown) => this.#fail(error),
      };
      const linking = this.#instance.link(host);
      if (linking !== undefined) await linking;
      meter.charge(FUEL_PER_EXPORT_CALL);
      if (meter.exhausted) throw new Error('there is less fuel than a call of an export takes');
      return await this.#instance.call(this.#fn, values);
    } catch (error) {
      if (error instanceof UnmeteredModule) throw error;
      return { thrown: error };
    }
  }

  #abort(why: Ending): void {
    if (this.#ending !== undefined || this.#isReleased) return;
    this.#ending = why;
    this.#overrun = this.#slices.overrun;
    this.#close();
    this.#over.resolve(why);
  }

  /** From here on nothing works for the guest: whatever of it still runs, or is woken, stops. */
  #close(): void {
    this.#toll.close();
    this.#instance.meter.drain();
    this.#slices.close();
    this.#lifetime.end();
  }

  #fail(error: unknown): void {
    this.#trap ??= { error };
    this.#instance.meter.drain();
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
    const fuel = meter.used;
    if (end === 'timeout') return { kind: 'timeout', of: this.#overrun ?? 'wall', fuel };
    if (end === 'stuck') {
      const text = 'the component computes for too long where it cannot be interrupted';
      return { kind: 'crashed', reason: 'out-of-fuel', text, fuel };
    }
    if (typeof end === 'string') return { kind: 'aborted', reason: end, fuel };
    const lacksMemory = memory.refusedGrowths > 0;
    if (this.#exit !== undefined) return crashed(undefined, { exit: this.#exit, meter, lacksMemory });
    if (meter.refusal !== undefined) return crashed(undefined, { meter, lacksMemory });
    if (this.#trap !== undefined) return crashed(this.#trap.error, { meter, lacksMemory });
    if ('returned' in end) return this.#answer(end);
    const arm = errArm(this.#fn.result, end.thrown);
    return arm === undefined || meter.exhausted
      ? crashed(end.thrown, { meter, lacksMemory })
      : this.#answer({ thrown: arm.payload });
  }

  #answer(end: GuestEnd): CallOutcome {
    const { meter } = this.#instance;
    const fuel = meter.used;
    let json: string;
    let isErr: boolean;
    try {
      const result = resultToJson(this.#fn.result, end);
      json = JSON.stringify(result.json);
      isErr = result.isErr;
    } catch (error) {
      return crashed(error, { meter, lacksMemory: false });
    }
    const { maxResponseBytes } = this.#request;
    if (isLongerThan(json, maxResponseBytes)) {
      const text = `the result is more than ${maxResponseBytes} bytes of JSON`;
      return { kind: 'crashed', reason: 'too-large', text, fuel };
    }
    return { kind: isErr ? 'err' : 'ok', json, fuel };
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

const encoder = new TextEncoder();

/** Whether `text` has more than `bytes` bytes in UTF-8, where a UTF-16 unit takes one to three. */
function isLongerThan(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && encoder.encode(text).length > bytes;
}
