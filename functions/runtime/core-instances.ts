/** Makes the core instances of one component instance, and bounds what they hold together from their start. */
import type { ModuleEntry } from '../../src/build/manifest.ts';
import type { FuelMeter } from './fuel.ts';
import { LimitReached } from './limit-reached.ts';
import { MAX_CORE_INSTANCES, MAX_CORE_MEMORIES, MAX_START_PAGES, MAX_START_TABLE_ELEMENTS } from './limits.ts';

/** The export of a core module that had a start function: the builder takes its section away, so that a call pays for it. */
export const START_EXPORT = '__start';

export class CoreInstances {
  readonly #meter: FuelMeter;
  #instances = 0;
  #memories = 0;
  #pages = 0;
  #elements = 0;

  constructor(meter: FuelMeter) {
    this.#meter = meter;
  }

  /** Makes an instance of the module of `entry` and runs its start function. Throws `LimitReached`. */
  create(module: WebAssembly.Module, entry: ModuleEntry, imports?: WebAssembly.Imports): WebAssembly.Instance {
    this.#count(entry);
    const instance = new WebAssembly.Instance(module, imports);
    this.#meter.add(instance, entry.name);
    const start = instance.exports[START_EXPORT];
    if (typeof start === 'function') start();
    return instance;
  }

  #count({ memories = 0, memoryPages = 0, tableElements = 0 }: ModuleEntry): void {
    this.#instances += 1;
    this.#memories += memories;
    this.#pages += memoryPages;
    this.#elements += tableElements;
    if (this.#instances > MAX_CORE_INSTANCES) this.#refuse(`core instances, the most is ${MAX_CORE_INSTANCES}`);
    if (this.#memories > MAX_CORE_MEMORIES) this.#refuse(`core memories, the most is ${MAX_CORE_MEMORIES}`);
    if (this.#pages > MAX_START_PAGES)
      this.#refuse(
        `memory: its core instances start with ${this.#pages} pages of 64 KiB or more, the most is ${MAX_START_PAGES}`,
      );
    if (this.#elements > MAX_START_TABLE_ELEMENTS)
      this.#refuse(
        `tables: they start with ${this.#elements} elements or more, the most is ${MAX_START_TABLE_ELEMENTS}`,
      );
  }

  #refuse(what: string): never {
    return this.#meter.refuse(new LimitReached('out-of-memory', `the component has too many or too large ${what}`));
  }
}
