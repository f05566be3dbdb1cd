/**
 * Lets calls of a shard in as `core/admission.ts` decides: each waits until it gets a place, until its time is over, until
 * its caller leaves, or until the gate is closed.
 */
import { Admission, type Capacity, type Entrant, type Grant, type Load } from '../../src/core/admission.ts';
import type { PagesHeld } from '../../src/core/page-ledger.ts';
import type { CallEnd } from './call-end.ts';

/** A place in the shard. Both are heard once. */
export interface Place {
  /** Gives the place to the next. */
  leave(): void;
  /** Gives the pages back, once the isolate is done with the call; `held` is what it said about its memory. */
  release(held?: PagesHeld): void;
}

/**
 * `refused`: no room to wait. `pushed-out`: made room for a function that had less. `expired`: waited in vain. `left`: the
 * call was ended from outside. `closed`: nobody is let in any more. `impossible`: too large for any isolate.
 */
export type Entry = Place | 'refused' | 'pushed-out' | 'expired' | 'left' | 'closed' | 'impossible';

/** One that waits. A new version takes over those who wait for the old one. */
interface Waiting extends Entrant {
  version: string;
  startPages: number;
  readonly settle: (entry: Entry) => void;
}

export class Gate {
  readonly #admission = new Admission<Waiting>();
  readonly #idle = new Set<() => void>();

  get load(): Load {
    return this.#admission.load;
  }

  /** Pages that the shard's isolates hold, as far as is known. */
  get pages(): number {
    return this.#admission.pages;
  }

  /** Instances that wait for another call, as far as is known. */
  get warm(): number {
    return this.#admission.warm;
  }

  /** Takes a new capacity; more room lets those who wait in at once. */
  resize(capacity: Capacity): void {
    this.#admission.resize(capacity);
    this.#letIn();
  }

  /** Those who wait go to this version, and others are forgotten once they have no call. */
  moveTo({ version, startPages }: Pick<Entrant, 'version' | 'startPages'>): void {
    for (const waiting of this.#admission.clear()) {
      waiting.version = version;
      waiting.startPages = startPages;
      const entry = this.#arrive(waiting);
      if (entry !== 'waits') waiting.settle(entry);
    }
    this.#admission.retire(version);
  }

  enter(entrant: Entrant, waitMs: number, end: CallEnd): Entry | Promise<Entry> {
    const { promise, resolve } = Promise.withResolvers<Entry>();
    const waiting: Waiting = { ...entrant, settle: resolve };
    const entry = this.#arrive(waiting);
    return entry === 'waits' ? this.#wait(waiting, promise, waitMs, end) : entry;
  }

  /** Turns away all who wait. */
  close(): void {
    for (const waiting of this.#admission.clear()) waiting.settle('closed');
    this.#admission.retire(undefined);
    this.#tellIdle();
  }

  /** The isolate of a version was lost. */
  forget(version: string): void {
    this.#admission.forget(version);
  }

  /** True when nothing runs or waits any more, false after `timeoutMs`. */
  async drained(timeoutMs: number): Promise<boolean> {
    if (this.#isIdle()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const done = () => resolve(true);
    this.#idle.add(done);
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const drained = await promise;
    clearTimeout(timer);
    this.#idle.delete(done);
    return drained;
  }

  #arrive(waiting: Waiting): Entry | 'waits' {
    const arrival = this.#admission.arrive(waiting);
    switch (arrival.kind) {
      case 'run':
        return this.#place(arrival.grant);
      case 'refuse':
        return 'refused';
      case 'impossible':
        return 'impossible';
      case 'wait':
        arrival.pushedOut?.settle('pushed-out');
        return 'waits';
    }
  }

  async #wait(waiting: Waiting, settled: Promise<Entry>, waitMs: number, end: CallEnd): Promise<Entry> {
    const give = (entry: Entry) => {
      this.#admission.withdraw(waiting);
      waiting.settle(entry);
    };
    const timer = setTimeout(() => give('expired'), waitMs);
    const forget = end.onAbort(() => give('left'));
    const entry = await settled;
    clearTimeout(timer);
    forget();
    this.#tellIdle();
    return entry;
  }

  #place(grant: Grant): Place {
    let isTaken = true;
    let isHeld = true;
    return {
      leave: () => {
        if (!isTaken) return;
        isTaken = false;
        this.#admission.leave(grant);
        this.#letIn();
        this.#tellIdle();
      },
      release: (held) => {
        if (!isHeld) return;
        isHeld = false;
        this.#admission.release(grant, held);
        this.#letIn();
      },
    };
  }

  #letIn(): void {
    for (let next = this.#admission.next(); next !== undefined; next = this.#admission.next()) {
      next.entrant.settle(this.#place(next.grant));
    }
  }

  #isIdle(): boolean {
    const { executing, queued } = this.load;
    return executing === 0 && queued === 0;
  }

  #tellIdle(): void {
    if (!this.#isIdle()) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }
}
