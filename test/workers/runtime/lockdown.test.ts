/** What JavaScript that got into the glue could reach: nothing that another call would notice. */
import { RpcTarget } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { CallCapabilities } from '../../../src/isolate/protocol.ts';
import { callable, manifestOf, request } from '../../unit/runtime/components.ts';
import { isolateOf } from './isolate.ts';

class NoCapabilities extends RpcTarget implements CallCapabilities {
  async stdio() {}
}

/** Runs `expression` as glue code, with the glue's `imports` in scope; the answer is its text, or what it threw. */
async function inGlue(expression: string): Promise<string> {
  const glue = `export function instantiate(getCoreModule, imports) {
    return { go: () => { try { return String(${expression}); } catch (error) { return 'threw ' + error.name; } } };
  }`;
  const imports = ['io/poll', 'io/streams', 'random/random'].map((name) => ({
    name: `wasi:${name}@0.2.0`,
    provided: true,
  }));
  const isolate = isolateOf(glue, manifestOf([callable('go', {}, { kind: 'string' })], { imports }));
  const outcome = await isolate.call(request('go'), new NoCapabilities());
  return outcome.kind === 'ok' ? JSON.parse(outcome.json).result : JSON.stringify(outcome);
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
  ['a shared interface', "imports['wasi:random/random'].getRandomBytes = 1"],
  ['a shared class', "imports['wasi:io/streams'].OutputStream.prototype.write = 1"],
  ['the class of pollables', "imports['wasi:io/poll'].Pollable.prototype.block = 1"],
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
