/** The globals that jco's glue uses, gathered from real glue, and what it takes from each. */

interface Use {
  /** True when the name itself is used: called, constructed, compared, handed on. */
  readonly itself: boolean;
  readonly members: ReadonlySet<string>;
}

function use(itself: boolean, ...members: readonly string[]): Use {
  return { itself, members: new Set(members) };
}

const VALUE = use(true);

/** By name. `itself` and `members` say what is allowed. */
export const GLOBALS: ReadonlyMap<string, Use> = new Map([
  ['Array', use(true, 'isArray', 'from')],
  ['ArrayBuffer', VALUE],
  ['BigInt', use(true, 'asIntN', 'asUintN')],
  ['BigInt64Array', VALUE],
  ['BigUint64Array', VALUE],
  ['Boolean', VALUE],
  ['DataView', VALUE],
  ['Error', VALUE],
  ['FinalizationRegistry', VALUE],
  ['Float32Array', VALUE],
  ['Float64Array', VALUE],
  ['Infinity', VALUE],
  ['Int16Array', VALUE],
  ['Int32Array', VALUE],
  ['Int8Array', VALUE],
  ['JSON', use(false, 'stringify')],
  ['Map', VALUE],
  ['Math', use(false, 'fround', 'max', 'min', 'random', 'trunc')],
  ['NaN', VALUE],
  ['Number', use(true, 'isFinite', 'isInteger', 'isNaN', 'isNumber', 'isSafeInteger', 'MAX_SAFE_INTEGER')],
  ['Object', use(true, 'assign', 'create', 'defineProperty', 'entries', 'freeze', 'keys', 'prototype', 'values')],
  ['Promise', use(true, 'all', 'allSettled', 'race', 'reject', 'resolve', 'withResolvers')],
  ['RangeError', VALUE],
  ['Set', VALUE],
  ['String', use(true, 'fromCharCode', 'fromCodePoint')],
  ['Symbol', use(true, 'asyncDispose', 'asyncIterator', 'dispose', 'for', 'iterator')],
  ['TextEncoder', VALUE],
  ['TypeError', VALUE],
  ['Uint16Array', VALUE],
  ['Uint32Array', VALUE],
  ['Uint8Array', VALUE],
  ['WebAssembly', use(true, 'Global', 'Instance', 'RuntimeError', 'SuspendError', 'Suspending', 'promising')],
  ['arguments', VALUE],
  ['clearInterval', VALUE],
  ['clearTimeout', VALUE],
  ['console', use(false, 'debug', 'error', 'warn')],
  ['queueMicrotask', VALUE],
  ['setInterval', VALUE],
  ['setTimeout', VALUE],
  ['undefined', VALUE],
]);

/**
 * Names that jco's own code uses in places where they are not declared: a ReferenceError when such a place is reached.
 * No global has one of these names, so they may also be declared.
 */
export const DANGLING: ReadonlySet<string> = new Set(['componentIdx', 'vals']);
