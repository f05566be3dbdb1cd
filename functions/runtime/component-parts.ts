/** What an isolate has of its component: the modules, and what the builder knows about them. */
import type { Manifest, ModuleEntry } from '../../src/build/manifest.ts';
import { type EntranceKind, entrancesOf } from '../../src/component/entrances.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import type { PlatformModule } from '../../src/isolate/protocol.ts';

export interface ComponentParts {
  readonly modules: Readonly<Record<string, WebAssembly.Module>>;
  readonly manifest: Manifest;
  /** The platform's own, see src/isolate/platform-modules.ts. */
  readonly platform: Readonly<Record<PlatformModule, WebAssembly.Module>>;
}

export function moduleNamed({ modules }: ComponentParts, name: string): WebAssembly.Module {
  const module = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (module === undefined) throw new Error(`the artifact has no core module ${JSON.stringify(name)}`);
  return module;
}

/** The core module with this number. */
export function entryAt({ manifest }: ComponentParts, index: number): ModuleEntry {
  const entry = manifest.modules[index];
  if (entry === undefined) throw new Error(`the artifact has no core module ${index}`);
  return entry;
}

/** The functions that other components provide, by id: `demo:pricing/quotes@1.0.0#quote`. */
export function importedById({ componentImports }: Manifest): ReadonlyMap<string, CallableFunction> {
  return new Map(componentImports.flatMap(({ functions }) => functions.map((fn) => [fn.id, fn] as const)));
}

/** The functions that can be called, by id. */
export function callables({ functions }: Manifest): ReadonlyMap<string, CallableFunction> {
  return new Map(functions.filter((fn) => fn.callable).map((fn) => [fn.id, fn]));
}

/** Ids of the exports through which the platform enters the component. */
export function entrances({ exports }: Manifest): ReadonlyMap<EntranceKind, string> {
  return new Map(entrancesOf(exports).map(({ kind, id }) => [kind, id]));
}
