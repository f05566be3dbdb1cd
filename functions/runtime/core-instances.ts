/** Makes the core instances of one component instance, and bounds what they hold together from their start. */
import type { ModuleEntry } from '../../src/build/manifest.ts';
import { START_EXPORT } from '../../src/core/engine-names.ts';
import { MAX_CORE_INSTANCES } from '../../src/core/limits.ts';
import { promising } from './abi/jspi.ts';
import type { CoreFunction } from './abi/state.ts';
import type { FuelMeter } from './fuel.ts';
import { LimitReached } from './limit-reached.ts';
import { MAX_CORE_MEMORIES, MAX_INSTANCE_ELEMENTS } from './limits.ts';
import type { MemoryAccount } from './memory.ts';
import type { Snapshot } from './restore/snapshot.ts';

export class CoreInstances {
  readonly #meter: FuelMeter;
  readonly #memory: MemoryAccount;
  readonly #snapshot: Snapshot | undefined;
  #instances = 0;
  #memories = 0;

  /** `snapshot`: the state of the instances is to be kept. */
  constructor(meter: FuelMeter, memory: MemoryAccount, snapshot?: Snapshot) {
    this.#meter = meter;
    this.#memory = memory;
    this.#snapshot = snapshot;
  }

  /** Makes an instance of the module of `entry` and runs its start function. Throws `LimitReached`. */
  create(module: WebAssembly.Module, entry: ModuleEntry, imports?: WebAssembly.Imports): WebAssembly.Instance {
    const instance = this.#make(module, entry, imports);
    const start = instance.exports[START_EXPORT];
    if (typeof start === 'function') start();
    return instance;
  }

  /** The same with the start function, if there is one, on a stack of its own: it may wait. */
  createSuspendable(
    module: WebAssembly.Module,
    entry: ModuleEntry,
    imports: WebAssembly.Imports,
  ): WebAssembly.Instance | Promise<WebAssembly.Instance> {
    const instance = this.#make(module, entry, imports);
    const start = instance.exports[START_EXPORT];
    if (typeof start !== 'function') return instance;
    return promising(start as CoreFunction)().then(() => instance); // every function that wasm exports is a core function
  }

  #make(module: WebAssembly.Module, entry: ModuleEntry, imports?: WebAssembly.Imports): WebAssembly.Instance {
    this.#count(entry);
    const instance = new WebAssembly.Instance(module, this.#snapshot?.imports(module, imports) ?? imports);
    this.#meter.add(instance, entry.name);
    this.#snapshot?.add(instance, entry);
    return instance;
  }

  #count({ memories = 0, memoryPages = 0, tableElements = 0 }: ModuleEntry): void {
    this.#instances += 1;
    this.#memories += memories;
    if (this.#instances > MAX_CORE_INSTANCES) this.#tooMuch(`core instances, the most is ${MAX_CORE_INSTANCES}`);
    if (this.#memories > MAX_CORE_MEMORIES) this.#tooMuch(`core memories, the most is ${MAX_CORE_MEMORIES}`);
    const { maxPages, memoryPages: pages, elements } = this.#memory;
    const shortage = this.#memory.start(memoryPages, tableElements);
    if (shortage === undefined) return;
    if (shortage === 'isolate') this.#refuse('there is no memory left for another instance');
    if (pages + memoryPages > maxPages) {
      const text = `memory: its core instances start with ${pages + memoryPages} pages of 64 KiB or more`;
      this.#tooMuch(`${text}, the most is ${maxPages}`);
    }
    const text = `tables: they start with ${elements + tableElements} elements or more`;
    this.#tooMuch(`${text}, the most is ${MAX_INSTANCE_ELEMENTS}`);
  }

  #tooMuch(what: string): never {
    this.#refuse(`the component has too many or too large ${what}`);
  }

  #refuse(text: string): never {
    return this.#meter.refuse(new LimitReached('out-of-memory', text));
  }
}
