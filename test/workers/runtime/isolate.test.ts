/** The harness in a real dynamic Worker, driven over RPC. */
import { expect, it } from 'vitest';
import { FUEL_PER_EXPORT_CALL } from '../../../src/core/limits.ts';
import { ISOLATE_COMPATIBILITY_DATE } from '../../../src/isolate/loader.ts';
import type { AbortReason, IsolateEntrypoint, StdioBatch } from '../../../src/isolate/protocol.ts';
import { bindings } from '../../support/gateway-client.ts';
import { NoCapabilities } from '../../support/no-capabilities.ts';
import { callable, manifestOf, request } from '../../unit/runtime/components.ts';
import { ODD, SPIN } from '../../unit/runtime/core-modules.ts';
import { isolateOf } from './isolate.ts';

const U32 = { kind: 'u32' } as const;

class Collector extends NoCapabilities {
  readonly batches: StdioBatch[] = [];

  override async stdio(batch: StdioBatch) {
    this.batches.push(batch);
  }
}

/** The exports of one core module as they are. */
const bareGlue = (module: string) => `export function instantiate(getCoreModule, imports, instantiateCore) {
  return { ...instantiateCore(getCoreModule('${module}')).exports };
}`;

const WAITING_GLUE = `export function instantiate(getCoreModule, imports) {
  const { getStdout } = imports['wasi:cli/stdout'];
  const { subscribeDuration } = imports['wasi:clocks/monotonic-clock'];
  const { getEnvironment } = imports['wasi:cli/environment'];
  const say = (text) => getStdout().blockingWriteAndFlush(new TextEncoder().encode(text));
  return {
    async nap(ms) {
      await subscribeDuration(BigInt(ms) * 1000000n).block();
      const [[, number]] = getEnvironment();
      say('woke ' + number);
      return Number(number);
    },
    async never() {
      say('waiting');
      await subscribeDuration(2n ** 64n - 1n).block();
    },
  };
}`;

function waitingIsolate() {
  const imports = ['cli/stdout', 'cli/environment', 'clocks/monotonic-clock'].map((name) => ({
    name: `wasi:${name}@0.2.6`,
    provided: true,
  }));
  const functions = [callable('nap', { ms: 'u32' }, U32), callable('never')];
  return isolateOf(WAITING_GLUE, manifestOf(functions, { imports, suspends: true }));
}

it('runs core modules that come with the isolate, one instance per call', async () => {
  const functions = [callable('count', {}, U32), callable('deep', {}, U32), callable('trap')];
  const isolate = isolateOf(bareGlue('odd.inline0.wasm'), manifestOf(functions), { 'odd.inline0.wasm': ODD });
  expect(await isolate.smoke()).toEqual({ ok: true, fuel: 0 });
  for (let call = 0; call < 2; call++) {
    const outcome = await isolate.call(request('count'), new Collector());
    expect(outcome).toMatchObject({ kind: 'ok', json: '{"result":1}', fuel: FUEL_PER_EXPORT_CALL });
  }
  expect(await isolate.call(request('trap'), new Collector())).toMatchObject({ reason: 'trap' });
  expect(await isolate.call(request('deep'), new Collector())).toMatchObject({
    reason: 'trap',
    text: 'RangeError: Maximum call stack size exceeded',
  });
});

it('ends an endless loop by its fuel and goes on', async () => {
  const isolate = isolateOf(bareGlue('spin.wasm'), manifestOf([callable('spin', { n: 'u32' }, U32)]), {
    'spin.wasm': SPIN,
  });
  const fuel = 50_000_000;
  const endless = await isolate.call(request('spin', { n: 2 ** 32 - 1 }, { fuel }), new Collector());
  expect(endless).toMatchObject({ kind: 'crashed', reason: 'out-of-fuel', fuel });
  expect(await isolate.call(request('spin', { n: 5 }), new Collector())).toMatchObject({ kind: 'ok' });
});

