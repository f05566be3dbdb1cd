/**
 * Runs builds in the builder isolate. An isolate in which a build failed is never used again: a panic of jco poisons
 * the instance that it happens in, and a build that is given up still runs.
 */
import { FUEL_PER_SMOKE_RUN, MAX_COMPONENT_BYTES } from '../core/limits.ts';
import { err, ok, type Result } from '../core/result.ts';
import { BUILDER_HASH, BUILDER_MAIN_MODULE, BUILDER_MODULES } from './builder-modules.ts';
import type { BuilderAnswer, BuilderEntrypoint, Claim } from './builder-protocol.ts';
import type { BuildFailure, Manifest } from './manifest.ts';

/** The platform behaviour that the builder isolate runs with. */
const COMPATIBILITY_DATE = '2026-09-01';

/** Wall time of one build, in milliseconds: a component of 12 MB takes 3 to 6 seconds. */
export const BUILD_TIMEOUT_MS = 60_000;

export interface BuildRequest {
  readonly digest: string;
  readonly sourceBytes: number;
}

export interface Built {
  /** Length of `artifact`. */
  readonly bytes: number;
  readonly artifact: ReadableStream<Uint8Array>;
  readonly manifest: Manifest;
}

/** Builder isolates that are tried before a build is refused as the platform's fault. */
const MAX_ISOLATES_TRIED = 32;

/** Numbers of isolates that this Worker isolate knows to be spent. */
const spent = new Set<number>();

/** Builds `source`. Throws when no builder is free. */
export async function buildInIsolate(
  loader: WorkerLoader,
  source: ReadableStream<Uint8Array> | ArrayBuffer,
  { digest, sourceBytes }: BuildRequest,
): Promise<Result<Built, BuildFailure>> {
  if (sourceBytes > MAX_COMPONENT_BYTES) {
    return err({ stage: 'size', reason: `it has ${sourceBytes} bytes, the most is ${MAX_COMPONENT_BYTES}` });
  }
  const { builder, number } = await claimBuilder(loader);
  const options = { digest, maxBytes: MAX_COMPONENT_BYTES, initialFuel: FUEL_PER_SMOKE_RUN };
  const answer = await withTimeout(builder.build(source, options));
  if (answer.ok) return ok({ bytes: answer.bytes, artifact: answer.artifact, manifest: answer.manifest });
  spent.add(number);
  return err(answer.failure);
}

/** Finds an isolate that is fresh enough and not at work. Ids are few and return, since each one costs money. */
async function claimBuilder(loader: WorkerLoader): Promise<{ readonly builder: BuilderEntrypoint; readonly number: number }> {
  for (let number = 0, tried = 0; tried < MAX_ISOLATES_TRIED; number++) {
    if (spent.has(number)) continue;
    tried++;
    const builder = builderEntrypoint(loader, number);
    // A rejection: the isolate died, for example of a lack of memory.
    const claim = await builder.claim().catch((): Claim => 'spent');
    if (claim === 'mine') return { builder, number };
    if (claim === 'spent') spent.add(number);
  }
  throw new Error('no builder isolate is free');
}

/** The builder's entrypoint: the only place that gives a dynamic Worker the builder's code. */
export function builderEntrypoint(loader: WorkerLoader, number: number): BuilderEntrypoint {
  const worker = loader.get(`builder:${BUILDER_HASH}:${number}`, () => ({
    compatibilityDate: COMPATIBILITY_DATE,
    mainModule: BUILDER_MAIN_MODULE,
    modules: { ...BUILDER_MODULES },
    env: {},
    globalOutbound: null,
  }));
  // A cast: the entrypoint is functions/builder/main.ts, which implements this interface.
  return worker.getEntrypoint() as unknown as BuilderEntrypoint;
}

async function withTimeout(build: Promise<BuilderAnswer>): Promise<BuilderAnswer> {
  const { promise: timeout, resolve } = Promise.withResolvers<BuilderAnswer>();
  const timer = setTimeout(() => resolve(failed(`it took longer than ${BUILD_TIMEOUT_MS / 1000} seconds`)), BUILD_TIMEOUT_MS);
  try {
    return await Promise.race([build, timeout]);
  } catch (error) {
    // Out of memory, CPU time used up, or a defect of the builder: the isolate is gone or not to be trusted.
    console.error({ message: 'the builder isolate failed', error: String(error) });
    return failed('the builder ended before it was done: the component may be too large or too complex');
  } finally {
    clearTimeout(timer);
  }
}

function failed(reason: string): BuilderAnswer {
  return { ok: false, failure: { stage: 'transpile', reason } };
}
