/**
 * Which calls of a shard run, which wait, and which are refused. Pure: no clock and no promise, decisions over counts.
 *
 * - At most `maxConcurrent` calls run, at most `maxQueue` wait, and what runs in an isolate never has more pages reserved
 *   than the isolate may use.
 * - No place stays free while somebody waits who could have it.
 * - Versions take turns, and so do the functions of a version. The last free place never goes to a function that has all
 *   others while another function waits for it.
 * - A full queue makes room for a function with few calls in it: the newest call of the longest line is pushed out, never
 *   the first of a line. So whoever is first in a line gets a place.
 */
import { FairQueue, type Lane } from './fair-queue.ts';
import { PageLedger, type PagesHeld } from './page-ledger.ts';

export interface Capacity {
  readonly maxConcurrent: number;
  readonly maxQueue: number;
}

export interface Load {
  readonly executing: number;
  readonly queued: number;
}

/** A call that wants a place. `version` names the isolate that it runs in. */
export interface Entrant extends Lane {
  /** Pages that an instance of the version starts with. */
  readonly startPages: number;
}

/** A place, held until `leave`; its pages are held until `release`, since an isolate may take a moment to end a call. */
export interface Grant {
  readonly lane: Lane;
  readonly pages: number;
}

export type Arrival<E extends Entrant> =
  | { readonly kind: 'run'; readonly grant: Grant }
  /** `pushedOut`: who has to go in exchange. */
  | { readonly kind: 'wait'; readonly pushedOut?: E }
  | { readonly kind: 'refuse' }
  /** One instance alone is larger than an isolate. */
  | { readonly kind: 'impossible' };

export class Admission<E extends Entrant> {
  #capacity: Capacity = { maxConcurrent: 0, maxQueue: 0 };
  #executing = 0;
  readonly #queue = new FairQueue<E>();
  readonly #ledgers = new Map<string, PageLedger>();
  /** Calls that run, per function. */
  readonly #running = new Map<string, number>();
  /** Whether a version gets no new calls any more. */
  #isRetired: (version: string) => boolean = () => false;

  get load(): Load {
    return { executing: this.#executing, queued: this.#queue.size };
  }

  /** Pages that all isolates hold, as far as is known. */
  get pages(): number {
    return [...this.#ledgers.values()].reduce((sum, { pages }) => sum + pages, 0);
  }

  /** Instances that wait for another call, in all isolates, as far as is known. */
  get warm(): number {
    return [...this.#ledgers.values()].reduce((sum, { warm }) => sum + warm, 0);
  }

  /** Pages that are reserved in the isolate of a version. */
  reservedPages(version: string): number {
    return this.#ledgers.get(version)?.reserved ?? 0;
  }

  resize(capacity: Capacity): void {
    this.#capacity = capacity;
  }

  arrive(entrant: E): Arrival<E> {
    const ledger = this.#ledger(entrant);
    if (!ledger.possible) return { kind: 'impossible' };
    // Whoever waits could not have the free place, else it would have it.
    if (this.#executing < this.#capacity.maxConcurrent && ledger.fits)
      return { kind: 'run', grant: this.#grant(entrant) };
    if (this.#queue.size < this.#capacity.maxQueue) {
      this.#queue.add(entrant, entrant);
      return { kind: 'wait' };
    }
    const longest = this.#queue.longest();
    if (longest === undefined || longest.length <= this.#queue.lengthOf(entrant) + 1) return { kind: 'refuse' };
    const pushedOut = this.#queue.takeNewest(longest.lane);
    this.#queue.add(entrant, entrant);
    return pushedOut === undefined ? { kind: 'wait' } : { kind: 'wait', pushedOut };
  }

  /** One that waits gave up. */
  withdraw(entrant: E): void {
    this.#queue.remove(entrant, entrant);
  }

  /** Takes all who wait out of the queue. */
  clear(): readonly E[] {
    return this.#queue.takeAll();
  }

  /** The place is free again. */
  leave({ lane }: Grant): void {
    this.#executing -= 1;
    const left = (this.#running.get(lane.function) ?? 1) - 1;
    if (left === 0) this.#running.delete(lane.function);
    else this.#running.set(lane.function, left);
  }

  /** The pages are free again; `held` is what the isolate said. */
  release({ lane, pages }: Grant, held?: PagesHeld): void {
    const ledger = this.#ledgers.get(lane.version);
    if (ledger === undefined) return;
    ledger.release(pages);
    if (held !== undefined) ledger.observe(held);
    this.#dropIdle(lane.version, ledger);
  }

  /** The isolate of a version was lost. */
  forget(version: string): void {
    this.#ledgers.get(version)?.forget();
  }

  /** Drops what is known of all versions but this one, at once or when their last call has ended. */
  retire(active: string | undefined): void {
    this.#isRetired = (version) => version !== active;
    for (const [version, ledger] of this.#ledgers) this.#dropIdle(version, ledger);
  }

  #dropIdle(version: string, { reserved }: PageLedger): void {
    if (reserved === 0 && this.#isRetired(version)) this.#ledgers.delete(version);
  }

  /** Who of those that wait gets a place now; undefined when none is free, or nobody can have it. */
  next(): { readonly entrant: E; readonly grant: Grant } | undefined {
    if (this.#executing >= this.#capacity.maxConcurrent) return undefined;
    const fits = (lane: Lane) => this.#ledgers.get(lane.version)?.fits ?? true;
    const entrant =
      this.#queue.takeNext((lane) => fits(lane) && !this.#wouldHoldAll(lane)) ?? this.#queue.takeNext(fits);
    return entrant === undefined ? undefined : { entrant, grant: this.#grant(entrant) };
  }

  #wouldHoldAll({ function: fn }: Lane): boolean {
    const { maxConcurrent } = this.#capacity;
    return maxConcurrent > 1 && (this.#running.get(fn) ?? 0) + 1 >= maxConcurrent && this.#queue.hasOtherThan(fn);
  }

  #grant(entrant: E): Grant {
    const { version, function: fn } = entrant;
    this.#executing += 1;
    this.#running.set(fn, (this.#running.get(fn) ?? 0) + 1);
    return { lane: { version, function: fn }, pages: this.#ledger(entrant).reserve() };
  }

  #ledger({ version, startPages }: E): PageLedger {
    const known = this.#ledgers.get(version);
    if (known !== undefined) return known;
    const ledger = new PageLedger(startPages);
    this.#ledgers.set(version, ledger);
    return ledger;
  }
}
