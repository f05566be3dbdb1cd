/** Components that run on the glue that jco generates (`instantiation: 'sync'`): each call makes an instance of its own. */
import type { Manifest } from '../../src/build/manifest.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { CoreInstances } from './core-instances.ts';
import { FuelMeter } from './fuel.ts';
import type { Guest, GuestEnd, GuestHost, GuestInstance } from './guest.ts';
import type { Lifting } from './lifting.ts';
import { MAX_GLUE_SLICES } from './limits.ts';
import { MemoryAccount, type PageBudget } from './memory.ts';

export type Instantiate = (
  getCoreModule: (name: string) => WebAssembly.Module,
  imports: Readonly<Record<string, object>>,
  instantiateCore: (module: WebAssembly.Module, imports?: WebAssembly.Imports) => WebAssembly.Instance,
  lifting: Lifting,
) => unknown;

/** One exported function: its types, and the way to it through the exports of an instance. */
interface Export {
  readonly fn: CallableFunction;
  readonly path: readonly string[];
}

/** What the instances of a component have in common. */
export interface ComponentParts {
  readonly modules: Readonly<Record<string, WebAssembly.Module>>;
  readonly manifest: Manifest;
  /** `SLOT_WASM`, compiled. */
  readonly slotModule: WebAssembly.Module;
  /** The pages that all instances in this isolate share. */
  readonly budget: PageBudget;
}

/** A component as its artifact describes it, on jco's glue. */
export function glueGuest(instantiate: Instantiate, parts: ComponentParts): Guest {
  const { modules, manifest, budget } = parts;
  const exports = exportsOf(manifest);
  const create = creator(modules, manifest);
  let instances = 0;
  return {
    interfaces: interfacesOf(manifest),
    freshBecause: manifest.glueReason ?? 'its glue keeps state of its own',
    maxSlicesInRow: MAX_GLUE_SLICES,
    get held() {
      return { pages: budget.held, instances };
    },
    export: (id) => exports.get(id)?.fn,
    take(maxPages) {
      instances++;
      return new GlueInstance(parts, maxPages, {
        path: (id) => exports.get(id)?.path ?? [],
        instantiate: (host, cores) =>
          instantiate(
            create.module,
            host.imports,
            (module, imports) => cores.create(module, create.entry(module), imports),
            host.lifting,
          ),
        released: () => instances--,
      });
    },
  };
}

interface GlueHooks {
  path(id: string): readonly string[];
  instantiate(host: GuestHost, cores: CoreInstances): unknown;
  released(): void;
}

/** Nothing of jco's glue tells when its guest may wait: it computes to its end, or to that of its slices in a row. */
class GlueInstance implements GuestInstance {
  readonly meter: FuelMeter;
  readonly memory: MemoryAccount;
  readonly origin = 'fresh';
  readonly suspendable = false;
  readonly #hooks: GlueHooks;
  readonly #cores: CoreInstances;
  #exports: unknown;

  constructor({ slotModule, budget }: ComponentParts, maxPages: number, hooks: GlueHooks) {
    this.memory = new MemoryAccount(maxPages, budget);
    this.meter = new FuelMeter(slotModule, this.memory);
    this.#hooks = hooks;
    this.#cores = new CoreInstances(this.meter, this.memory);
  }

  link(host: GuestHost): void {
    this.#exports = this.#hooks.instantiate(host, this.#cores);
  }

  call(_host: GuestHost, fn: CallableFunction, values: readonly unknown[]): GuestEnd | Promise<GuestEnd> {
    let returned: unknown;
    try {
      returned = findExport(this.#exports, this.#hooks.path(fn.id))(...values);
    } catch (thrown) {
      return { thrown };
    }
    if (!(returned instanceof Promise)) return { returned };
    return new Promise((resolve) => {
      returned.then(
        (value: unknown) => resolve({ returned: value }),
        (thrown: unknown) => resolve({ thrown }),
      );
    });
  }

  release(): void {
    this.memory.release();
    this.#hooks.released();
  }
}

/** Names of the imported interfaces, without versions. */
export function interfacesOf({ imports }: Manifest): readonly string[] {
  return [...new Set(imports.map(({ name }) => name.replace(/@.*$/, '')))];
}

function exportsOf({ functions: all, exportPaths }: Manifest): ReadonlyMap<string, Export> {
  const functions = new Map(all.map((fn) => [fn.id, fn]));
  const exports = new Map<string, Export>();
  for (const { function: id, path } of exportPaths) {
    const fn = functions.get(id);
    if (fn?.callable) exports.set(id, { fn, path });
  }
  return exports;
}

/** The core modules as the glue asks for them, and what is known of each. */
function creator(modules: ComponentParts['modules'], manifest: Manifest) {
  const coreModules = new Map(Object.entries(modules));
  const entries = new Map(manifest.modules.map((entry) => [entry.name, entry]));
  const entryOf = new Map([...coreModules].map(([name, module]) => [module, entries.get(name) ?? { name, bytes: 0 }]));
  const module = (name: string) => {
    const found = coreModules.get(name);
    if (found === undefined) throw new Error(`the artifact has no core module ${JSON.stringify(name)}`);
    return found;
  };
  Object.freeze(module); // the glue of every call gets this one
  return { module, entry: (of: WebAssembly.Module) => entryOf.get(of) ?? { name: '', bytes: 0 } };
}

type GuestFunction = (...values: readonly unknown[]) => unknown;

/** The function at `path`, found through own data properties only. */
function findExport(exports: unknown, path: readonly string[]): GuestFunction {
  let found: unknown = exports;
  for (const key of path) {
    found =
      typeof found === 'object' && found !== null ? Object.getOwnPropertyDescriptor(found, key)?.value : undefined;
  }
  if (typeof found !== 'function') throw new Error(`the glue does not export ${path.join('.')}`);
  return found as GuestFunction; // a function of any kind can be called; what it answers is unknown
}
