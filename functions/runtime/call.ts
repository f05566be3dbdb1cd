/** One call from its arguments to its outcome, on an instance of its own. */
import { resultToJson } from '../../src/component/codec/index.ts';
import { FUEL_PER_EXPORT_CALL } from '../../src/core/limits.ts';
import type { CallOutcome, CallRequest, StdioBatch } from '../../src/isolate/protocol.ts';
import { readArguments, refusal } from './body.ts';
import { type FuelMeter, UnmeteredModule } from './fuel.ts';
import { type Account, type Component, type Export, findExport, type GuestEnd } from './glue.ts';
import { CallLifetime } from './lifetime.ts';
import { startTimer } from './platform.ts';
import { Toll } from './toll.ts';
import { crashed, errArm } from './trap.ts';
import { GuestExit } from './wasi/failure.ts';
import { createWasi } from './wasi/index.ts';
import { StdioBuffer } from './wasi/stdio-buffer.ts';

export interface FinishedCall {
  readonly outcome: CallOutcome;
  /** What the guest wrote, however it ended. */
  readonly output?: StdioBatch;
}

/**
 * Runs a call. Once `timeoutMs` have passed it is over: a guest that waits is given up, one that calls the host is ended,
 * and an answer that comes later is not one. A guest that does none of these is ended by its fuel.
 */
export async function runCall(component: Component, request: CallRequest): Promise<FinishedCall> {
  const target = component.export(request.function);
  if (target === undefined) {
    return { outcome: refusal(`the component has no callable function \`${request.function}\``) };
  }
  const values = readArguments(target.fn, request.body);
  if (!values.ok) return { outcome: values.error };
  return new Call(component, request, target).run(values.value);
}

class Call {
  readonly #component: Component;
  readonly #request: CallRequest;
  readonly #target: Export;
  readonly #account: Account;
  readonly #meter: FuelMeter;
  readonly #lifetime = new CallLifetime();
  readonly #toll: Toll;
  readonly #stdio = new StdioBuffer();
  #exit: GuestExit | undefined;

  constructor(component: Component, request: CallRequest, target: Export) {
    this.#component = component;
    this.#request = request;
    this.#target = target;
    this.#account = component.account(request.fuel);
    this.#meter = this.#account.meter;
    this.#toll = new Toll(this.#meter, this.#lifetime, request.timeoutMs);
  }

  async run(values: readonly unknown[]): Promise<FinishedCall> {
    const end = this.#component.suspends ? await this.#suspending(values) : this.#start(values);
    const { late } = this.#toll;
    this.#toll.close();
    this.#meter.drain();
    this.#lifetime.end();
    const outcome = this.#settle(late && !this.#meter.exhausted ? 'timeout' : end);
    const output = this.#stdio.take();
    return output === undefined ? { outcome } : { outcome, output };
  }

  /** Instantiates and calls. In a component that suspends, what is returned is a promise of the glue's. */
  #start(values: readonly unknown[]): GuestEnd {
    try {
      const imports = createWasi(this.#component.interfaces, {
        environment: this.#request.environment,
        stdio: this.#stdio,
        lifetime: this.#lifetime,
        toll: this.#toll,
        exit: (code) => this.#leave(code),
      });
      const exports = this.#component.instantiate(imports, this.#account);
      this.#meter.charge(FUEL_PER_EXPORT_CALL);
      if (this.#meter.exhausted) throw new Error('there is less fuel than a call of an export takes');
      return { returned: findExport(exports, this.#target.path)(...values) };
    } catch (error) {
      if (error instanceof UnmeteredModule) throw error;
      return { thrown: error };
    }
  }

  #suspending(values: readonly unknown[]): Promise<GuestEnd | 'timeout'> {
    return new Promise((resolve) => {
      const stopTimer = startTimer(this.#request.timeoutMs, () => resolve('timeout'));
      const settle = (end: GuestEnd) => {
        stopTimer();
        resolve(end);
      };
      const started = this.#start(values);
      if ('thrown' in started || !(started.returned instanceof Promise)) return settle(started);
      started.returned.then(
        (returned: unknown) => settle({ returned }),
        (thrown: unknown) => settle({ thrown }),
      );
    });
  }

  /** `exit`: a guest that catches the error is ended by its next step, for it has no fuel left. */
  #leave(code: number): never {
    this.#exit ??= new GuestExit(code);
    this.#toll.close();
    this.#meter.drain();
    throw this.#exit;
  }

  #settle(end: GuestEnd | 'timeout'): CallOutcome {
    const type = this.#target.fn.result;
    const meter = this.#meter;
    if (end === 'timeout') return { kind: 'timeout', fuel: meter.used };
    if (this.#exit !== undefined) return crashed(undefined, this.#exit, meter);
    if (meter.refusal !== undefined) return crashed(undefined, undefined, meter);
    if ('returned' in end) return this.#answer(end);
    const arm = errArm(type, end.thrown);
    return arm === undefined || meter.exhausted
      ? crashed(end.thrown, undefined, meter)
      : this.#answer({ thrown: arm.payload });
  }

  #answer(end: GuestEnd): CallOutcome {
    const fuel = this.#meter.used;
    let json: string;
    let isErr: boolean;
    try {
      const result = resultToJson(this.#target.fn.result, end);
      json = JSON.stringify(result.json);
      isErr = result.isErr;
    } catch (error) {
      return crashed(error, undefined, this.#meter);
    }
    const { maxResponseBytes } = this.#request;
    if (isLongerThan(json, maxResponseBytes)) {
      const text = `the result is more than ${maxResponseBytes} bytes of JSON`;
      return { kind: 'crashed', reason: 'too-large', text, fuel };
    }
    return { kind: isErr ? 'err' : 'ok', json, fuel };
  }
}

const encoder = new TextEncoder();

/** Whether `text` has more than `bytes` bytes in UTF-8, where a UTF-16 unit takes one to three. */
function isLongerThan(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && encoder.encode(text).length > bytes;
}
