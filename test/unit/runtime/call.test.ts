/** What a call answers: its body, its instance, its outcome. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { runCall } from '../../../functions/runtime/call.ts';
import type { Instantiate } from '../../../functions/runtime/glue.ts';
import { WasiFailure } from '../../../functions/runtime/wasi/failure.ts';
import { FUEL_PER_EXPORT_CALL, MAX_ARGUMENT_VALUES } from '../../../src/core/limits.ts';
import { callable, componentOf, manifestOf, request } from './components.ts';
import { ODD, SPIN, SPIN_TURN } from './core-modules.ts';

const U32 = { kind: 'u32' } as const;
const STRING = { kind: 'string' } as const;
const FALLIBLE = { kind: 'result', ok: U32, err: STRING } as const;

/** A component of one function, `go`, that does what `run` does. */
function oneFunction(run: (...values: never[]) => unknown, fn = callable('go', {}, U32)) {
  const instantiate: Instantiate = () => ({ go: run });
  return componentOf(instantiate, manifestOf([fn]));
}

const odd = componentOf(
  (module, _, core) => core(module('odd.inline0.wasm')).exports,
  manifestOf([callable('count', {}, U32), callable('deep', {}, U32), callable('trap')]),
  { 'odd.inline0.wasm': ODD },
);

const spin = componentOf(
  (module, _, core) => core(module('spin.wasm')).exports,
  manifestOf([callable('spin', { n: 'u32' }, U32)]),
  { 'spin.wasm': SPIN },
);

describe('the body of a call', () => {
  const add = oneFunction((a: number, b: number) => a + b, callable('go', { a: 'u32', b: 'u32' }, U32));

  it('is an object with one member per parameter', async () => {
    const { outcome } = await runCall(add, request('go', { b: 2, a: 40 }));
    expect(outcome).toMatchObject({ kind: 'ok', json: '{"result":42}', fuel: FUEL_PER_EXPORT_CALL });
  });

  it.each([
    ['[1, 2]', /not an array/],
    ['null', /not null/],
    ['"x"', /not a string/],
    ['{', /must be JSON/],
  ])('is refused as %s', async (body, message) => {
    const { outcome } = await runCall(add, request('go', body));
    expect(outcome).toMatchObject({ kind: 'refused', path: '', message: expect.stringMatching(message) });
  });

  it('is refused when it is not UTF-8', async () => {
    const body = Uint8Array.of(0x7b, 0xff, 0x7d).buffer;
    const { outcome } = await runCall(add, { ...request('go'), task: { kind: 'function', function: 'go', body } });
    expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining('UTF-8') });
  });

  it('is refused before it is parsed when it has too many values', async () => {
    const list = oneFunction(() => 1, callable('go', { a: { kind: 'list', element: STRING } }, U32));
    const of = (count: number) => `{"a":[${'"",'.repeat(count - 1)}""]}`;
    const most = MAX_ARGUMENT_VALUES - 5;
    expect((await runCall(list, request('go', of(most)))).outcome).toMatchObject({ kind: 'ok' });
    expect((await runCall(list, request('go', of(most + 1)))).outcome).toMatchObject({
      kind: 'refused',
      path: '',
      message: expect.stringContaining(`more than ${MAX_ARGUMENT_VALUES} values`),
    });
    const unknown = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n])));
    expect((await runCall(list, request('go', unknown))).outcome).toMatchObject({ kind: 'refused', path: '' });
  });

  it('may be a long text of what separates values', async () => {
    const text = oneFunction(() => 1, callable('go', { a: 'string' }, U32));
    const { outcome } = await runCall(text, request('go', { a: '"[,:{\\'.repeat(200_000) }));
    expect(outcome).toMatchObject({ kind: 'ok' });
  });

  it('is read in the time of the call', async () => {
    let ran = false;
    const text = oneFunction(
      () => {
        ran = true;
        return 1;
      },
      callable('go', { a: 'string' }, U32),
    );
    const { outcome } = await runCall(text, request('go', { a: '\n'.repeat(4_000_000) }, { timeoutMs: 1 }));
    expect(outcome).toMatchObject({ kind: 'timeout', of: 'wall' });
    expect(ran).toBe(false);
  });

  it('is let go while the guest runs', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const { promise, resolve } = Promise.withResolvers<number>();
    const waits = oneFunction(() => promise, callable('go', { a: 'string' }, U32));
    const start = () => {
      const call = request('go', { a: 'x'.repeat(1_000_000) });
      return { finished: runCall(waits, call), task: new WeakRef(call.task) };
    };
    const { finished, task } = start();
    await setImmediate();
    collect();
    expect(task.deref()).toBeUndefined();
    resolve(1);
    expect((await finished).outcome).toMatchObject({ kind: 'ok' });
  });

  it('may be empty when there are no parameters', async () => {
    expect((await runCall(odd, request('count', ''))).outcome).toMatchObject({ kind: 'ok' });
  });

  it('is checked before an instance is made', async () => {
    let instances = 0;
    const component = componentOf(
      () => {
        instances++;
        return {};
      },
      manifestOf([callable('go', { a: 'u32' })]),
    );
    const { outcome } = await runCall(component, request('go', { a: -1 }));
    expect(outcome).toMatchObject({ kind: 'refused', path: 'a' });
    expect(instances).toBe(0);
  });
});

