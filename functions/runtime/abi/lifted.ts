/** A function that a component instance exports, by `canon lift`: called by the host or by another component instance. */
import type { Border } from './border.ts';
import type { CompiledFunction } from './compile.ts';
import { liftResult, lowerArguments } from './functions.ts';
import { HandleScope } from './handles.ts';
import { promising } from './jspi.ts';
import type { CoreFunction, CoreValue, InstanceState, Running } from './state.ts';
import { broken } from './trap.ts';

export class LiftedFunction {
  readonly type: CompiledFunction;
  readonly #running: Running;
  readonly #instance: InstanceState;
  readonly #border: Border;
  readonly #func: CoreFunction;
  readonly #postReturn: CoreFunction | undefined;
  #promising: ReturnType<typeof promising> | undefined;

  constructor(
    running: Running,
    type: CompiledFunction,
    border: Border,
    func: CoreFunction,
    postReturn: CoreFunction | undefined,
  ) {
    this.#running = running;
    this.type = type;
    this.#instance = border.instance;
    this.#border = border;
    this.#func = func;
    this.#postReturn = postReturn;
  }

  /** Calls it on a stack of its own, so that it may be suspended. */
  async call(values: readonly unknown[]): Promise<Boxed> {
    const { args, scope } = this.#enter(values);
    this.#promising ??= promising(this.#func);
    return { value: this.#leave(await this.#promising(...args), scope) };
  }

  #enter(values: readonly unknown[]): { readonly args: readonly CoreValue[]; readonly scope: HandleScope | undefined } {
    const instance = this.#instance;
    if (!instance.mayEnter) broken('the component was entered while a call of it was going on');
    instance.mayEnter = false;
    const border = this.#border;
    const scope = this.type.borrows ? new HandleScope() : undefined;
    border.enter();
    border.scope = scope;
    instance.mayLeave = false;
    const args = lowerArguments(border, this.type, values);
    instance.mayLeave = true;
    border.scope = undefined;
    this.#running.lifting.cross();
    return { args, scope };
  }

  #leave(returned: unknown, scope: HandleScope | undefined): unknown {
    const instance = this.#instance;
    this.#running.lifting.cross();
    this.#border.enter();
    const value = liftResult(this.#border, this.type, returned);
    if (this.#postReturn !== undefined) {
      instance.mayLeave = false;
      this.#running.nested(this.#postReturn, returned === undefined ? [] : [returned as CoreValue]);
      instance.mayLeave = true;
    }
    scope?.close();
    instance.mayEnter = true;
    return value;
  }
}

/** A value of a guest in a box: it may have a `then`. */
export interface Boxed {
  readonly value: unknown;
}
