/** A small memory: its copy is put back whole. */
import { PAGE_BYTES } from '../../../src/core/limits.ts';
import type { KeptMemory, SavedCopy } from './kept-memory.ts';

const WORD_BYTES = 8;

export class WholeMemory implements KeptMemory {
  readonly memory: WebAssembly.Memory;
  /** Of length 0 once the memory has grown. */
  #view = new Uint8Array(0);
  #copy: Uint8Array | undefined;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
  }

  get pages(): number {
    return this.memory.buffer.byteLength / PAGE_BYTES;
  }

  copy(): Uint8Array {
    return new Uint8Array(this.memory.buffer).slice();
  }

  adopt(copy: SavedCopy): boolean {
    if (!(copy instanceof Uint8Array)) return false;
    this.#copy = copy;
    this.#view = new Uint8Array(this.memory.buffer);
    return this.differs() < 0;
  }

  restore(): number | undefined {
    const copy = this.#copy;
    if (copy === undefined || this.#view.length !== copy.length) return undefined;
    this.#view.set(copy);
    return copy.length;
  }

  forget(): void {
    this.#copy = undefined;
  }

  wrote(): void {}

  differs(): number {
    const copy = this.#copy;
    if (copy === undefined || this.#view.length !== copy.length) return 0;
    const [now, then] = [words(this.#view), words(copy)];
    for (let index = 0; index < now.length; index++) if (now[index] !== then[index]) return index * WORD_BYTES;
    return -1;
  }
}

/** Memories and copies of them are whole pages, so that they are whole words too. */
function words(bytes: Uint8Array): BigUint64Array {
  return new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD_BYTES);
}
