/**
 * Locks the globals before the glue is evaluated. The glue is made from an untrusted component; should some of its text
 * run that the builder did not foresee, then nothing it can reach is shared in a way that another call would notice.
 * After SES (`lockdown`, "enablements"), cut down to what one generated module needs.
 */

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

/**
 * Takes what the glue has no use for out of the global object, and freezes what is left, prototypes included, and all
 * that `roots` lead to.
 */
export function lockdown(roots: readonly object[]): void {
  const { setTimeout } = globalThis;
  removeGlobals();
  // The platform takes a string to evaluate, and `this`, and more arguments: the glue needs a function and a delay.
  replaceGlobal('setTimeout', (callback: unknown, ms: unknown) => {
    if (typeof callback !== 'function') throw new TypeError('setTimeout takes a function');
    return setTimeout(() => callback(), Number(ms));
  });
  replaceGlobal('console', Object.freeze({ debug() {}, error() {}, log() {}, warn() {} }));
  Reflect.deleteProperty(Object.prototype, '__proto__');
  for (const prototype of overriddenPrototypes()) allowOverrides(prototype);
  const seen = new Set<object>([globalThis]);
  for (const root of [...hiddenIntrinsics(), ...roots]) freezeAll(root, seen);
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
  return [
    function* () {},
    async () => {},
    async function* () {},
    (function* () {})(),
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''[Symbol.iterator](),
    'x'.matchAll(/x/g),
    ...[Uint8Array, globalThis].map((object) => Reflect.getPrototypeOf(object) ?? Object),
  ];
}

/** Freezes an object and all that it leads to: prototypes, values, getters and setters. */
function freezeAll(root: object, seen: Set<object>): void {
  const waiting = [root];
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    if (seen.has(object)) continue;
    seen.add(object);
    Object.freeze(object);
    const prototype = Reflect.getPrototypeOf(object);
    if (prototype !== null) waiting.push(prototype);
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      if (descriptor !== undefined) waiting.push(...reachable(descriptor));
    }
  }
}

function freezeDescriptor(descriptor: PropertyDescriptor, seen: Set<object>): void {
  for (const object of reachable(descriptor)) freezeAll(object, seen);
}

function reachable({ value, get, set }: PropertyDescriptor): object[] {
  return [value, get, set].filter(
    (each: unknown): each is object => typeof each === 'function' || (typeof each === 'object' && each !== null),
  );
}
