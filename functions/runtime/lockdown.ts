/**
 * Locks the globals before the glue is evaluated. The glue is made from an untrusted component; should some of its text
 * run that the builder did not foresee, then nothing it can reach is shared in a way that another call would notice.
 * After SES (`lockdown`, "enablements"), cut down to what one generated module needs.
 */

import { freezeAll, freezeDescriptor } from './freeze.ts';
import { randomBytes } from './platform.ts';

const LANGUAGE =
  'Infinity NaN undefined globalThis isFinite isNaN parseFloat parseInt Array ArrayBuffer BigInt BigInt64Array ' +
  'BigUint64Array Boolean DataView Date FinalizationRegistry Float32Array Float64Array Function Int8Array Int16Array ' +
  'Int32Array Iterator JSON Map Math Number Object Promise Proxy Reflect RegExp Set String Symbol Uint8Array ' +
  'Uint8ClampedArray Uint16Array Uint32Array WeakMap WeakRef WeakSet WebAssembly Error AggregateError EvalError ' +
  'RangeError ReferenceError SuppressedError SyntaxError TypeError URIError';

/** The globals that stay: the language, and what jco's glue asks of the platform and gets as it is. */
const KEPT_GLOBALS: ReadonlySet<string> = new Set([
  ...LANGUAGE.split(' '),
  ...['TextDecoder', 'TextEncoder', 'clearTimeout', 'queueMicrotask'],
]);

const [startTimeout, stopTimeout] = [setTimeout, clearTimeout];

/**
 * Takes what the glue has no use for out of the global object, and freezes what is left, prototypes included, and all
 * that `roots` lead to.
 */
export function lockdown(roots: readonly object[]): void {
  removeGlobals();
  removeMatches();
  replaceTimers();
  // The language's own generator is one for all calls: who sees its numbers can tell the next ones.
  Reflect.defineProperty(Math, 'random', { value: random });
  replaceGlobal('console', Object.freeze({ debug() {}, error() {}, log() {}, warn() {} }));
  Reflect.deleteProperty(Object.prototype, '__proto__');
  for (const prototype of overriddenPrototypes()) allowOverrides(prototype);
  const seen = new Set<object>([globalThis]);
  for (const root of [...hiddenIntrinsics(), Timer, ...roots]) freezeAll(root, seen);
  for (const key of Reflect.ownKeys(globalThis)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(globalThis, key);
    if (descriptor === undefined) continue;
    freezeDescriptor(descriptor, seen);
    if (!descriptor.configurable) continue;
    const fixed = 'value' in descriptor ? { configurable: false, writable: false } : { configurable: false };
    Reflect.defineProperty(globalThis, key, fixed);
  }
  Object.preventExtensions(globalThis);
}

/** Globals are own properties of the global object and of its prototypes (`ServiceWorkerGlobalScope`, …); symbols name none. */
function removeGlobals(): void {
  let owner: object | null = globalThis;
  while (owner !== null && owner !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (KEPT_GLOBALS.has(name) || name === 'constructor') continue;
      if (!Reflect.deleteProperty(owner, name)) throw new Error(`the global ${name} cannot be removed`);
    }
    owner = Reflect.getPrototypeOf(owner);
  }
}

/** `RegExp.$1`, `RegExp.lastMatch`, …: pieces of the text that was matched last, whichever call's it was. */
function removeMatches(): void {
  for (const key of Object.getOwnPropertyNames(RegExp)) {
    if (['length', 'name', 'prototype', 'escape'].includes(key)) continue;
    if (!Reflect.deleteProperty(RegExp, key)) throw new Error(`RegExp.${key} cannot be removed`);
  }
}

/** Stands for a timer instead of the platform's number, which another call could count or guess, and clear. */
class Timer {
  readonly #id: ReturnType<typeof startTimeout>;

  constructor(callback: () => void, ms: number) {
    this.#id = startTimeout(callback, ms);
  }

  static clear(timer: unknown): void {
    if (typeof timer === 'object' && timer !== null && #id in timer) stopTimeout(timer.#id);
  }
}

/** The platform takes a string to evaluate, and `this`, and more arguments: the glue needs a function and a delay. */
function replaceTimers(): void {
  replaceGlobal('setTimeout', (callback: unknown, ms: unknown) => {
    if (typeof callback !== 'function') throw new TypeError('setTimeout takes a function');
    return new Timer(() => callback(), Number(ms));
  });
  replaceGlobal('clearTimeout', (timer: unknown) => Timer.clear(timer));
}

function random(): number {
  return new DataView(randomBytes(4).buffer).getUint32(0) / 2 ** 32;
}

function replaceGlobal(name: string, value: unknown): void {
  Reflect.defineProperty(globalThis, name, { value, writable: false, enumerable: false, configurable: true });
}

/**
 * Prototypes whose properties code overrides by assignment. A frozen data property on a prototype forbids that
 * ("override mistake"), so here they become accessors that define an own property on the object assigned to.
 */
function overriddenPrototypes(): object[] {
  const errors = [globalThis, WebAssembly]
    .flatMap((namespace) => Object.values(Object.getOwnPropertyDescriptors(namespace)))
    .map(({ value }) => value?.prototype)
    .filter((prototype: unknown): prototype is object => prototype instanceof Error);
  return [Object.prototype, Error.prototype, ...errors];
}

function allowOverrides(prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(prototype, key);
    if (descriptor === undefined || !('value' in descriptor) || !descriptor.configurable) continue;
    const { value, enumerable = false } = descriptor;
    Reflect.defineProperty(prototype, key, {
      configurable: false,
      enumerable,
      get: () => value,
      set(this: unknown, own: unknown) {
        if (typeof this !== 'object' || this === null || this === prototype) throw new TypeError('read-only property');
        Reflect.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
      },
    });
  }
}

/** Objects of the language that no global names: one sample of each, whose prototypes lead to them. */
function hiddenIntrinsics(): object[] {
  const iterator = Reflect.get(globalThis, 'Iterator');
  return [
    new Error(), // its `stack` has a getter and a setter
    function* () {},
    async () => {},
    async function* () {},
    (function* () {})(),
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''[Symbol.iterator](),
    'x'.matchAll(/x/g),
    // %IteratorHelperPrototype% and %WrapForValidIteratorPrototype%, which the types do not know.
    iterator.from([]).drop(0),
    iterator.from({ next: () => ({ done: true }) }),
    ...[Uint8Array, globalThis].map((object) => Reflect.getPrototypeOf(object) ?? Object),
  ];
}