describe('an instance', () => {
  it('is a new one for every call', async () => {
    for (let call = 0; call < 3; call++) {
      expect((await runCall(odd, request('count'))).outcome).toMatchObject({ json: '{"result":1}' });
    }
  });

  it('has no functions that its prototype lends it', async () => {
    const component = componentOf(() => ({}), manifestOf([callable('toString', {}, STRING)]));
    const { outcome } = await runCall(component, request('toString'));
    expect(outcome).toMatchObject({ kind: 'crashed', text: expect.stringContaining('does not export toString') });
  });

  it('may export a function named `then`', async () => {
    // biome-ignore lint/suspicious/noThenProperty: that is the case under test
    const component = componentOf(() => ({ then: () => 7 }), manifestOf([callable('then', {}, U32)]));
    expect((await runCall(component, request('then'))).outcome).toMatchObject({ json: '{"result":7}' });
  });
});

describe('the outcome', () => {
  it('is a crash with the text of the trap', async () => {
    const { outcome } = await runCall(odd, request('trap'));
    expect(outcome).toMatchObject({ kind: 'crashed', reason: 'trap', text: 'RuntimeError: unreachable' });
  });

  it('is a crash when the stack is used up', async () => {
    const { outcome } = await runCall(odd, request('deep'));
    expect(outcome).toMatchObject({ kind: 'crashed', reason: 'trap', text: expect.stringContaining('call stack') });
  });

  it('counts fuel', async () => {
    const fuel = async (n: number): Promise<number> => {
      const { outcome } = await runCall(spin, request('spin', { n }));
      return outcome.kind === 'ok' ? outcome.fuel : Number.NaN;
    };
    const one = await fuel(1);
    expect(one).toBeGreaterThan(FUEL_PER_EXPORT_CALL);
    expect(await fuel(1_000_001)).toBe(one + 1_000_000 * SPIN_TURN);
  });

  it('is out-of-fuel when an endless loop used it up', { timeout: 60_000 }, async () => {
    const { outcome } = await runCall(spin, request('spin', { n: 2 ** 32 - 1 }, { fuel: 3_000_000 }));
    expect(outcome).toMatchObject({ kind: 'crashed', reason: 'out-of-fuel', fuel: 3_000_000 });
  });

  it('is out-of-fuel when there is less than an export call costs', async () => {
    const { outcome } = await runCall(spin, request('spin', { n: 1 }, { fuel: 5 }));
    expect(outcome).toMatchObject({ kind: 'crashed', reason: 'out-of-fuel', fuel: 5 });
  });

  it('is `err` for a payload, which comes bare', async () => {
    const component = oneFunction(
      () => {
        throw 'bad';
      },
      callable('go', {}, FALLIBLE),
    );
    const { outcome } = await runCall(component, request('go'));
    expect(outcome).toMatchObject({ kind: 'err', json: '{"result":{"err":"bad"}}' });
  });

  it('is a crash for an error that a failure of the host carries', async () => {
    const component = oneFunction(
      () => {
        throw new WasiFailure('bad');
      },
      callable('go', {}, FALLIBLE),
    );
    expect((await runCall(component, request('go'))).outcome).toMatchObject({ kind: 'crashed', reason: 'trap' });
  });

  it('is a crash for an error without a payload, and for a payload that the type has no arm for', async () => {
    const trap = oneFunction(
      () => {
        throw new WebAssembly.RuntimeError('unreachable');
      },
      callable('go', {}, FALLIBLE),
    );
    expect((await runCall(trap, request('go'))).outcome).toMatchObject({ kind: 'crashed', reason: 'trap' });
    const bare = oneFunction(() => {
      throw { payload: 1 };
    });
    expect((await runCall(bare, request('go'))).outcome).toMatchObject({
      kind: 'crashed',
      reason: 'trap',
      text: 'the component threw {"payload":1}',
    });
  });

  it('is too-large for a result that has more bytes than allowed, not more characters', async () => {
    const component = oneFunction(() => 'ü'.repeat(100), callable('go', {}, STRING));
    const bytes = '{"result":""}'.length + 200;
    const exact = await runCall(component, request('go', {}, { maxResponseBytes: bytes }));
    expect(exact.outcome).toMatchObject({ kind: 'ok' });
    const less = await runCall(component, request('go', {}, { maxResponseBytes: bytes - 1 }));
    expect(less.outcome).toMatchObject({ kind: 'crashed', reason: 'too-large' });
  });

  it('is refused for a function that is not there', async () => {
    expect((await runCall(odd, request('constructor'))).outcome).toMatchObject({ kind: 'refused' });
  });
});
