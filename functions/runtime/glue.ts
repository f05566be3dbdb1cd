/** Components that run on the glue that jco generates (`instantiation: 'sync'`): each call makes an instance of its own. */
import { ISOLATE_PAGES } from '../../src/core/limits.ts';
import { type ComponentParts, callables, entrances, moduleNamed } from './component-parts.ts';
import { CoreInstances } from './core-instances.ts';
import { FuelMeter } from './fuel.ts';
import type { Guest, GuestHost, GuestInstance } from './guest.ts';
import type { GuestEnd } from './guest-end.ts';
import type { Lifting } from './lifting.ts';
import { MAX_GLUE_SLICES } from './limits.ts';
import { MemoryAccount, PageBudget } from './memory.ts';
import { createWasi } from './wasi/index.ts';
import { providedName } from './wasi/provided.ts';

export type Instantiate = (
  getCoreModule: (name: string) => WebAssembly.Module,
  imports: Readonly<Record<string, object>>,
  instantiateCore: (module: WebAssembly.Module, imports?: WebAssembly.Imports) => WebAssembly.Instance,
  lifting: Lifting,
) => unknown;

/** A component on jco's glue, for which `linking` says why it has no plan. */
export function glueGuest(instantiate: Instantiate | undefined, parts: ComponentParts): Guest {
  const { linking, imports, modules: entries } = parts.manifest;
  if (linking.glue !== 'jco' || instantiate === undefined) throw new Error('the component has no glue');
  const functions = callables(parts.manifest);
  const entered = entrances(parts.manifest);
  const paths = new Map(linking.exportPaths.map(({ function: id, path }) => [id, path]));
  // The glue knows interfaces by their names without version.
  const interfaces = imports.map(({ name }) => [name.replace(/@.*$/, ''), providedName(name)] as const);
  const known = new Map(entries.map((entry) => [entry.name, entry]));
  const entryOf = new Map(
    Object.entries(parts.modules).map(([name, module]) => [module, known.get(name) ?? { name, bytes: 0 }]),
  );
  const getCoreModule = (name: string) => moduleNamed(parts, name);
  Object.freeze(getCoreModule); // the glue of every call gets this one
  const budget = new PageBudget(ISOLATE_PAGES);
  let instances = 0;
  const make = ({ context, lifting }: GuestHost, cores: CoreInstances): unknown => {
    const instantiateCore = (module: WebAssembly.Module, coreImports?: WebAssembly.Imports) =>
      cores.create(module, entryOf.get(module) ?? { name: '', bytes: 0 }, coreImports);
    const made = createWasi([...new Set(interfaces.map(([, provided]) => provided))], context);
    const wasi: Record<string, object> = Object.create(null);
    for (const [plain, provided] of interfaces) if (made[provided] !== undefined) wasi[plain] = made[provided];
    return instantiate(getCoreModule, wasi, instantiateCore, lifting);
  };
  return {
    freshBecause: `it runs on generated glue: ${linking.reason}`,
    maxSlicesInRow: MAX_GLUE_SLICES,
    mayWait: false,
    get held() {
      return { pages: budget.held, instances };
    },
    export: (id) => (paths.has(id) ? functions.get(id) : undefined),
    entrance: (kind) => entered.get(kind),
    take({ maxPages }) {
      instances++;
      const memory = new MemoryAccount(maxPages, budget);
      return new GlueInstance(new FuelMeter(parts.platform.slot, memory), memory, {
        make,
        path: (id) => paths.get(id) ?? [],
        released: () => instances--,
      });
    },
  };
}

interface GlueHooks {
  make(host: GuestHost, cores: CoreInstances): unknown;
  path(id: string): readonly string[];
  released(): void;
}

/** Nothing of jco's glue tells when its guest may wait: it computes to its end, or to that of its slices in a row. */
class GlueInstance implements GuestInstance {
  readonly meter: FuelMeter;
  readonly memory: MemoryAccount;
  readonly origin = 'fresh';
  readonly suspendable = false;
  readonly #hooks: GlueHooks;
  #exports: unknown;

  constructor(meter: FuelMeter, memory: MemoryAccount, hooks: GlueHooks) {
    this.meter = meter;
    this.memory = memory;
    this.#hooks = hooks;
  }

  link(host: GuestHost): void {
    this.#exports = this.#hooks.make(host, new CoreInstances(this.meter, this.memory));
  }

  call(id: string, values: readonly unknown[]): GuestEnd | Promise<GuestEnd> {
    let returned: unknown;
    try {
      returned = findExport(this.#exports, this.#hooks.path(id))(...values);
    } catch (thrown) {
      return { thrown };
    }
    // Where a component waits, this is a promise of the glue's.
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
