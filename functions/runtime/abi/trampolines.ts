/** The core functions that the linker gives to a guest: calls of the host, calls of other instances, and resources. */

import { UNITS_PER_INSTANCE_CALL, UNITS_PER_TRAMPOLINE } from '../limits.ts';
import { WasiFailure } from '../wasi/failure.ts';
import type { Border } from './border.ts';
import type { CompiledFunction } from './compile.ts';
import { liftArguments, lowerResult } from './functions.ts';
import { HandleScope } from './handles.ts';
import { promising } from './jspi.ts';
import type { LiftedFunction } from './lifted.ts';
import type { CoreFunction, CoreValue, InstanceState, Running, Settled } from './state.ts';
import { broken } from './trap.ts';

/** A call of a host function. With `waits` it may answer a promise, where the guest can be suspended. */
export function hostTrampoline(
  running: Running,
  border: Border,
  func: CompiledFunction,
  index: number,
  waits: boolean,
): CoreFunction {
  const { instance } = border;
  const finish = (values: readonly CoreValue[], scope: HandleScope | undefined, end: Settled): unknown => {
    const value = func.isFallible ? arms(end) : bare(end);
    border.enter();
    instance.mayLeave = false;
    const lowered = lowerResult(border, func, values, value);
    instance.mayLeave = true;
    scope?.close();
    return lowered;
  };
  return guarded(running, (...values) => {
    running.leave(instance);
    const scope = func.borrows ? new HandleScope() : undefined;
    border.enter();
    border.scope = scope;
    const args = liftArguments(border, func, values);
    border.scope = undefined;
    const end = settle(running, index, args);
    if (!('returned' in end && end.returned instanceof Promise)) return finish(values, scope, end);
    if (!waits || !running.suspendable) broken('the component waits where it cannot be suspended');
    return running.wait(end.returned, (settled) => finish(values, scope, settled));
  });
}

function settle(running: Running, index: number, args: readonly unknown[]): Settled {
  const host = running.hostFunction(index);
  try {
    return { returned: host(...args) };
  } catch (thrown) {
    return { thrown };
  }
}

/** The value of type `result` that a host function means: it returns what is ok and throws a `WasiFailure`. */
function arms(end: Settled): unknown {
  if ('returned' in end) return { tag: 'ok', val: end.returned };
  if (end.thrown instanceof WasiFailure) return { tag: 'err', val: end.thrown.payload };
  throw end.thrown;
}

function bare(end: Settled): unknown {
  if ('returned' in end) return end.returned;
  throw end.thrown;
}

/** A call of a function of another component instance, on a stack of its own: its slices end, and it may wait. */
export function callTrampoline(running: Running, border: Border, lift: LiftedFunction): CoreFunction {
  const { instance } = border;
  const finish = (values: readonly CoreValue[], scope: HandleScope | undefined, value: unknown): unknown => {
    border.enter();
    instance.mayLeave = false;
    const lowered = lowerResult(border, lift.type, values, value);
    instance.mayLeave = true;
    scope?.close();
    return lowered;
  };
  return guarded(running, (...values) => {
    const { lifting } = running.leave(instance);
    lifting.charge(UNITS_PER_INSTANCE_CALL);
    const scope = lift.type.borrows ? new HandleScope() : undefined;
    border.enter();
    border.scope = scope;
    const args = liftArguments(border, lift.type, values);
    border.scope = undefined;
    return lift.call(args).then(({ value }) => finish(values, scope, value));
  });
}

/** `canon resource.new`: a handle for a number of the instance that defines the resource. */
export function newTrampoline(running: Running, instance: InstanceState, resource: number): CoreFunction {
  return guarded(running, (rep) => {
    running.leave(instance).lifting.charge(UNITS_PER_TRAMPOLINE);
    return instance.handles.add(resource, Number(rep) | 0, undefined);
  });
}

/** `canon resource.rep`: the number behind a handle. */
export function repTrampoline(running: Running, instance: InstanceState, resource: number): CoreFunction {
  return guarded(running, (index) => instance.handles.get(Number(index), resource).rep);
}

/** What is done with an owned thing that its last handle let go. May answer a promise. */
export type Destroy = (rep: unknown, from: InstanceState) => unknown;

/** `canon resource.drop`. */
export function dropTrampoline(
  running: Running,
  instance: InstanceState,
  resource: number,
  destroy: Destroy,
): CoreFunction {
  return guarded(running, (index) => {
    running.leave(instance).lifting.charge(UNITS_PER_TRAMPOLINE);
    const { rep, borrowedBy } = instance.handles.remove(Number(index), resource);
    if (borrowedBy === undefined) return destroy(rep, instance);
    borrowedBy.borrows -= 1;
    return undefined;
  });
}

/** Destroys a resource of a guest: its own instance calls the destructor as it is, others enter that instance. */
export function guestDestroy(
  running: Running,
  owner: InstanceState,
  destructor: CoreFunction,
  waits: boolean,
): Destroy {
  const alone = waits ? promising(destructor) : undefined;
  return (rep, from) => {
    const isForeign = from !== owner;
    if (isForeign && !owner.mayEnter)
      broken('a destructor of the component was called while a call of it was going on');
    if (isForeign) owner.mayEnter = false;
    const done = (): undefined => {
      if (isForeign) owner.mayEnter = true;
      return undefined;
    };
    const args = [Number(rep)];
    if (alone === undefined || !running.suspendable) {
      running.nested(destructor, args);
      return done();
    }
    return alone(...args).then(done);
  };
}

/** Lets an object of the host go. */
export const hostDestroy: Destroy = (rep) => {
  const dispose = typeof rep === 'object' && rep !== null ? Reflect.get(rep, Symbol.dispose) : undefined;
  if (typeof dispose === 'function') Reflect.apply(dispose, rep, []);
  return undefined;
};

/** Whatever goes wrong ends the guest: it could catch what is thrown at it. */
function guarded(running: Running, run: CoreFunction): CoreFunction {
  return (...values) => {
    let returned: unknown;
    try {
      returned = run(...values);
    } catch (error) {
      throw running.fail(error);
    }
    if (!(returned instanceof Promise)) return returned;
    return returned.catch((error: unknown) => {
      throw running.fail(error);
    });
  };
}
