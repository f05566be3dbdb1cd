/** How a function of the model is spelled in the binary, in ids and in docs. */
import type { Func } from './model.ts';

/** `f`, `[constructor]r`, `[method]r.f` or `[static]r.f`. */
export function functionKey(func: Pick<Func, 'name' | 'kind' | 'resource'>): string {
  if (func.kind === 'freestanding' || func.resource === undefined) return func.name;
  return func.kind === 'constructor' ? `[constructor]${func.resource}` : `[${func.kind}]${func.resource}.${func.name}`;
}
