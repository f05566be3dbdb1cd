/**
 * Collects what calls did and sends it to the supervisor in batches, so that a call costs no message. The newest
 * facts win when more happen than a batch holds; counters are never dropped while the object lives.
 */
import type { FactBody } from '../../src/core/facts.ts';
import { addDuration, EMPTY_HISTOGRAM, type Histogram, mergeHistograms } from '../../src/core/histogram.ts';
import type { PoolReport } from './contract.ts';

/** Time between the first call of a batch and its delivery, in milliseconds. */
const BATCH_MS = 250;

/** Facts in one batch: what a supervisor can store in a few milliseconds. */
const MAX_FACTS_PER_BATCH = 200;

export class Reporter {
  readonly #send: (report: PoolReport) => Promise<void>;
  readonly #keepAlive: (work: Promise<void>) => void;
  #calls = 0;
  #failed = 0;
  #durations: Histogram = EMPTY_HISTOGRAM;
  #facts: { time: number; body: FactBody }[] = [];
  #scheduled = false;

  constructor(send: (report: PoolReport) => Promise<void>, keepAlive: (work: Promise<void>) => void) {
    this.#send = send;
    this.#keepAlive = keepAlive;
  }

  called(time: number, durationMs: number, failed: boolean, facts: readonly FactBody[]): void {
    this.#calls += 1;
    if (failed) this.#failed += 1;
    this.#durations = addDuration(this.#durations, durationMs);
    for (const body of facts) {
      if (this.#facts.length >= MAX_FACTS_PER_BATCH) this.#facts.shift();
      this.#facts.push({ time, body });
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(() => {
      this.#scheduled = false;
      this.#flush().finally(resolve);
    }, BATCH_MS);
    this.#keepAlive(promise);
  }

  async #flush(): Promise<void> {
    const report: PoolReport = {
      calls: this.#calls,
      failed: this.#failed,
      durations: this.#durations,
      facts: this.#facts,
    };
    this.#calls = 0;
    this.#failed = 0;
    this.#durations = EMPTY_HISTOGRAM;
    this.#facts = [];
    try {
      await this.#send(report);
    } catch (error) {
      console.warn({ message: 'a report to the supervisor failed and is sent again', error: String(error) });
      this.#calls += report.calls;
      this.#failed += report.failed;
      this.#durations = mergeHistograms(this.#durations, report.durations);
      this.#facts = [...report.facts, ...this.#facts].slice(-MAX_FACTS_PER_BATCH);
      this.#schedule();
    }
  }
}
