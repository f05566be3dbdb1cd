/** What JavaScript that got into the glue could reach: nothing that another call would notice. */
import { expect, it } from 'vitest';
import { NoCapabilities } from '../../support/no-capabilities.ts';
import { callable, manifestOf, request } from '../../unit/runtime/components.ts';
import { ODD } from '../../unit/runtime/core-modules.ts';
import { isolateOf } from './isolate.ts';

/** Glue code that answers what a function of the host throws: a refusal, the end of the guest, a trap. */
const thrownBy = (call: string) => `(() => { try { ${call} } catch (error) { return error; } })()`;
const CAUGHT = thrownBy("imports['wasi:keyvalue/store'].open('')");
const TRAP = thrownBy("imports['wasi:random/random'].getRandomBytes(2n ** 63n)");

/** Runs `expression` as glue code, with the glue's `imports` in scope; the answer is its text, or what it threw. */
async function inGlue(expression: string): Promise<string> {
  const outcome = await glueOf(expression).call(request('go'), new NoCapabilities());
  return outcome.kind === 'ok' ? JSON.parse(outcome.json).result : JSON.stringify(outcome);
}

function glueOf(expression: string) {
  return hostile(`export const _util = {};
  export function instantiate(getCoreModule, imports) {
    return { go: () => { try { return String(${expression}); } catch (error) { return 'threw ' + error.name; } } };
  }`);
}

/** An isolate of this glue, with one function, `go`. */
function hostile(glue: string) {
  const imports = ['io/poll', 'io/streams', 'random/random', 'cli/exit', 'keyvalue/store'].map((name) => ({
    name: `wasi:${name}@0.2.0`,
    provided: true,
  }));
  return isolateOf(glue, manifestOf([callable('go', {}, { kind: 'string' })], { imports }), {
    'odd.inline0.wasm': ODD,
  });
}

it.each([
  'fetch',
  'caches',
  'WebSocket',
  'addEventListener',
  'crypto',
  'navigator',
  'performance',
  'process',
  'eval',
  'self',
])('has no %s', async (name) => {
  expect(await inGlue(`typeof ${name} + typeof Object.getPrototypeOf(globalThis).${name}`)).toBe('undefinedundefined');
});

it.each([
  ['the global object', 'globalThis.smuggled = 1'],
  ['a global', 'globalThis.Array = 1'],
  ['a prototype', 'Array.prototype.map = 1'],
  ['promises', 'Promise.prototype.then = 1'],
  ['a namespace', 'WebAssembly.Instance = 1'],
  ['every object', "Object.defineProperty(Object.prototype, 'then', { value: 1 })"],
  ['the prototype of a prototype', 'Object.setPrototypeOf(Array.prototype, {})'],
  ['generators', 'Object.getPrototypeOf(function* () {}).smuggled = 1'],
  ['iterators', 'Object.getPrototypeOf([][Symbol.iterator]()).next = 1'],
  ['typed arrays', 'Object.getPrototypeOf(Uint8Array.prototype).set = 1'],
  ['a shared class', "imports['wasi:io/streams'].OutputStream.prototype.write = 1"],
  ['the class of pollables', "imports['wasi:io/poll'].Pollable.prototype.block = 1"],
  ['the base of resources', "Object.getPrototypeOf(imports['wasi:io/poll'].Pollable.prototype).smuggled = 1"],
  ['iterator helpers', 'Object.getPrototypeOf([].values().drop(0)).next = 1'],
  ['wrapped iterators', 'Object.getPrototypeOf(Iterator.from({ next() {} })).next = 1'],
  ['iterators of matches', "Object.getPrototypeOf('x'.matchAll(/x/g)).next = 1"],
  ['its own `instantiate`', 'instantiate.smuggled = 1'],
  ['what `instantiate` would construct', 'instantiate.prototype.smuggled = 1'],
  ['its own `_util`', '_util.smuggled = 1'],
  ['the lookup of core modules', 'getCoreModule.smuggled = 1'],
  ['a core module', "getCoreModule('odd.inline0.wasm').smuggled = 1"],
  ['the class of an error of the host', `${CAUGHT}.constructor.smuggled = 1`],
  ['the prototype of an error of the host', `Object.getPrototypeOf(${CAUGHT}).smuggled = 1`],
  ['the payload of a refusal', `${CAUGHT}.payload.tag = 1`],
  ['the trap of another guest', `${TRAP}.constructor.smuggled = 1`],
  ['timers', 'Object.getPrototypeOf(setTimeout(() => {}, 1)).smuggled = 1'],
  ['random numbers', 'Math.random = 1'],
])('cannot change %s', async (_, expression) => {
  expect(await inGlue(expression)).toBe('threw TypeError');
});

it.each([
  ['new Function("return 1")()', 'EvalError'],
  ['(async () => {}).constructor("return 1")', 'EvalError'],
  ['setTimeout("1", 1)', 'TypeError'],
  ['new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))', 'CompileError'],
])('cannot make code of data with %s', async (expression, error) => {
  expect(await inGlue(expression)).toBe(`threw ${error}`);
});

