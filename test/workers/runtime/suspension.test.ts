/** JSPI as the harness relies on it: what suspends, what cannot, and what a guest can catch. docs/platform-notes.md. */
import { expect, inject, it } from 'vitest';
import { ISOLATE_COMPATIBILITY_DATE } from '../../../src/isolate/loader.ts';
import { SLOT_WASM } from '../../../src/isolate/slot-module.ts';
import { bindings } from '../../support/gateway-client.ts';

/** `make(wait)` gives the exports of the module `suspending`; each request runs one line and answers what came of it. */
const WORKER = (line: string) => `
import core from './core.wasm';
import slot from './slot.wasm';
const { Suspending, promising } = WebAssembly;
const timer = () => new Promise((resolve) => setTimeout(resolve, 0, 5));
const never = () => new Promise(() => {});
function make(wait) {
  const through = () => exports.direct();
  const { exports } = new WebAssembly.Instance(core, { h: { wait: new Suspending(wait), through } });
  const h = { v: () => 0, s: new Suspending(wait), g: () => 0 };
  exports.slot.set(0, new WebAssembly.Instance(slot, { h }).exports.s);
  return exports;
}
async function run() { ${line} }
export default {
  async fetch() {
    try {
      return Response.json({ value: await run() });
    } catch (error) {
      return Response.json({ error: error.name + ': ' + error.message });
    }
  },
};`;

async function endOf(line: string): Promise<unknown> {
  const core = Uint8Array.from(atob(inject('cores').suspending), (character) => character.charCodeAt(0));
  const worker = bindings.LOADER.get(crypto.randomUUID(), () => ({
    compatibilityDate: ISOLATE_COMPATIBILITY_DATE,
    mainModule: 'main.js',
    modules: { 'main.js': WORKER(line), 'core.wasm': { wasm: core.buffer }, 'slot.wasm': { wasm: SLOT_WASM.buffer } },
    env: {},
    globalOutbound: null,
  }));
  const response = await worker.getEntrypoint().fetch('http://isolate/');
  return response.json();
}

const NOT_PROMISING = 'SuspendError: trying to suspend without WebAssembly.promising';

it.each([
  ['suspends a promising call until a timer fires', 'return promising(make(timer).direct)()', { value: 5 }],
  [
    'suspends through a table, as the slot of a metered module',
    'return promising(make(timer).indirect)()',
    { value: 5 },
  ],
  [
    'suspends even when no promise came back',
    'let ended = false; const call = promising(make(() => 5).direct)().then(() => { ended = true }); const early = ended; await call; return [early, ended]',
    { value: [false, true] },
  ],
  [
    'throws where a frame of JavaScript is in between',
    'return promising(make(timer).through)()',
    { error: 'SuspendError: trying to suspend JS frames' },
  ],
  ['throws in a call that is not promising', 'return make(timer).direct()', { error: NOT_PROMISING }],
  [
    'throws in a call that is not promising, even when no promise came back',
    'return make(() => 5).direct()',
    { error: NOT_PROMISING },
  ],
  ['throws what a guest can catch', 'return make(timer).caught()', { value: -7 }],
  [
    'throws into the guest what the promise was rejected with',
    "return promising(make(() => Promise.reject(new Error('no'))).direct)()",
    { error: 'Error: no' },
  ],
  [
    'lets the guest catch a rejection',
    "return promising(make(() => Promise.reject(new Error('no'))).caught)()",
    { value: -7 },
  ],
  [
    'ends the guest, through a slot, with a trap for what the promise was rejected with',
    "return promising(make(() => Promise.reject(new Error('no'))).indirect)()",
    { error: 'RuntimeError: unreachable' },
  ],
  [
    'ends the guest, through a slot, with a trap where it cannot be suspended',
    'return make(timer).indirect()',
    { error: 'RuntimeError: unreachable' },
  ],
  [
    'rejects with a trap after the wait, which a guest cannot catch',
    'return promising(make(timer).trapped)()',
    { error: 'RuntimeError: unreachable' },
  ],
  [
    'has the stack of a plain call: ten thousand frames are waited in',
    'return promising(make(timer).deep)(10_000)',
    { value: 10_000 },
  ],
  [
    'ends a deeper recursion as a plain call does',
    'return promising(make(timer).deep)(1_000_000)',
    { error: 'RangeError: Maximum call stack size exceeded' },
  ],
  [
    'takes turns with another guest that waits',
    "const order = []; const guest = (name) => promising(make(() => { order.push(name); return timer() }).turns)(3); await Promise.all([guest('a'), guest('b')]); return order.join('')",
    { value: 'ababab' },
  ],
  [
    'lets no timer in while it waits for nothing but microtasks',
    'let fired = false; setTimeout(() => { fired = true }, 0); await promising(make(async () => 5).turns)(20_000); return fired',
    { value: false },
  ],
  [
    'can be entered again while it waits',
    'let waits = 0; const exports = make(() => { waits++; return never() }); promising(exports.direct)(); promising(exports.direct)(); return waits',
    { value: 2 },
  ],
])('a Suspending import %s', async (_, line, expected) => {
  expect(await endOf(line)).toEqual(expected);
});
