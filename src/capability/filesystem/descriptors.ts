/** The descriptors of one call, by the numbers that its isolate knows them by. */
import type { OpenNode } from '../../core/files/requests.ts';
import { MAX_OPEN_FILES } from '../../core/limits.ts';

export class Descriptors {
  readonly #open = new Map<number, OpenNode>();
  #next = 1;

  get isFull(): boolean {
    return this.#open.size >= MAX_OPEN_FILES;
  }

  get(handle: number): OpenNode | undefined {
    return this.#open.get(handle);
  }

  add(node: OpenNode): number {
    const handle = this.#next++;
    this.#open.set(handle, node);
    return handle;
  }

  /** The nodes of those among `handles` that were open; each as often as it was. */
  close(handles: readonly number[]): number[] {
    return handles.flatMap((handle) => {
      const node = this.#open.get(handle)?.node;
      this.#open.delete(handle);
      return node === undefined ? [] : [node];
    });
  }
}
