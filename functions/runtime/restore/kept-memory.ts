/** One memory of a slot: what it held after linking, and how it gets that back. */

/** A copy of a memory after linking. It is never written again, so that slots can share it. */
export type SavedCopy = Uint8Array | WebAssembly.Memory;

export interface KeptMemory {
  readonly memory: WebAssembly.Memory;
  /** Wasm pages that it keeps of its own, its copy left out. */
  readonly pages: number;
  /** Copies the memory as it is now. */
  copy(): SavedCopy;
  /** Takes `copy` as what it goes back to. False when that is not what it holds now. */
  adopt(copy: SavedCopy): boolean;
  /** Puts the copy back and answers how many bytes were written for it; undefined when the memory has grown. */
  restore(): number | undefined;
  /** Lets the copy go: it cannot be restored from here on. */
  forget(): void;
  /** The host wrote there. */
  wrote(pointer: number, length: number): void;
  /** An address at or shortly before the first byte that is not as in the copy; -1 when there is none. */
  differs(): number;
}
