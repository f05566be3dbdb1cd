/** What the memories of a component hold after linking: one copy for all of its slots in this isolate. */
import type { KeptMemory, SavedCopy } from './kept-memory.ts';

export class SavedMemories {
  #copies: readonly SavedCopy[] | undefined;

  /** Lets the copies go. The next slot is the first one again. */
  forget(): void {
    this.#copies = undefined;
  }

  /**
   * Gives these memories, those of a slot in the order of their instances, the copies that they go back to. The first
   * slot's are copied. A later slot whose memories are not the same is refused: linking used something that is not the
   * component's own, and what that was must not be the same for two calls.
   */
  adopt(memories: readonly KeptMemory[]): boolean {
    this.#copies ??= memories.map((memory) => memory.copy());
    const copies = this.#copies;
    if (copies.length !== memories.length) return false;
    return memories.every((memory, ordinal) => {
      const copy = copies[ordinal];
      return copy !== undefined && memory.adopt(copy);
    });
  }
}
