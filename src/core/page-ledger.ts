/**
 * The memory of one isolate as admission counts it, in pages of 64 KiB. Every call that runs has pages reserved: at first
 * what an instance starts with, later what the isolate's instances were seen to hold, those of ended calls too. Pure, but for its own counts.
 */
import { ISOLATE_PAGES } from './limits.ts';

/** What an isolate told about its memory after a call. */
export interface PagesHeld {
  /** All that its instances hold, those included that wait for another call. */
  readonly pages: number;
  /** How many instances hold them; without it they tell nothing about one. */
  readonly instances?: number;
  /** What the instance of the call held when it ended: it may be gone, and the next one grows as it did. */
  readonly callPages?: number;
}

/** A smaller need is believed by this part of the difference a call, a larger one at once. */
const FORGET_DIVISOR = 8;

export class PageLedger {
  readonly #startPages: number;
  #perCall: number;
  #reserved = 0;
  #calls = 0;
  #held = 0;
  #instances = 0;

  /** `startPages`: what one instance has when it starts. */
  constructor(startPages: number) {
    this.#startPages = Math.max(1, startPages);
    this.#perCall = this.#startPages;
  }

  /** What the next call reserves. */
  get perCall(): number {
    return this.#perCall;
  }

  get reserved(): number {
    return this.#reserved;
  }

  /** What the isolate holds, as far as is known: what it said last, or more when more is reserved now. */
  get pages(): number {
    return Math.max(this.#held, this.#reserved);
  }

  /** Instances that wait for another call, as far as is known. */
  get warm(): number {
    return Math.max(0, this.#instances - this.#calls);
  }

  /** False when not even one instance fits. */
  get possible(): boolean {
    return this.#startPages <= ISOLATE_PAGES;
  }

  /** Whether a call fits now. */
  get fits(): boolean {
    return this.#reserved + this.#perCall <= ISOLATE_PAGES;
  }

  /** Reserves for a call that starts, and answers how much; it must be given to `release` when the call has ended. */
  reserve(): number {
    const pages = this.#perCall;
    this.#reserved += pages;
    this.#calls += 1;
    return pages;
  }

  release(pages: number): void {
    this.#reserved -= pages;
    this.#calls -= 1;
  }

  /** Learns from what the isolate said. */
  observe({ pages, instances = 0, callPages = 0 }: PagesHeld): void {
    this.#held = pages;
    this.#instances = instances;
    if (instances === 0 && callPages === 0) return;
    const average = instances === 0 ? 0 : Math.ceil(pages / instances);
    const seen = Math.min(Math.max(average, callPages, this.#startPages), ISOLATE_PAGES);
    const step = Math.ceil((this.#perCall - seen) / FORGET_DIVISOR);
    this.#perCall = seen >= this.#perCall ? seen : this.#perCall - step;
  }

  /** The isolate is gone, and what it held with it. */
  forget(): void {
    this.#held = 0;
    this.#instances = 0;
  }
}
