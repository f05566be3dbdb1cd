/**
 * The state of the core instances of one component instance: kept once after linking, put back after each call. All that
 * a component instance holds besides (handles, borrowed flags, authority) is made anew by who uses this.
 */
import type { ModuleEntry } from '../../../src/build/manifest.ts';
import {
  DIRTY_EXPORT,
  DIRTY_IMPORT,
  MEMORY_EXPORT,
  MEMORY64_EXPORT,
  OK_EXPORT,
  RESTORE_EXPORT,
  SAME_EXPORT,
  SAVE_EXPORT,
} from '../../../src/core/engine-names.ts';
import { PAGE_BYTES } from '../../../src/core/limits.ts';
import type { KeptMemory } from './kept-memory.ts';
import { PagedMemory } from './paged-memory.ts';
import type { SavedMemories } from './saved-memories.ts';
import { WholeMemory } from './whole-memory.ts';

/** `COPY_WASM` and `COPY64_WASM`, which come with the isolate. */
export interface CopyModules {
  readonly copy: WebAssembly.Module;
  readonly copy64: WebAssembly.Module;
}

/** What the builder added to a core module that has state. */
interface State {
  readonly save: () => void;
  readonly restore: () => void;
  readonly ok: () => number;
  readonly same: () => number;
}

/** What the manifest says of a core module: whether it has a snapshot, and how many memories it defines. */
export type SnapshotEntry = Pick<ModuleEntry, 'hasState' | 'memories'>;

export class Snapshot {
  readonly #saved: SavedMemories;
  readonly #modules: CopyModules;
  readonly #states: State[] = [];
  readonly #memories: KeptMemory[] = [];
  readonly #byMemory = new Map<WebAssembly.Memory, KeptMemory>();
  #restoredBytes = 0;

  /** `saved` is shared by all slots of the component. */
  constructor(saved: SavedMemories, modules: CopyModules) {
    this.#saved = saved;
    this.#modules = modules;
  }

  /** The imports of an instance that is about to be made, with the map of the memory that it imports where it needs one. */
  imports(module: WebAssembly.Module, imports: WebAssembly.Imports = {}): WebAssembly.Imports {
    const from = importedMemory(module);
    if (from === undefined) return imports;
    const memory = imports[from.module]?.[from.name];
    const kept = memory instanceof WebAssembly.Memory ? this.#byMemory.get(memory) : undefined;
    if (!(kept instanceof PagedMemory)) throw new Error('INTERNAL: a core module imports a memory without a map');
    return { ...imports, [DIRTY_IMPORT.module]: { [DIRTY_IMPORT.name]: kept.map } };
  }

  /**
   * Takes a core instance in as soon as it is made: before anything of it runs, and before another one imports from it.
   * Throws when it has not what the manifest says of its module: it would keep something from call to call.
   */
  add({ exports }: WebAssembly.Instance, { hasState = false, memories = 0 }: SnapshotEntry): void {
    const save = exports[SAVE_EXPORT];
    if (hasState !== (save !== undefined) || (memories > 0 && !hasState)) incomplete();
    if (!hasState) return;
    this.#states.push({
      save: action(save),
      restore: action(exports[RESTORE_EXPORT]),
      ok: question(exports[OK_EXPORT]),
      same: question(exports[SAME_EXPORT]),
    });
    const memory = exports[MEMORY_EXPORT] ?? exports[MEMORY64_EXPORT];
    if (!(memory instanceof WebAssembly.Memory)) {
      if (memories > 0) incomplete();
      return;
    }
    const map = exports[DIRTY_EXPORT];
    const { copy, copy64 } = this.#modules;
    const copyModule = MEMORY64_EXPORT in exports ? copy64 : copy;
    const kept = map instanceof WebAssembly.Memory ? new PagedMemory(memory, map, copyModule) : new WholeMemory(memory);
    this.#memories.push(kept);
    this.#byMemory.set(memory, kept);
  }

  /** Keeps the state as it is now: once, after linking. False when it must not be put back: use the slot for one call. */
  save(): boolean {
    try {
      for (const { save } of this.#states) save();
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) return false; // no room for the copy of a table
      throw error;
    }
    return this.#saved.adopt(this.#memories);
  }

  /** Puts the state back. False when a memory or a table has grown: the instances must be thrown away. */
  restore(): boolean {
    for (const { ok } of this.#states) if (ok() !== 1) return false;
    let bytes = 0;
    for (const memory of this.#memories) {
      const restored = memory.restore();
      if (restored === undefined) return false;
      bytes += restored;
    }
    for (const { restore } of this.#states) restore();
    this.#restoredBytes = bytes;
    return true;
  }

  /** Lets the copies of memories go: what has some cannot be restored from here on. */
  forget(): void {
    for (const memory of this.#memories) memory.forget();
  }

  /** The host wrote `length` bytes at `pointer`. Each of its writes between two restores has to be told. */
  wrote(memory: WebAssembly.Memory, pointer: number, length: number): void {
    this.#byMemory.get(memory)?.wrote(pointer, length);
  }

  /**
   * Compares all that was kept with what is now, byte by byte, marks left aside, and says what differs. To be asked now
   * and then after a restore: an answer means that this component's slots must not be used again.
   */
  verify(): string | undefined {
    for (const [index, { ok, same }] of this.#states.entries()) {
      if (ok() !== 1) return `core instance ${index}: a memory or a table has another size`;
      const ordinal = same();
      if (ordinal !== 0) return `core instance ${index}: global or table ${ordinal - 1} of those that are kept`;
    }
    for (const [index, memory] of this.#memories.entries()) {
      const address = memory.differs();
      if (address >= 0) return `memory ${index}: bytes from ${address} on`;
    }
    return undefined;
  }

  /** Wasm pages that this slot holds: memories and maps of dirty pages. The saved copies are not counted here. */
  get pages(): number {
    return this.#memories.reduce((sum, { pages }) => sum + pages, 0);
  }

  /** Those of them that are maps. */
  get mapPages(): number {
    return this.#memories.reduce((sum, { pages, memory }) => sum + pages - memory.buffer.byteLength / PAGE_BYTES, 0);
  }

  /** Bytes that the last restore wrote: of large memories only the pages that the call had written. */
  get restoredBytes(): number {
    return this.#restoredBytes;
  }
}

type ImportName = Pick<WebAssembly.ModuleImportDescriptor, 'module' | 'name'>;

/** Of modules that were asked for: reading it of a module takes as long as making an instance. */
const importedMemories = new WeakMap<WebAssembly.Module, ImportName | 'none'>();

/** Where a module that marks pages gets its memory from; undefined for all others. */
function importedMemory(module: WebAssembly.Module): ImportName | undefined {
  let found = importedMemories.get(module);
  if (found === undefined) {
    const imports = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'memory');
    const isMarking = imports.some(({ module: from }) => from === DIRTY_IMPORT.module);
    found = (isMarking && imports.find(({ module: from }) => from !== DIRTY_IMPORT.module)) || 'none';
    importedMemories.set(module, found);
  }
  return found === 'none' ? undefined : found;
}

/** Casts: the builder wrote these functions, and nothing else has their names. */
function action(value: unknown): () => void {
  return expectFunction(value) as () => void;
}

function question(value: unknown): () => number {
  return expectFunction(value) as () => number;
}

function expectFunction(value: unknown): unknown {
  return typeof value === 'function' ? value : incomplete();
}

function incomplete(): never {
  throw new Error('INTERNAL: a core module has not what its manifest says of its snapshot');
}
