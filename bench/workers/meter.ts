/** Runs workloads with and without their meter, side by side in one isolate, and says how long each took. */

import { CapabilityClient, noCapabilities } from '../../functions/runtime/capabilities.ts';
import type { Instantiate } from '../../functions/runtime/glue.ts';
import { CallLifetime } from '../../functions/runtime/lifetime.ts';
import { createLifting } from '../../functions/runtime/lifting.ts';
import { Toll } from '../../functions/runtime/toll.ts';
import { createWasi } from '../../functions/runtime/wasi/index.ts';
import { LogBuffer } from '../../functions/runtime/wasi/log-buffer.ts';
import { StdioBuffer } from '../../functions/runtime/wasi/stdio-buffer.ts';
import { meter } from '../../src/build/meter/rewrite.ts';
import {
  BINDGEN,
  type Form,
  type MeterAnswer,
  type MeterRequest,
  type Pair,
  REWRITING,
  STARLING,
  STARLING_FRESH,
} from '../meter-protocol.ts';
import type { transpile } from './bindgen.ts';
import { bindgenAccount, newAccount, take } from './meter-account.ts';

type Modules = Readonly<Record<string, WebAssembly.Module>>;

/** What the main module hands over. */
export interface MeterParts {
  readonly slot: WebAssembly.Module;
  readonly workloads: Readonly<Record<string, Pair<WebAssembly.Module>>>;
  readonly starling: Pair<Modules>;
  readonly starlingGlue: { readonly instantiate: Instantiate };
  readonly starlingInterfaces: readonly string[];
  readonly bindgen: Pair<{ readonly transpile: typeof transpile }>;
  /** The component that bindgen works on, and the module that is rewritten. */
  readonly component: ArrayBuffer;
  readonly module: ArrayBuffer;
}

/** One round of a workload. */
type Round = () => unknown;

const INITIAL_FUEL = 1_000_000;

export function serve(parts: MeterParts) {
  const prepared = new Map<string, Round>();
  return {
    async fetch(request: Request): Promise<Response> {
      const { workload, form, rounds } = await request.json<MeterRequest>();
      const key = `${form} ${workload}`;
      const round = prepared.get(key) ?? prepare(parts, workload, form);
      prepared.set(key, round);
      const start = performance.now();
      let result: unknown;
      for (let left = rounds; left > 0; left--) result = await round();
      const milliseconds = performance.now() - start;
      return Response.json({ milliseconds, result: String(result) } satisfies MeterAnswer);
    },
  };
}

function prepare(parts: MeterParts, workload: string, form: Form): Round {
  switch (workload) {
    case STARLING: {
      const { work } = starling(parts, form);
      return () => work(100);
    }
    case STARLING_FRESH:
      return () => starling(parts, form).work(10);
    case BINDGEN:
      bindgenAccount.begin(parts.slot);
      return () => bindgen(parts, form);
    case REWRITING: {
      const bytes = new Uint8Array(parts.module);
      return () => meter(bytes, INITIAL_FUEL).bytes.length;
    }
    default:
      return wasm(parts, workload, form);
  }
}

/** One of `workloads/`: `run(1)` is a round. */
function wasm({ workloads, slot }: MeterParts, name: string, form: Form): Round {
  const module = workloads[name]?.[form];
  if (module === undefined) throw new Error(`there is no workload ${name}`);
  const instance = new WebAssembly.Instance(module);
  take(newAccount(slot), instance);
  const run = instance.exports['run'] as (rounds: number) => number; // every workload exports it
  return () => run(1);
}

/** An instance of the component in the harness's WASI, without an account of what that costs. */
function starling(parts: MeterParts, form: Form): { work(n: number): number } {
  const account = newAccount(parts.slot);
  const lifetime = new CallLifetime();
  const imports = createWasi(parts.starlingInterfaces, {
    environment: [],
    cli: { args: [], stdin: '' },
    stdio: new StdioBuffer(),
    logs: new LogBuffer(undefined),
    output: () => undefined,
    lifetime,
    capabilities: new CapabilityClient(noCapabilities, lifetime),
    directories: [],
    memory: { hold: () => true },
    toll: new Toll(newAccount(parts.slot), lifetime, { late: false }),
    exit: (code) => {
      throw new Error(`exit ${code}`);
    },
  });
  const modules = parts.starling[form];
  const module = (name: string): WebAssembly.Module => {
    const found = modules[name];
    if (found === undefined) throw new Error(`there is no core module ${name}`);
    return found;
  };
  const instantiate = (core: WebAssembly.Module, coreImports?: WebAssembly.Imports): WebAssembly.Instance => {
    const instance = new WebAssembly.Instance(core, coreImports);
    take(account, instance);
    return instance;
  };
  const exports = parts.starlingGlue.instantiate(module, imports, instantiate, createLifting(account));
  return exports as { work(n: number): number }; // the world says so
}

async function bindgen({ bindgen: forms, component }: MeterParts, form: Form): Promise<number> {
  const transpiled = await forms[form].transpile(new Uint8Array(component), undefined);
  if (!transpiled.ok) throw new Error(transpiled.error);
  return transpiled.value.glue.length;
}
