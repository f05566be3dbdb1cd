/** Functions at a border: parameters and results, out of a guest and into it. */
import type { Border } from './border.ts';
import { numberAt } from './codec.ts';
import type { CompiledFunction } from './compile.ts';
import type { CoreValue } from './state.ts';

/** The arguments that a guest calls a function with. The guest runs no more before all of them are there. */
export function liftArguments(border: Border, func: CompiledFunction, values: readonly CoreValue[]): unknown[] {
  const { params, paramsLayout, spills } = func;
  if (!spills) return params.map(({ codec, flatAt }) => codec.lift(border, values, flatAt));
  const at = border.region(numberAt(values, 0), paramsLayout.size, paramsLayout.align);
  return params.map(({ codec, offset }) => codec.load(border, at + offset));
}

/** The core values that a guest's function is called with. */
export function lowerArguments(border: Border, func: CompiledFunction, values: readonly unknown[]): CoreValue[] {
  const { params, paramsLayout, spills } = func;
  const out: CoreValue[] = [];
  let index = 0;
  if (!spills) {
    for (const { codec, flatAt } of params) codec.lower(border, values[index++], out, flatAt);
    return out;
  }
  const at = border.allocate(paramsLayout.size, paramsLayout.align);
  for (const { codec, offset } of params) codec.store(border, at + offset, values[index++]);
  return [at];
}

/** What a guest's function returned. */
export function liftResult(border: Border, { result, returnsPointer }: CompiledFunction, returned: unknown): unknown {
  if (result === undefined) return undefined;
  const values = [returned as CoreValue]; // the core function's type has one result
  if (!returnsPointer) return result.lift(border, values, 0);
  return result.load(border, border.region(numberAt(values, 0), result.size, result.align));
}

/** Gives a guest the result of a function that it called with `values`. */
export function lowerResult(
  border: Border,
  { result, returnsPointer, params, spills }: CompiledFunction,
  values: readonly CoreValue[],
  value: unknown,
): CoreValue | undefined {
  if (result === undefined) return undefined;
  if (!returnsPointer) {
    const out: CoreValue[] = [];
    result.lower(border, value, out, 0);
    return out[0];
  }
  const last = params.at(-1);
  const place = spills ? 1 : last === undefined ? 0 : last.flatAt + last.codec.flat.length;
  const at = border.region(numberAt(values, place), result.size, result.align);
  border.writing(at, result.size);
  result.store(border, at, value);
  return undefined;
}
