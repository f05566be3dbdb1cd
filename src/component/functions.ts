/** The functions that a component exports, as callers name them: which there are, which can be called, which was meant. */
import { err, ok, type Result } from '../core/result.ts';
import { functionKey } from './func-name.ts';
import type { CallableFunction, Func, Interface, ValueType, World } from './model.ts';
import { componentsOf } from './type-names.ts';

/**
 * The exported functions in the order of the binary. Left out are `wasi:` interfaces (the platform calls those through
 * their own protocols) and what a toolchain exports for itself.
 */
export function exportedFunctions(world: World): CallableFunction[] {
  const functions: CallableFunction[] = [];
  for (const item of world.exports) {
    if (item.kind === 'function' && !isQuickJsInit(item.function)) functions.push(callable(item.function, undefined));
    if (item.kind === 'interface' && !item.interface.name.startsWith('wasi:')) {
      for (const func of item.interface.functions) functions.push(callable(func, item.interface.name));
    }
  }
  return functions;
}

/** The functions of an interface that a component imports, in the order of the binary. */
export function importedFunctions({ name, functions }: Interface): CallableFunction[] {
  return functions.map((func) => callable(func, name));
}

/** The part of a function that names it: lists of more or less than `CallableFunction` can be searched as well. */
export type NamedFunction = Pick<CallableFunction, 'id'>;

/** What a request may have meant when it names no function: likely names, and the several that it fits. */
export interface Unresolved {
  readonly nearest: string[];
  readonly ambiguous?: string[];
}

/** Most suggestions given for a name that fits nothing. */
const MAX_NEAREST = 3;

/** Longest part of a name that is compared, in characters, and most names: edit distance takes the product of all. */
const MAX_COMPARED_LENGTH = 80;
const MAX_COMPARED_NAMES = 500;

/**
 * Finds the function that a caller names: by its full id, without the version, by the interface's last segment
 * (`tools#process-text`), or by the bare function name, wherever that fits exactly one.
 */
export function resolveFunction<T extends NamedFunction>(
  functions: readonly T[],
  requested: string,
): Result<T, Unresolved> {
  const exact = functions.find(({ id }) => id === requested);
  if (exact !== undefined) return ok(exact);
  for (const spelling of [withoutVersion, lastSegment, bareName]) {
    const matches = functions.filter((candidate) => spelling(candidate) === requested);
    const [match] = matches;
    if (match !== undefined && matches.length === 1) return ok(match);
    if (matches.length > 1) {
      const ids = matches.map(({ id }) => id);
      return err({ nearest: ids.slice(0, MAX_NEAREST), ambiguous: ids });
    }
  }
  return err({ nearest: nearest(functions, requested) });
}

function callable(func: Func, owner: string | undefined): CallableFunction {
  const key = functionKey(func);
  const reason = whyNotCallable(func);
  return {
    id: owner === undefined ? key : `${owner}#${key}`,
    name: func.name,
    ...(owner === undefined ? {} : { interface: owner }),
    ...(func.docs === undefined ? {} : { description: func.docs }),
    params: func.params,
    ...(func.result === undefined ? {} : { result: func.result }),
    callable: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
  };
}

function whyNotCallable(func: Func): string | undefined {
  if (func.kind !== 'freestanding')
    return `it belongs to the resource ${func.resource}, and resources live inside a process`;
  if (func.async) return 'it is an async function of WASI 0.3, which is not supported';
  const seen = new Set<ValueType>();
  for (const { name, type } of func.params) {
    const found = unwritable(type, seen);
    if (found !== undefined) return `its parameter ${name} contains ${found}, which cannot be written in JSON`;
  }
  const found = func.result && unwritable(func.result, seen);
  return found && `its result contains ${found}, which cannot be written in JSON`;
}

/** The first part of a type that has no JSON form; `seen` keeps shared types from being walked twice. */
function unwritable(type: ValueType, seen: Set<ValueType>): string | undefined {
  if (seen.has(type)) return undefined;
  seen.add(type);
  switch (type.kind) {
    case 'own':
    case 'borrow':
      return `the resource ${type.resource.name}`;
    case 'stream':
    case 'future':
      return `a ${type.kind}`;
    case 'error-context':
      return 'an error-context';
    default:
      for (const child of componentsOf(type)) {
        const found = unwritable(child, seen);
        if (found !== undefined) return found;
      }
      return undefined;
  }
}

/**
 * componentize-qjs 0.4 leaves the entry point of its build step in the world: it runs once, at build time. Nothing but
 * its exact type tells it from a function of the author's.
 */
function isQuickJsInit({ name, kind, params, result }: Func): boolean {
  if (name !== 'init' || kind !== 'freestanding' || result?.kind !== 'result') return false;
  const spelled = params.map((param) => `${param.name}:${param.type.kind}`).join();
  return (
    spelled === 'shim:string,script:string,entry-path:option,disable-gc:bool' &&
    result.ok === undefined &&
    result.err?.kind === 'string'
  );
}

function withoutVersion({ id }: NamedFunction): string {
  return id.replace(/@[^#]*#/, '#');
}

function lastSegment({ id }: NamedFunction): string {
  return withoutVersion({ id }).replace(/^[^#]*\//, '');
}

function bareName({ id }: NamedFunction): string {
  return id.slice(id.indexOf('#') + 1);
}

function nearest(functions: readonly NamedFunction[], requested: string): string[] {
  const wanted = requested.slice(0, MAX_COMPARED_LENGTH).toLowerCase();
  const scored = functions.slice(0, MAX_COMPARED_NAMES).map((candidate) => {
    const spellings = [candidate.id, withoutVersion(candidate), lastSegment(candidate), bareName(candidate)];
    const distances = spellings.map((spelling) => editDistance(wanted, spelling));
    return { id: candidate.id, distance: Math.min(...distances) };
  });
  return scored
    .filter(({ id, distance }) => distance <= Math.max(2, Math.floor(Math.min(wanted.length, id.length) / 2)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_NEAREST)
    .map(({ id }) => id);
}

/** Levenshtein distance with two rows. */
function editDistance(a: string, b: string): number {
  const target = b.slice(0, MAX_COMPARED_LENGTH).toLowerCase();
  let previous = Array.from({ length: target.length + 1 }, (_, index) => index);
  for (let row = 0; row < a.length; row += 1) {
    const current = [row + 1];
    for (let column = 0; column < target.length; column += 1) {
      const substitute = (previous[column] ?? 0) + (a[row] === target[column] ? 0 : 1);
      current.push(Math.min(substitute, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[target.length] ?? 0;
}
