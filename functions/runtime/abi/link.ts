/** Makes an instance of a component from its compiled plan, and calls it. */
import type { CoreRef, PlanOptions } from '../../../src/component/link/plan.ts';
import type { GuestEnd } from '../guest-end.ts';
import { Border } from './border.ts';
import { type CompiledPlan, defined } from './compile.ts';
import { suspending } from './jspi.ts';
import { LiftedFunction } from './lifted.ts';
import { type Authority, type CoreFunction, type InstanceState, type LeftBehind, Running } from './state.ts';
import {
  callTrampoline,
  type Destroy,
  dropTrampoline,
  guestDestroy,
  hostDestroy,
  hostTrampoline,
  newTrampoline,
  repTrampoline,
} from './trampolines.ts';
import { RuleBroken } from './trap.ts';

/** What linking takes of the host, apart from the host functions. */
export interface LinkHost {
  /** The module with this number in the plan. */
  module(index: number): WebAssembly.Module;
  /** Makes core instance `index` and runs its start function, through `WebAssembly.promising` if that may wait. */
  instantiateCore(
    module: WebAssembly.Module,
    index: number,
    imports: WebAssembly.Imports,
  ): WebAssembly.Instance | Promise<WebAssembly.Instance>;
  /** Told of the run in which start functions are: whether they may wait can be asked while they run. */
  linking?(run: { readonly suspendable: boolean }): void;
  /** Told of every write into a guest's memory, before it is made. */
  readonly wrote?: (memory: WebAssembly.Memory, at: number, length: number) => void;
}

/** Makes an instance. Its start functions run for `authority`, which stays in force until `end`. Rejects with what ended it. */
export async function linkComponent(
  compiled: CompiledPlan,
  host: LinkHost,
  authority: Authority,
): Promise<LinkedComponent> {
  const { plan } = compiled;
  const running = new Running(plan.instances, plan.imports, host.wrote);
  running.begin(authority);
  const linker = new Linker(compiled, running);
  host.linking?.(running);
  running.promising = true;
  try {
    for (const [index, { module, args }] of plan.cores.entries()) {
      const imports: Record<string, WebAssembly.ModuleImports> = Object.create(null);
      for (const [name, from] of args) imports[name] = linker.argument(from);
      const made = host.instantiateCore(host.module(module), index, imports);
      linker.cores.push((made instanceof Promise ? await made : made).exports);
    }
  } catch (error) {
    throw running.fail(error);
  }
  running.promising = false;
  running.linking = false;
  // What a start function caught all the same.
  const ended = running.ended();
  if (ended !== undefined) throw ended.error;
  return new LinkedComponent(running, linker, compiled.exports);
}

class Linker {
  /** The exports of the core instances so far. */
  readonly cores: WebAssembly.Exports[] = [];
  readonly #compiled: CompiledPlan;
  readonly #running: Running;
  readonly #trampolines: WebAssembly.ImportValue[] = [];
  readonly #lifts: LiftedFunction[] = [];

  constructor(compiled: CompiledPlan, running: Running) {
    this.#compiled = compiled;
    this.#running = running;
  }

  argument(from: CompiledPlan['plan']['cores'][number]['args'][number][1]): WebAssembly.ModuleImports {
    // What an instance exports can be imported as it is.
    if (typeof from === 'number') return defined(this.cores[from]) as WebAssembly.ModuleImports;
    const imports: WebAssembly.ModuleImports = Object.create(null);
    for (const [name, item] of from) imports[name] = this.#item(item);
    return imports;
  }

