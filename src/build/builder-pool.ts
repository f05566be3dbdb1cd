/**
 * Runs builds one at a time, each in a fresh builder isolate: a panic of jco poisons the instance that it happens in, and
 * two builds at once would not fit the memory of one process. Decides whose fault it is when an isolate is lost.
 */
import { type Failure, failure } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { toFailure } from './build-failure.ts';
import type { BuilderAnswer, BuilderEntrypoint, BuilderOptions, Built } from './builder-protocol.ts';

export interface BuilderPoolLimits {
  /** Wall time of one build, in milliseconds. */
  readonly timeoutMs: number;
  /** Wall time that a build waits for its turn, in milliseconds. */
  readonly waitMs: number;
}

export interface BuildJob<T> {
  readonly options: BuilderOptions;
  /** Opens the source: once, and once more if the isolate is lost. */
  readonly open: () => Promise<ReadableStream<Uint8Array> | ArrayBuffer>;
  /** Takes the artifact to its end; its isolate lives no longer than that. */
  readonly store: (built: Built) => Promise<T>;
}

/** Isolates for one build: one that is lost may be the platform's fault, two are the component's. */
const ATTEMPTS = 2;

/** Time between two looks whether the turn has come, in milliseconds. Objects cannot wake each other, so they look. */
const POLL_MS = 50;

/** Time for storing an artifact, in milliseconds; after it and the build's own time a turn lapses: its owner is gone. */
const STORE_MS = 30_000;

type Attempt = BuilderAnswer | { readonly kind: 'lost'; readonly reason: string };

export class BuilderPool {
  readonly #limits: BuilderPoolLimits;
  /** Number of the last turn, and when it lapses if nobody ends it (milliseconds since the epoch; 0: it has ended). */
  #turn = 0;
  #takenUntil = 0;

  constructor(limits: BuilderPoolLimits) {
    this.#limits = limits;
  }

  /**
   * Builds in an isolate that `start` makes. Fails with the reason why the component is refused, with
   * `RESOURCE_EXHAUSTED` when its turn does not come in time, or with `COMMUNICATION_FAILURE` when its source breaks off.
   * What `start`, `open` and `store` throw goes through.
   */
  async build<T>(start: () => BuilderEntrypoint, job: BuildJob<T>): Promise<Result<T, Failure>> {
    const turn = await this.#takeTurn();
    if (turn === undefined) return err(busy());
    try {
      for (let attempt = 1; ; attempt++) {
        this.#takenUntil = Date.now() + this.#limits.timeoutMs + STORE_MS;
        const answer = await this.#attempt(start, await job.open(), job.options);
        switch (answer.kind) {
          case 'built':
            return ok(await job.store(answer));
          case 'refused':
            return err(toFailure(answer.failure));
          case 'unread':
            console.error({ message: 'the source broke off', reason: answer.reason });
            return err(failure('COMMUNICATION_FAILURE', 'the stored component could not be read: try again'));
          case 'lost':
            console.error({ message: 'the builder isolate was lost', attempt, reason: answer.reason });
            if (attempt === ATTEMPTS) return err(toFailure({ stage: 'transpile', reason: answer.reason }));
        }
      }
    } finally {
      if (turn === this.#turn) this.#takenUntil = 0;
    }
  }

  async #takeTurn(): Promise<number | undefined> {
    const deadline = Date.now() + this.#limits.waitMs;
    while (Date.now() < this.#takenUntil) {
      if (Date.now() >= deadline) return undefined;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    this.#takenUntil = Date.now() + this.#limits.timeoutMs + STORE_MS;
    this.#turn += 1;
    return this.#turn;
  }

  async #attempt(
    start: () => BuilderEntrypoint,
    source: ReadableStream<Uint8Array> | ArrayBuffer,
    options: BuilderOptions,
  ): Promise<Attempt> {
    const { timeoutMs } = this.#limits;
    const isolate = start();
    const { promise: timeout, resolve } = Promise.withResolvers<Attempt>();
    const reason = `the builder took longer than ${timeoutMs / 1000} seconds, ${ATTEMPTS} times: make the component smaller`;
    const timer = setTimeout(() => resolve({ kind: 'lost', reason }), timeoutMs);
    try {
      const build = isolate.build(source, options);
      // If the deadline wins, nobody is left to hear how the isolate fails.
      build.catch(() => undefined);
      return await Promise.race([build, timeout]);
    } catch (error) {
      // Out of memory, CPU time used up, or a defect of the builder.
      console.error({ message: 'the builder isolate failed', error: String(error) });
      return {
        kind: 'lost',
        reason: `the builder ended before it was done, ${ATTEMPTS} times: the component may be too large or too complex`,
      };
    } finally {
      clearTimeout(timer);
    }
  }
}

function busy(): Failure {
  return {
    ...failure('RESOURCE_EXHAUSTED', 'other components are being built and no turn came in time: try again later'),
    retryAfterSeconds: 5,
  };
}