it.each([
  ["Object.assign(new Error('a'), { message: 'b', name: 'C' })", 'C: b'],
  ["Object.assign({}, { toString: () => 'own' })", 'own'],
  ["((o) => { o.constructor = 'own'; o.valueOf = 1; return Object.keys(o); })({})", 'constructor,valueOf'],
  ["new (class Mine extends RangeError { constructor() { super('m'); this.name = 'Mine'; } })()", 'Mine: m'],
])('can still give an object of its own what a prototype has: %s', async (expression, text) => {
  expect(await inGlue(expression)).toBe(text);
});

it('shows nothing of a text that another call matched', async () => {
  const statics = "['$1', '$_', '$&', 'input', 'lastMatch', 'lastParen', 'leftContext', 'rightContext']";
  const isolate = glueOf(`${statics}.map((key) => RegExp[key]).concat(/se(cret)/.exec('a secret')[1])`);
  for (let call = 0; call < 2; call++) {
    const outcome = await isolate.call(request('go'), new NoCapabilities());
    expect(outcome).toMatchObject({ kind: 'ok', json: '{"result":",,,,,,,,cret"}' });
  }
});

it('cannot stop the timers of others, nor count them', async () => {
  expect(await inGlue('typeof setTimeout(() => {}, 1)')).toBe('object');
  const glue = `export function instantiate() {
    return {
      async wait() { return await new Promise((resolve) => setTimeout(() => resolve('woke'), 100)); },
      async stop() { for (let id = 0; id < 1000; id++) clearTimeout(id); return 'tried'; },
      async own() {
        return await new Promise((resolve) => {
          clearTimeout(setTimeout(() => resolve('fired'), 1));
          setTimeout(() => resolve('cleared'), 20);
        });
      },
    };
  }`;
  const functions = ['wait', 'stop', 'own'].map((name) => callable(name, {}, { kind: 'string' }));
  const isolate = isolateOf(glue, manifestOf(functions, { suspends: true }));
  const go = (name: string) => isolate.call(request(name), new NoCapabilities());
  const [waited, tried] = await Promise.all([go('wait'), go('stop')]);
  expect([waited, tried, await go('own')]).toMatchObject([
    { json: '{"result":"woke"}' },
    { json: '{"result":"tried"}' },
    { json: '{"result":"cleared"}' },
  ]);
});

it('finds nothing in a call that an earlier one has left on anything it could reach', async () => {
  const glue = `export const _util = {};
  export function instantiate(getCoreModule, imports, instantiateCore) {
    const caught = [${CAUGHT}, ${TRAP}];
    const made = [imports['wasi:io/poll'].Pollable, [].values().drop(0), setTimeout(() => {}, 1), (function* () {})()];
    const core = getCoreModule('odd.inline0.wasm');
    return {
      go() {
        const seen = new Set(), found = [];
        const waiting = [globalThis, instantiate, _util, getCoreModule, imports, core, ...caught, ...made]
          .map((object, index) => [object, String(index)]);
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const [object, path] = next;
          if ((typeof object !== 'object' && typeof object !== 'function') || object === null || seen.has(object)) continue;
          seen.add(object);
          if (Object.hasOwn(object, 'smuggled')) found.push(path);
          try { Object.defineProperty(object, 'smuggled', { value: 1 }); } catch {}
          waiting.push([Object.getPrototypeOf(object), path + '^']);
          for (const key of Reflect.ownKeys(object)) {
            const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
            for (const each of [value, get, set]) waiting.push([each, path + '.' + String(key)]);
          }
        }
        return seen.size + ' ' + found.join();
      },
    };
  }`;
  const isolate = hostile(glue);
  for (let call = 0; call < 2; call++) {
    const outcome = await isolate.call(request('go'), new NoCapabilities());
    expect(outcome).toMatchObject({ kind: 'ok', json: expect.stringMatching(/^\{"result":"[1-9]\d{2,} "\}$/) });
  }
});

it('cannot change the class of an exit that it kept from an earlier call', async () => {
  const isolate = hostile(`let kept;
  export function instantiate(getCoreModule, imports) {
    return {
      go() {
        if (kept === undefined) kept = ${thrownBy("imports['wasi:cli/exit'].exit({ tag: 'ok' })")};
        const smuggle = (object) => { try { object.smuggled = 1; return 'done'; } catch (error) { return error.name; } };
        return smuggle(kept.constructor) + smuggle(Object.getPrototypeOf(kept));
      },
    };
  }`);
  expect(await isolate.call(request('go'), new NoCapabilities())).toMatchObject({ reason: 'exit' });
  expect(await isolate.call(request('go'), new NoCapabilities())).toMatchObject({
    json: '{"result":"TypeErrorTypeError"}',
  });
});