  lift(index: number): LiftedFunction {
    const known = this.#lifts[index];
    if (known !== undefined) return known;
    const { instance, type, func, options } = defined(this.#compiled.plan.lifts[index]);
    const lifted = new LiftedFunction(
      this.#running,
      defined(this.#compiled.functions[type]),
      this.#border(instance, options),
      this.#function(func),
      options.postReturn === undefined ? undefined : this.#function(options.postReturn),
    );
    this.#lifts[index] = lifted;
    return lifted;
  }

  #item(ref: CoreRef): WebAssembly.ImportValue {
    if (typeof ref !== 'number') return defined(defined(this.cores[ref[0]])[ref[1]]) as WebAssembly.ImportValue;
    const known = this.#trampolines[ref];
    if (known !== undefined) return known;
    const func = this.#trampoline(ref);
    const item = this.#compiled.waits[ref] ? suspending(func) : func;
    this.#trampolines[ref] = item;
    return item;
  }

  #trampoline(index: number): CoreFunction {
    const { plan, functions, waits } = this.#compiled;
    const trampoline = defined(plan.trampolines[index]);
    const running = this.#running;
    const mayWait = waits[index] === true;
    const instance = this.#instance(trampoline.instance);
    switch (trampoline.kind) {
      case 'host': {
        const border = this.#border(trampoline.instance, trampoline.options);
        return hostTrampoline(running, border, defined(functions[trampoline.type]), trampoline.import, mayWait);
      }
      case 'call': {
        const border = this.#border(trampoline.instance, trampoline.options);
        return callTrampoline(running, border, this.lift(trampoline.lift));
      }
      case 'resource-new':
        return newTrampoline(running, instance, trampoline.resource);
      case 'resource-rep':
        return repTrampoline(running, instance, trampoline.resource);
      case 'resource-drop':
        return dropTrampoline(running, instance, trampoline.resource, this.#destroy(trampoline.resource, mayWait));
    }
  }

  #destroy(index: number, waits: boolean): Destroy {
    const resource = defined(this.#compiled.plan.resources[index]);
    if (!('instance' in resource)) return hostDestroy;
    if (resource.destructor === undefined) return () => undefined;
    const destructor = this.#function(resource.destructor);
    return guestDestroy(this.#running, this.#instance(resource.instance), destructor, waits);
  }

  #border(instance: number, { encoding, memory, realloc }: PlanOptions): Border {
    const found = memory === undefined ? undefined : this.#item(memory);
    if (found !== undefined && !(found instanceof WebAssembly.Memory))
      throw new Error('the plan takes something else for a memory');
    return new Border(
      this.#running,
      this.#instance(instance),
      encoding,
      found,
      realloc === undefined ? undefined : this.#function(realloc),
    );
  }

  #instance(index: number): InstanceState {
    return defined(this.#running.instances[index]);
  }

  #function(ref: CoreRef): CoreFunction {
    const found = this.#item(ref);
    if (typeof found !== 'function') throw new Error('the plan takes something else for a function');
    return found as CoreFunction; // a core function or a trampoline
  }
}

/** One instance of a component. It serves one call at a time, and none after a trap. */
export class LinkedComponent {
  readonly #running: Running;
  readonly #linker: Linker;
  readonly #exports: ReadonlyMap<string, number>;
  #isSpent = false;

  constructor(running: Running, linker: Linker, exports: ReadonlyMap<string, number>) {
    this.#running = running;
    this.#linker = linker;
    this.#exports = exports;
  }

  /** True when start functions called the host or made handles: their effects are not in memories, globals and tables. */
  get usedHostWhileLinking(): boolean {
    return this.#running.usedHostWhileLinking;
  }

  /** True when the guest runs on a stack that can be suspended as a whole. */
  get suspendable(): boolean {
    return this.#running.suspendable;
  }

  /** Lets the instance work for `authority` once more, after an `end` that left no more than handles behind. */
  begin(authority: Authority): void {
    if (this.#isSpent) throw new RuleBroken('an instance that left something behind was used again');
    this.#running.begin(authority);
  }

  /** Calls the exported function `id`. */
  async call(id: string, values: readonly unknown[]): Promise<GuestEnd> {
    const running = this.#running;
    const before = running.ended();
    if (before !== undefined) return { thrown: before.error };
    if (running.promising)
      return { thrown: new RuleBroken('the component was entered while a call of it was going on') };
    try {
      const lift = this.#linker.lift(defined(this.#exports.get(id)));
      running.promising = true;
      const { value } = await lift.call(values);
      running.promising = false;
      // What the guest was ended for, if it caught that.
      const ended = running.ended();
      if (ended !== undefined) return { thrown: ended.error };
      return lift.type.isFallible ? armOf(value) : { returned: value };
    } catch (error) {
      running.promising = false;
      return { thrown: running.fail(error) };
    }
  }

  /** Ends what `begin` began. When more than handles was left behind, the instance cannot be used again. */
  end(): LeftBehind {
    const left = this.#running.end();
    this.#isSpent ||= left === 'more';
    return left;
  }
}

/** A result at the top: its arms are told apart by returning and throwing. */
function armOf(value: unknown): GuestEnd {
  const { tag, val } = value as { readonly tag: 'ok' | 'err'; readonly val: unknown }; // the codec of a result made it
  return tag === 'ok' ? { returned: val } : { thrown: val };
}
