/** A large memory: the pages that were written are put back, from a copy that is wasm memory too. */
import { DIRTY_PAGE_SHIFT } from '../../../src/core/engine-names.ts';
import { PAGE_BYTES } from '../../../src/core/limits.ts';
import type { KeptMemory, SavedCopy } from './kept-memory.ts';

/** The exports of `COPY_WASM`, src/build/snapshot/copy-module.ts. */
interface CopyFunctions {
  save(): void;
  clear(): void;
  restore(): number;
  differs(): number;
}

export class PagedMemory implements KeptMemory {
  readonly memory: WebAssembly.Memory;
  readonly map: WebAssembly.Memory;
  readonly #marks: Uint8Array;
  readonly #module: WebAssembly.Module;
  #bytes = 0;
  #functions: CopyFunctions | undefined;

  /** `map` holds the marks of `memory`; `copyModule` is the form of `COPY_WASM` for its addresses. */
  constructor(memory: WebAssembly.Memory, map: WebAssembly.Memory, copyModule: WebAssembly.Module) {
    this.memory = memory;
    this.map = map;
    this.#marks = new Uint8Array(map.buffer);
    this.#module = copyModule;
  }

  get pages(): number {
    return (this.memory.buffer.byteLength + this.map.buffer.byteLength) / PAGE_BYTES;
  }

  copy(): WebAssembly.Memory {
    const pages = this.memory.buffer.byteLength / PAGE_BYTES;
    const copy = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.#link(copy).save();
    return copy;
  }

  adopt(copy: SavedCopy): boolean {
    if (!(copy instanceof WebAssembly.Memory) || copy.buffer.byteLength !== this.memory.buffer.byteLength) return false;
    this.#bytes = copy.buffer.byteLength;
    this.#functions = this.#link(copy);
    this.#functions.clear();
    return this.#functions.differs() < 0;
  }

  restore(): number | undefined {
    if (this.#functions === undefined || this.memory.buffer.byteLength !== this.#bytes) return undefined;
    return this.#functions.restore() << DIRTY_PAGE_SHIFT;
  }

  forget(): void {
    this.#functions = undefined;
  }

  wrote(pointer: number, length: number): void {
    if (length <= 0) return;
    const [first, last] = [pointer >>> DIRTY_PAGE_SHIFT, (pointer + length - 1) >>> DIRTY_PAGE_SHIFT];
    for (let page = first; page <= last; page++) this.#marks[page] = 1;
  }

  differs(): number {
    if (this.#functions === undefined || this.memory.buffer.byteLength !== this.#bytes) return 0;
    return this.#functions.differs();
  }

  #link(copy: WebAssembly.Memory): CopyFunctions {
    const instance = new WebAssembly.Instance(this.#module, { s: { m: this.memory, d: this.map, s: copy } });
    // A cast: the module is ours.
    return instance.exports as unknown as CopyFunctions;
  }
}
