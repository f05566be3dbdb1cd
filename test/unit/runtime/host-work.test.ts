/** Guests that do their work through the host: they end by fuel or by time, and nothing of them is free. */
import { describe, expect, it } from 'vitest';
import { runCall } from '../../../functions/runtime/call.ts';
import type { Instantiate } from '../../../functions/runtime/glue.ts';
import type { Guest } from '../../../functions/runtime/guest.ts';
import { callable, componentOf, manifestOf, request } from './components.ts';
import { ODD, STUBBORN } from './core-modules.ts';

interface Random {
  getRandomBytes(length: bigint): Uint8Array;
}

const U32 = { kind: 'u32' } as const;
const MIB = 1_048_576n;
/** Of the calls that are to use it up: more than 3 ms of drawing. */
const FUEL = 50_000_000;
const IMPORTS = ['random/random', 'clocks/monotonic-clock'].map((name) => ({
  name: `wasi:${name}@0.2.6`,
  provided: true,
}));

/** A component whose function `go` does what `run` does with the random numbers that it imports. */
function drawing(run: (random: Random, core: (draw: () => void) => () => void) => unknown): Guest {
  const instantiate: Instantiate = (module, imports, core) => ({
    go: () =>
      run(
        imports['wasi:random/random'] as Random, // it is in IMPORTS
        (block) => core(module('stubborn.wasm'), { '': { block } }).exports['stubborn'] as () => void, // see STUBBORN
      ),
  });
  return componentOf(instantiate, manifestOf([callable('go', {}, U32)], { imports: IMPORTS }), {
    'stubborn.wasm': STUBBORN,
  });
}

const endless = drawing((random) => {
  for (;;) random.getRandomBytes(MIB);
});

/** Catches everything that is thrown at it. */
const stubborn = drawing((random, core) => core(() => void random.getRandomBytes(MIB))());

/** Keeps the thread for `ms` milliseconds. */
function dawdle(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe.each([
  ['endless', endless],
  ['stubborn', stubborn],
])('an %s guest that only draws random numbers', (_, component) => {
  it('ends when its fuel is used up', async () => {
    const { outcome } = await runCall(component, request('go', {}, { timeoutMs: 60_000, fuel: FUEL }));
    expect(outcome).toMatchObject({ kind: 'crashed', reason: 'out-of-fuel' });
    expect('fuel' in outcome && outcome.fuel).toBeGreaterThanOrEqual(FUEL);
  });

  it('ends when its time is over, if that comes first', async () => {
    const { outcome } = await runCall(component, request('go', {}, { timeoutMs: 3, fuel: FUEL }));
    expect(outcome).toMatchObject({ kind: 'timeout' });
    expect('fuel' in outcome && outcome.fuel).toBeLessThan(FUEL);
  });
});

describe('a guest that does not suspend', () => {
  it.each<[string, () => unknown]>([
    ['returns', () => 1],
    [
      'throws',
      () => {
        throw new WebAssembly.RuntimeError('unreachable');
      },
    ],
  ])('times out when it %s too late', async (_, end) => {
    const component = drawing(() => {
      dawdle(30);
      return end();
    });
    expect((await runCall(component, request('go', {}, { timeoutMs: 10 }))).outcome).toMatchObject({ kind: 'timeout' });
  });

  it('may use its time', async () => {
    const component = drawing(() => {
      dawdle(5);
      return 1;
    });
    expect((await runCall(component, request('go'))).outcome).toMatchObject({ kind: 'ok' });
  });
});

it('counts what the host did in the fuel of the call', async () => {
  const component = drawing((random) => random.getRandomBytes(100_000n).length);
  const { outcome } = await runCall(component, request('go'));
  expect(outcome).toMatchObject({ kind: 'ok' });
  expect('fuel' in outcome && outcome.fuel).toBeGreaterThan(100_000);
});

it('has no host function left after exit', async () => {
  let late: unknown;
  const instantiate: Instantiate = (_module, imports) => ({
    go() {
      const wasi = imports as unknown as Record<'wasi:cli/exit', { exit(status: { tag: 'ok' }): never }> &
        Record<'wasi:random/random', Random>; // as the manifest below says
      try {
        wasi['wasi:cli/exit'].exit({ tag: 'ok' });
      } catch {
        try {
          wasi['wasi:random/random'].getRandomBytes(1n);
        } catch (error) {
          late = error;
        }
      }
      return 1;
    },
  });
  const imports = [...IMPORTS, { name: 'wasi:cli/exit@0.2.6', provided: true }];
  const component = componentOf(instantiate, manifestOf([callable('go', {}, U32)], { imports }));
  expect((await runCall(component, request('go'))).outcome).toMatchObject({ reason: 'exit' });
  expect(late).toMatchObject({ message: 'the call is over' });
});

describe('a core module without fuel', () => {
  const instanceOf = (name: string) =>
    componentOf((module, _, core) => core(module(name)).exports, manifestOf([callable('count', {}, U32)]), {
      [name]: ODD,
    });

  it.each(['component.core.wasm', 'inline0.wasm', 'component.inline0.core.wasm'])('is refused as %s', async (name) => {
    await expect(runCall(instanceOf(name), request('count'))).rejects.toThrow('INTERNAL');
  });

  it('may be one of those that jco writes itself', async () => {
    const { outcome } = await runCall(instanceOf('component.inline12.wasm'), request('count'));
    expect(outcome).toMatchObject({ kind: 'ok' });
  });
});
