/** Runs builds in dynamic Workers: the only place that gives one the builder's code. */
import { FUEL_PER_SMOKE_RUN, MAX_COMPONENT_BYTES } from '../core/limits.ts';
import { err, type Result } from '../core/result.ts';
import { BUILDER_HASH, BUILDER_MAIN_MODULE, BUILDER_MODULES } from './builder-modules.ts';
import { BuilderPool, type Built } from './builder-pool.ts';
import type { BuilderEntrypoint } from './builder-protocol.ts';
import type { BuildFailure } from './manifest.ts';

/** The platform behaviour that the builder isolate runs with. */
const COMPATIBILITY_DATE = '2026-09-01';

/** Wall time of one build, in milliseconds: a component of 12 MB takes 2 to 4 seconds, several at once share a thread. */
export const BUILD_TIMEOUT_MS = 60_000;

export interface BuildRequest {
  /** `sha256:…` of the source. */
  readonly digest: string;
  readonly sourceBytes: number;
}

const builders = new BuilderPool(BUILD_TIMEOUT_MS);

/**
 * Builds `source`. The artifact must be read to its end (or cancelled): until then its isolate is busy. Throws when no
 * builder is free.
 */
export async function buildInIsolate(
  loader: WorkerLoader,
  source: ReadableStream<Uint8Array> | ArrayBuffer,
  { digest, sourceBytes }: BuildRequest,
): Promise<Result<Built, BuildFailure>> {
  if (sourceBytes > MAX_COMPONENT_BYTES) {
    return err({ stage: 'size', reason: `it has ${sourceBytes} bytes, the most is ${MAX_COMPONENT_BYTES}` });
  }
  const options = { digest, maxBytes: sourceBytes, initialFuel: FUEL_PER_SMOKE_RUN };
  return builders.build((number) => builderEntrypoint(loader, number), source, options);
}

/** The builder isolate of a number; it is started when first called. Equal ids mean equal code. */
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
