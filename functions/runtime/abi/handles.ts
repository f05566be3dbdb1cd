/** The handle table of a component instance (CanonicalABI.md, "Table State"). Index 0 is never used. */
import { MAX_HANDLES } from '../limits.ts';
import { broken } from './trap.ts';

/** One call across a border, as far as handles go: what was lent to it, and the borrows that it has to give back. */
export class HandleScope {
  readonly #lent: Handle[] = [];
  borrows = 0;

  lend(handle: Handle): void {
    handle.lends += 1;
    this.#lent.push(handle);
  }

  /** The call is over: its caller has its handles back. Traps when a borrow was kept. */
  close(): void {
    for (const handle of this.#lent) handle.lends -= 1;
    if (this.borrows > 0) broken('the component kept a borrowed handle beyond the call that lent it');
  }
}

export interface Handle {
  /** Index of the resource type in the plan. */
  readonly resource: number;
  /** What the handle stands for: a host's object, or the number that a guest gave. */
  readonly rep: unknown;
  /** The call that a borrowed handle belongs to; undefined for an owned one. */
  readonly borrowedBy: HandleScope | undefined;
  lends: number;
}

export class HandleTable {
  readonly #entries: (Handle | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** Number of live handles. */
  get size(): number {
    return this.#entries.length - 1 - this.#free.length;
  }

  add(resource: number, rep: unknown, borrowedBy: HandleScope | undefined): number {
    const handle: Handle = { resource, rep, borrowedBy, lends: 0 };
    const free = this.#free.pop();
    if (free !== undefined) {
      this.#entries[free] = handle;
      return free;
    }
    if (this.#entries.length > MAX_HANDLES) broken(`the component holds more than ${MAX_HANDLES} handles`);
    this.#entries.push(handle);
    return this.#entries.length - 1;
  }

  /** The handle at `index`, which has to be one of `resource`. */
  get(index: number, resource: number): Handle {
    const handle = this.#entries[index >>> 0];
    if (handle === undefined) return broken(`the component used the handle ${index >>> 0}, which it does not have`);
    if (handle.resource !== resource) {
      return broken(`the component used the handle ${index >>> 0} as one of another resource`);
    }
    return handle;
  }

  /** Takes the handle at `index` out. One that is lent stays. */
  remove(index: number, resource: number): Handle {
    const handle = this.get(index, resource);
    if (handle.lends > 0) broken(`the component gave the handle ${index >>> 0} away while it is lent`);
    this.#entries[index >>> 0] = undefined;
    this.#free.push(index >>> 0);
    return handle;
  }
}
