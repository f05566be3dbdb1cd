/**
 * Collects what calls did and sends it to the supervisor in batches, so that a call costs no message. A batch that could
 * not be sent is sent again as it was, so that it counts once; an eviction loses at most the last batch.
 */
import { addOutcomes, type FactBody, type FactOutcome, isFailed } from '../../src/core/facts.ts';
import { addDuration, EMPTY_HISTOGRAM } from '../../src/core/histogram.ts';
import type { PoolReport } from './contract.ts';

/** Time between the first call of a batch and its delivery, in milliseconds. */
const BATCH_MS = 250;

/** Longest wait before a batch is sent again, in milliseconds. */
const RETRY_MAX_MS = 30_000;

/** Facts in one batch: what a supervisor can store in a few milliseconds. The newest are kept. */
const MAX_FACTS_PER_BATCH = 200;

type Batch = Pick<PoolReport, 'calls' | 'failed' | 'outcomes' | 'durations' | 'facts' | 'droppedFacts'>;

const EMPTY: Batch = { calls: 0, failed: 0, outcomes: {}, durations: EMPTY_HISTOGRAM, facts: [], droppedFacts: 0 };

export class Reporter {
  readonly incarnation: number;
  readonly #shard: number;
  readonly #send: (report: PoolReport) => Promise<void>;
  readonly #keepAlive: (work: Promise<void>) => void;
  readonly #run = crypto.randomUUID();
  #sequence = 0;
  #batch: Batch = EMPTY;
  #unsent: PoolReport | undefined;
  #failures = 0;
  #scheduled = false;

  constructor(
    { shard, incarnation }: Pick<PoolReport, 'shard' | 'incarnation'>,
    send: (report: PoolReport) => Promise<void>,
    keepAlive: (work: Promise<void>) => void,
  ) {
    this.#shard = shard;
    this.incarnation = incarnation;
    this.#send = send;
    this.#keepAlive = keepAlive;
  }

  called(time: number, durationMs: number, outcome: FactOutcome, bodies: readonly FactBody[]): void {
    const { calls, failed, outcomes, durations, facts, droppedFacts } = this.#batch;
    const all = [...facts, ...bodies.map((body) => ({ time, body }))];
    this.#batch = {
      calls: calls + 1,
      failed: failed + (isFailed(outcome) ? 1 : 0),
      outcomes: addOutcomes(outcomes, { [outcome]: 1 }),
      durations: addDuration(durations, durationMs),
      facts: all.slice(-MAX_FACTS_PER_BATCH),
      droppedFacts: droppedFacts + Math.max(0, all.length - MAX_FACTS_PER_BATCH),
    };
    this.#schedule(BATCH_MS);
  }

  /** A fact beside the calls. */
  tell(time: number, body: FactBody): void {
    const { facts, droppedFacts } = this.#batch;
    const all = [...facts, { time, body }];
    this.#batch = {
      ...this.#batch,
      facts: all.slice(-MAX_FACTS_PER_BATCH),
      droppedFacts: droppedFacts + Math.max(0, all.length - MAX_FACTS_PER_BATCH),
    };
    this.#schedule(BATCH_MS);
  }

  #schedule(waitMs: number): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(() => {
      this.#scheduled = false;
      this.#flush().finally(resolve);
    }, waitMs);
    this.#keepAlive(promise);
  }

  async #flush(): Promise<void> {
    this.#unsent ??= this.#seal();
    if (this.#unsent === undefined) return;
    try {
      await this.#send(this.#unsent);
      this.#unsent = undefined;
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      console.warn({ message: 'a report to the supervisor failed and is sent again', error: String(error) });
    }
    if (this.#unsent !== undefined || !isEmpty(this.#batch)) {
      this.#schedule(Math.min(BATCH_MS * 2 ** this.#failures, RETRY_MAX_MS));
    }
  }

  #seal(): PoolReport | undefined {
    if (isEmpty(this.#batch)) return undefined;
    this.#sequence += 1;
    const { incarnation } = this;
    const sealed = { shard: this.#shard, incarnation, run: this.#run, sequence: this.#sequence, ...this.#batch };
    this.#batch = EMPTY;
    return sealed;
  }
}

function isEmpty({ calls, facts }: Batch): boolean {
  return calls === 0 && facts.length === 0;
}