it('keeps 50 waiting calls apart, each with its own capabilities', async () => {
  const isolate = waitingIsolate();
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const capabilities = new Collector();
      const outcome = await isolate.call(
        request('nap', { ms: 20 }, { environment: [['N', String(index)]], timeoutMs: 10_000 }),
        capabilities,
      );
      return { outcome, lines: capabilities.batches.flatMap(({ lines }) => lines) };
    }),
  );
  for (const [index, { outcome, lines }] of answers.entries()) {
    expect(outcome).toMatchObject({ kind: 'ok', json: `{"result":${index}}` });
    expect(lines).toEqual([{ stream: 'stdout', text: `woke ${index}` }]);
  }
});

it('times out on a pollable that never fires, and hands over what was written', async () => {
  const capabilities = new Collector();
  const outcome = await waitingIsolate().call(request('never', {}, { timeoutMs: 50 }), capabilities);
  expect(outcome).toMatchObject({ kind: 'timeout' });
  expect(capabilities.batches).toEqual([{ lines: [{ stream: 'stdout', text: 'waiting' }], droppedBytes: 0 }]);
});

it('ends a waiting call when its capabilities say so, and goes on', async () => {
  class Ended extends Collector {
    override async aborted(): Promise<AbortReason> {
      return 'client-gone';
    }
  }
  const isolate = waitingIsolate();
  const outcome = await isolate.call(request('never', {}, { timeoutMs: 20_000 }), new Ended());
  expect(outcome).toMatchObject({ kind: 'aborted', reason: 'client-gone' });
  const next = await isolate.call(request('nap', { ms: 1 }, { environment: [['N', '4']] }), new Collector());
  expect(next).toMatchObject({ kind: 'ok', json: '{"result":4}' });
});

it('answers although nobody takes the output', async () => {
  class Refusing extends NoCapabilities {
    override async stdio(): Promise<void> {
      throw new Error('no');
    }
    override async aborted(): Promise<AbortReason> {
      throw new Error('no');
    }
  }
  const outcome = await waitingIsolate().call(request('nap', { ms: 1 }, { environment: [['N', '3']] }), new Refusing());
  expect(outcome).toMatchObject({ kind: 'ok', json: '{"result":3}' });
});

it('ends a loop of host calls by its fuel', async () => {
  const glue = `export function instantiate(getCoreModule, imports) {
    return { draw() { for (;;) imports['wasi:random/random'].getRandomBytes(1048576n); } };
  }`;
  const imports = [{ name: 'wasi:random/random@0.2.6', provided: true }];
  const isolate = isolateOf(glue, manifestOf([callable('draw')], { imports }));
  const outcome = await isolate.call(request('draw', {}, { timeoutMs: 30_000 }), new Collector());
  expect(outcome).toMatchObject({ kind: 'crashed', reason: 'out-of-fuel' });
});

it('loses the capabilities of a call when the call has returned, even if it could keep the stub', async () => {
  const hoarder = bindings.LOADER.get(crypto.randomUUID(), () => ({
    compatibilityDate: ISOLATE_COMPATIBILITY_DATE,
    mainModule: 'main.js',
    modules: {
      'main.js': `import { WorkerEntrypoint } from 'cloudflare:workers';
      let kept;
      export default class extends WorkerEntrypoint {
        async call(request, capabilities) { kept = capabilities; await kept.stdio({ lines: [], droppedBytes: 1 }); }
        async again() {
          try { await kept.stdio({ lines: [], droppedBytes: 2 }); return 'taken'; } catch (error) { return String(error); }
        }
      }`,
    },
    env: {},
    globalOutbound: null,
  }));
  // A cast: the entrypoint is the class of the text above.
  const isolate = hoarder.getEntrypoint() as unknown as IsolateEntrypoint & { again(): Promise<string> };
  const capabilities = new Collector();
  await isolate.call(request('go'), capabilities);
  expect(await isolate.again()).toMatch(/dispose|different request|I\/O/i);
  expect(capabilities.batches).toEqual([{ lines: [], droppedBytes: 1 }]);
});
