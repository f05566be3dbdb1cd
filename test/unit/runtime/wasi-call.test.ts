/** Calls whose guest uses WASI: output, exit, waiting, timeouts. */
import { describe, expect, it } from 'vitest';
import { runCall } from '../../../functions/runtime/call.ts';
import type { Instantiate } from '../../../functions/runtime/glue.ts';
import type { createMonotonicClock } from '../../../functions/runtime/wasi/clocks.ts';
import type { OutputStream } from '../../../functions/runtime/wasi/streams.ts';
import { callable, componentOf, manifestOf, request } from './components.ts';
import { STUBBORN } from './core-modules.ts';

interface Wasi {
  readonly 'wasi:cli/environment': { getEnvironment(): [string, string][] };
  readonly 'wasi:cli/exit': { exit(status: { tag: 'ok' | 'err' }): never };
  readonly 'wasi:cli/stdout': { getStdout(): OutputStream };
  readonly 'wasi:clocks/monotonic-clock': ReturnType<typeof createMonotonicClock>;
}

const U32 = { kind: 'u32' } as const;
const FOREVER = 2n ** 64n - 1n;
const IMPORTS = ['wasi:cli/environment', 'wasi:cli/exit', 'wasi:cli/stdout', 'wasi:clocks/monotonic-clock'];

/** A component with WASI of one function, `go`. */
function withWasi(go: (wasi: Wasi, core: () => WebAssembly.Exports) => unknown, suspends = false, stubborn?: object) {
  const instantiate: Instantiate = (module, imports, core) => ({
    // a cast: the test names in IMPORTS what `Wasi` types
    go: () => go(imports as unknown as Wasi, () => core(module('stubborn.wasm'), { '': { ...stubborn } }).exports),
  });
  const imports = IMPORTS.map((name) => ({ name: `${name}@0.2.6`, provided: true }));
  return componentOf(instantiate, manifestOf([callable('go', {}, U32)], { imports, suspends }), {
    'stubborn.wasm': STUBBORN,
  });
}

const say = (wasi: Wasi, text: string) =>
  wasi['wasi:cli/stdout'].getStdout().blockingWriteAndFlush(new TextEncoder().encode(text));
const block = (wasi: Wasi, duration: bigint) => wasi['wasi:clocks/monotonic-clock'].subscribeDuration(duration).block();

describe('output', () => {
  it('comes with the outcome, however the guest ended', async () => {
    const returns = withWasi((wasi) => {
      say(wasi, 'fine\n');
      return 1;
    });
    const traps = withWasi((wasi) => {
      say(wasi, 'before the trap');
      throw new WebAssembly.RuntimeError('unreachable');
    });
    expect((await runCall(returns, request('go'))).output?.lines).toEqual([{ stream: 'stdout', text: 'fine' }]);
    expect((await runCall(traps, request('go'))).output?.lines).toEqual([
      { stream: 'stdout', text: 'before the trap' },
    ]);
  });

  it('is absent when the guest wrote nothing', async () => {
    expect(
      await runCall(
        withWasi(() => 1),
        request('go'),
      ),
    ).not.toHaveProperty('output');
  });
});

it('shows the environment of the call, in its order', async () => {
  let seen: unknown;
  const component = withWasi((wasi) => {
    seen = wasi['wasi:cli/environment'].getEnvironment();
    return 1;
  });
  const environment = [
    ['B', '2'],
    ['A', '1'],
  ] as const;
  await runCall(component, request('go', {}, { environment }));
  expect(seen).toEqual(environment);
});

it('ends the call at exit, even when the guest catches it and returns', async () => {
  const component = withWasi((wasi) => {
    try {
      wasi['wasi:cli/exit'].exit({ tag: 'err' });
    } catch {
      // goes on as if nothing had happened
    }
    return 1;
  });
  expect((await runCall(component, request('go'))).outcome).toMatchObject({
    kind: 'crashed',
    reason: 'exit',
    text: 'the component called exit with status 1',
  });
});

describe('a component that suspends', () => {
  it('answers once it has slept', async () => {
    const component = withWasi(async (wasi) => {
      await block(wasi, 5_000_000n);
      return 9;
    }, true);
    expect((await runCall(component, request('go'))).outcome).toMatchObject({ kind: 'ok', json: '{"result":9}' });
  });

  it('times out on what never comes, with what it wrote', async () => {
    const component = withWasi(async (wasi) => {
      say(wasi, 'waiting');
      await block(wasi, FOREVER);
      return 1;
    }, true);
    const { outcome, output } = await runCall(component, request('go', {}, { timeoutMs: 20 }));
    expect(outcome).toMatchObject({ kind: 'timeout' });
    expect(output?.lines).toEqual([{ stream: 'stdout', text: 'waiting' }]);
  });

  it('drops an answer that comes after the timeout', async () => {
    let late: unknown;
    const component = withWasi(async (wasi) => {
      await Promise.resolve(block(wasi, FOREVER)).catch((error: unknown) => {
        late = error;
      });
      return 1;
    }, true);
    const { outcome } = await runCall(component, request('go', {}, { timeoutMs: 20 }));
    expect(outcome.kind).toBe('timeout');
    await expect.poll(() => late).toBeInstanceOf(Error);
  });

  it('ends for good although it catches everything and tries again', async () => {
    const ends: unknown[] = [];
    const component = withWasi(
      async (wasi, core) => {
        const stubborn = core()['stubborn'] as () => void; // an export of the module, see STUBBORN
        await Promise.resolve(block(wasi, FOREVER)).catch(() => undefined);
        try {
          stubborn();
        } catch (error) {
          ends.push(error);
        }
      },
      true,
      {
        block: () => {
          throw new Error('caught by the guest');
        },
      },
    );
    expect((await runCall(component, request('go', {}, { timeoutMs: 20 }))).outcome.kind).toBe('timeout');
    await expect.poll(() => ends.length).toBe(1);
    expect(ends[0]).toBeInstanceOf(WebAssembly.RuntimeError);
  });

  it('keeps 50 calls apart that wait at the same time', async () => {
    const component = withWasi(async (wasi) => {
      const [[, value] = ['', '']] = wasi['wasi:cli/environment'].getEnvironment();
      await block(wasi, 2_000_000n);
      say(wasi, `after ${value}`);
      return Number(value);
    }, true);
    const calls = Array.from({ length: 50 }, (_, index) =>
      runCall(component, request('go', {}, { environment: [['N', String(index)]] })),
    );
    for (const [index, { outcome, output }] of (await Promise.all(calls)).entries()) {
      expect(outcome).toMatchObject({ json: `{"result":${index}}` });
      expect(output?.lines).toEqual([{ stream: 'stdout', text: `after ${index}` }]);
    }
  });
});
