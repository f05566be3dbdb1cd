/**
 * PURE: what the component instances of an isolate hold. Each has a ceiling of its own, and all of them share what the
 * isolate has: 128 MB, from which a process of V8 does not recover when they are gone.
 */
import { instancePages } from '../../src/core/instance-pages.ts';
import { MAX_INSTANCE_ELEMENTS } from './limits.ts';

export type Grown = 'memory' | 'table';

/** Who says whether a guest may have more. */
export interface Growth {
  /**
   * Whether a memory that has `current` pages of 64 KiB may have `delta` more, or a table as many elements. Books them if so.
   */
  allow(what: Grown, delta: number, current: number): boolean;
  /** A growth that was allowed did not happen. */
  failed(what: Grown, delta: number): void;
}

/** The pages that all instances of an isolate share. */
export class PageBudget {
  readonly maxPages: number;
  readonly #shed: () => boolean;
  #held = 0;

  /** `shed` gives up something that holds pages and is not in use; false when there is nothing of that kind. */
  constructor(maxPages: number, shed: () => boolean = () => false) {
    this.maxPages = maxPages;
    this.#shed = shed;
  }

  get held(): number {
    return this.#held;
  }

  /** Whether there were `pages` left; they are taken if so. */
  take(pages: number): boolean {
    while (this.#held + pages > this.maxPages) if (!this.#shed()) return false;
    this.#held += pages;
    return true;
  }

  give(pages: number): void {
    this.#held -= pages;
  }
}

/** Why something was not booked: the instance would be above its ceiling, or the isolate has no more to give. */
export type Shortage = 'ceiling' | 'isolate';

/** What one component instance holds: the memories and tables of all its core instances. */
export class MemoryAccount implements Growth {
  readonly #budget: PageBudget;
  #maxPages: number;
  #memoryPages = 0;
  #elements = 0;
  #overhead = 0;
  #held = 0;
  #refusedGrowths = 0;
  #isReleased = false;

  /** `maxPages` is the ceiling of its memories together. */
  constructor(maxPages: number, budget: PageBudget) {
    this.#maxPages = maxPages;
    this.#budget = budget;
  }

  get maxPages(): number {
    return this.#maxPages;
  }

  /** Pages taken from the isolate: those of memories, what tables take, and what the harness needs beside them. */
  get pages(): number {
    return instancePages(this.#memoryPages, this.#elements) + this.#overhead + this.#held;
  }

  get memoryPages(): number {
    return this.#memoryPages;
  }

  get elements(): number {
    return this.#elements;
  }

  /** Growths that the guest asked for and did not get: an end that follows may be for want of memory. */
  get refusedGrowths(): number {
    return this.#refusedGrowths;
  }

  /** Books what core instances start with. Nothing is booked when there is a shortage. */
  start(pages: number, elements: number): Shortage | undefined {
    return this.#book(pages, elements);
  }

  /** Books pages that the harness itself needs for the instance, which are not the guest's: its ceiling does not count them. */
  addOverhead(pages: number): boolean {
    if (this.#isReleased || !this.#budget.take(pages)) return false;
    this.#overhead += pages;
    return true;
  }

  /**
   * Sets how many pages the platform holds for the call beside the guest's memories: they count against its ceiling. Nothing
   * is changed, and the answer is false, where there are not as many.
   */
  hold(pages: number): boolean {
    const more = pages - this.#held;
    if (more > 0) {
      if (this.#isReleased || this.#memoryPages + pages > this.#maxPages || !this.#budget.take(more)) return false;
    } else this.#budget.give(-more);
    this.#held = pages;
    return true;
  }

  allow(what: Grown, delta: number): boolean {
    const [pages, elements] = amounts(what, delta);
    if (this.#book(pages, elements) === undefined) return true;
    this.#refusedGrowths++;
    return false;
  }

  failed(what: Grown, delta: number): void {
    if (this.#isReleased) return;
    const [pages, elements] = amounts(what, delta);
    this.#refusedGrowths++;
    this.#set(this.#memoryPages - pages, this.#elements - elements);
  }

  /** A call with this ceiling begins: growths that were refused before are not its own. False when more is held already. */
  begin(maxPages: number): boolean {
    if (this.#memoryPages > maxPages) return false;
    this.#maxPages = maxPages;
    this.#refusedGrowths = 0;
    return true;
  }

  /** The instance is gone. What of it still runs for a moment gets nothing more: nobody would give it back. */
  release(): void {
    this.#set(0, 0);
    this.#budget.give(this.#overhead + this.#held);
    this.#overhead = 0;
    this.#held = 0;
    this.#isReleased = true;
  }

  #book(pages: number, elements: number): Shortage | undefined {
    if (this.#isReleased) return 'isolate';
    const [allPages, allElements] = [this.#memoryPages + pages, this.#elements + elements];
    if (allPages + this.#held > this.#maxPages || allElements > MAX_INSTANCE_ELEMENTS) return 'ceiling';
    const held = instancePages(this.#memoryPages, this.#elements);
    if (!this.#budget.take(instancePages(allPages, allElements) - held)) return 'isolate';
    this.#memoryPages = allPages;
    this.#elements = allElements;
    return undefined;
  }

  #set(memoryPages: number, elements: number): void {
    this.#budget.give(instancePages(this.#memoryPages, this.#elements) - instancePages(memoryPages, elements));
    this.#memoryPages = memoryPages;
    this.#elements = elements;
  }
}

function amounts(what: Grown, delta: number): readonly [pages: number, elements: number] {
  return what === 'memory' ? [delta, 0] : [0, delta];
}
