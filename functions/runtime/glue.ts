/** The shape of the glue that jco generates (`instantiation: 'sync'`), and how the harness holds it. */
import type { Manifest } from '../../src/build/manifest.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { CoreInstances } from './core-instances.ts';
import { FuelMeter, UNINTERRUPTED } from './fuel.ts';
import { createLifting, type Lifting } from './lifting.ts';
import { MAX_ISOLATE_PAGES } from './limits.ts';
import { MemoryAccount, PageBudget } from './memory.ts';

export type Instantiate = (
  getCoreModule: (name: string) => WebAssembly.Module,
  imports: Readonly<Record<string, object>>,
  instantiateCore: (module: WebAssembly.Module, imports?: WebAssembly.Imports) => WebAssembly.Instance,
  lifting: Lifting,
) => unknown;

/** How a guest function settled. Always a box: a guest's object may have a `then`, so it is never awaited bare. */
export type GuestEnd = { readonly returned: unknown } | { readonly thrown: unknown };

/** One exported function: its types, and the way to it through the exports of an instance. */
export interface Export {
  readonly fn: CallableFunction;
  readonly path: readonly string[];
}

export interface Component {
  readonly suspends: boolean;
  /** Names of the imported interfaces, without versions, as the glue asks for them. */
  readonly interfaces: readonly string[];
  export(id: string): Export | undefined;
  /** What one instance may use, `budget` fuel among it. */
  account(budget: number): Account;
  /** Makes an instance, whose core instances share `account`. The answer is the guest's: do not await it. */
  instantiate(imports: Readonly<Record<string, object>>, account: Account): unknown;
}

/** What the core instances of one instance use together. */
export interface Account {
  readonly meter: FuelMeter;
  readonly memory: MemoryAccount;
}

/** A component as its artifact describes it. `slotModule` is what its meters need. */
export function describeComponent(
  instantiate: Instantiate,
  modules: Readonly<Record<string, WebAssembly.Module>>,
  manifest: Manifest,
  slotModule: WebAssembly.Module,
): Component {
  const coreModules = new Map(Object.entries(modules));
  const functions = new Map(manifest.functions.map((fn) => [fn.id, fn]));
  const exports = new Map<string, Export>();
  for (const { function: id, path } of manifest.exportPaths) {
    const fn = functions.get(id);
    if (fn?.callable) exports.set(id, { fn, path });
  }
  const entries = new Map(manifest.modules.map((entry) => [entry.name, entry]));
  const entryOf = new Map([...coreModules].map(([name, module]) => [module, entries.get(name) ?? { name, bytes: 0 }]));
  const getCoreModule = (name: string) => {
    const module = coreModules.get(name);
    if (module === undefined) throw new Error(`the artifact has no core module ${JSON.stringify(name)}`);
    return module;
  };
  Object.freeze(getCoreModule); // the glue of every call gets this one
  return {
    suspends: manifest.suspends,
    interfaces: [...new Set(manifest.imports.map(({ name }) => name.replace(/@.*$/, '')))],
    export: (id) => exports.get(id),
    account: (budget) => {
      const memory = new MemoryAccount(MAX_ISOLATE_PAGES, new PageBudget(MAX_ISOLATE_PAGES));
      const meter = new FuelMeter(slotModule, memory);
      meter.begin(budget, UNINTERRUPTED);
      return { meter, memory };
    },
    instantiate: (imports, { meter, memory }) => {
      const instances = new CoreInstances(meter, memory);
      const instantiateCore = (module: WebAssembly.Module, coreImports?: WebAssembly.Imports) =>
        instances.create(module, entryOf.get(module) ?? { name: '', bytes: 0 }, coreImports);
      return instantiate(getCoreModule, imports, instantiateCore, createLifting(meter));
    },
  };
}

type GuestFunction = (...values: readonly unknown[]) => unknown;

/** The function at `path`, found through own data properties only. */
export function findExport(exports: unknown, path: readonly string[]): GuestFunction {
  let found: unknown = exports;
  for (const key of path) {
    found =
      typeof found === 'object' && found !== null ? Object.getOwnPropertyDescriptor(found, key)?.value : undefined;
  }
  if (typeof found !== 'function') throw new Error(`the glue does not export ${path.join('.')}`);
  return found as GuestFunction; // a function of any kind can be called; what it answers is unknown
}
