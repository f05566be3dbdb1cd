/** JavaScript Promise Integration, which the types of Workers do not know yet. */
import type { CoreFunction, CoreValue } from './state.ts';

interface Jspi {
  promising(func: CoreFunction): (...args: readonly CoreValue[]) => Promise<unknown>;
  readonly Suspending: new (func: CoreFunction) => CoreFunction;
}

const { promising: enter, Suspending: Suspends } = WebAssembly as unknown as Jspi; // see above

/** The function on a stack of its own: it may be suspended. */
export function promising(func: CoreFunction): (...args: readonly CoreValue[]) => Promise<unknown> {
  return enter(func);
}

/** An import that suspends its caller when `func` answers with a promise. */
export function suspending(func: CoreFunction): CoreFunction {
  return new Suspends(func);
}
