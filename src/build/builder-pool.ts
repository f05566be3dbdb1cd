/**
 * Finds a builder isolate for a build: one build at a time in each, and none in which jco failed, for a panic poisons the
 * instance that it happens in. The isolate itself knows whether it is usable (`claim`), whoever asks.
 */
import { err, ok, type Result } from '../core/result.ts';
import type { BuilderAnswer, BuilderEntrypoint, BuilderOptions, Claim } from './builder-protocol.ts';
import type { BuildFailure, Manifest } from './manifest.ts';

export interface Built {
  /** Length of `artifact`. */
  readonly bytes: number;
  readonly artifact: ReadableStream<Uint8Array>;
  readonly manifest: Manifest;
}

/** Isolates that are tried for one build. Ids are few and come back, since each one costs money. */
const MAX_ISOLATES_TRIED = 64;

export class BuilderPool {
  readonly #timeoutMs: number;
  /** Numbers of isolates that are known to be unusable. */
  readonly #spent = new Set<number>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Builds in the first isolate that is free; `open` gives the isolate of a number. Throws when none is free. */
  async build(
    open: (number: number) => BuilderEntrypoint,
    source: ReadableStream<Uint8Array> | ArrayBuffer,
    options: BuilderOptions,
  ): Promise<Result<Built, BuildFailure>> {
    const { builder, number } = await this.#claim(open);
    const answer = await this.#withTimeout(builder.build(source, options), number);
    if (answer.ok) return ok({ bytes: answer.bytes, artifact: answer.artifact, manifest: answer.manifest });
    return err(answer.failure);
  }

  async #claim(
    open: (number: number) => BuilderEntrypoint,
  ): Promise<{ readonly builder: BuilderEntrypoint; readonly number: number }> {
    for (let number = 0, tried = 0; tried < MAX_ISOLATES_TRIED; number++) {
      if (this.#spent.has(number)) continue;
      tried++;
      const builder = open(number);
      // A rejection: the isolate died, for example of a lack of memory.
      const claim = await builder.claim().catch((): Claim => 'spent');
      if (claim === 'mine') return { builder, number };
      if (claim === 'spent') this.#spent.add(number);
    }
    throw new Error('no builder isolate is free');
  }

  async #withTimeout(build: Promise<BuilderAnswer>, number: number): Promise<BuilderAnswer> {
    const { promise: timeout, resolve } = Promise.withResolvers<BuilderAnswer>();
    const timer = setTimeout(() => {
      this.#spent.add(number);
      resolve(failed(`it took longer than ${this.#timeoutMs / 1000} seconds`));
    }, this.#timeoutMs);
    try {
      return await Promise.race([build, timeout]);
    } catch (error) {
      // Out of memory, CPU time used up, or a defect of the builder.
      this.#spent.add(number);
      console.error({ message: 'the builder isolate failed', error: String(error) });
      return failed('the builder ended before it was done: the component may be too large or too complex');
    } finally {
      clearTimeout(timer);
    }
  }
}

function failed(reason: string): BuilderAnswer {
  return { ok: false, failure: { stage: 'transpile', reason } };
}
