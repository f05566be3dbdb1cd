/** Runs builds in dynamic Workers: the only place that gives one the builder's code. */
import type { Failure } from '../core/errors.ts';
import { FUEL_PER_SMOKE_RUN, MAX_COMPONENT_BYTES } from '../core/limits.ts';
import { err, type Result } from '../core/result.ts';
import { toFailure } from './build-failure.ts';
import { BUILDER_MAIN_MODULE, BUILDER_MODULES } from './builder-modules.ts';
import { BuilderPool } from './builder-pool.ts';
import type { BuilderEntrypoint, Built } from './builder-protocol.ts';

/** The platform behaviour that the builder isolate runs with. */
const COMPATIBILITY_DATE = '2026-09-01';

/** Wall time of one build, in milliseconds: a component of 12 MB takes 2 to 4 seconds. */
const BUILD_TIMEOUT_MS = 30_000;

/** Wall time that a build waits for its turn, in milliseconds: a dozen large ones. */
const BUILD_WAIT_MS = 60_000;

export interface BuildRequest {
  /** `sha256:…` of the source. */
  readonly digest: string;
  readonly sourceBytes: number;
  /** Opens the source; called again when an isolate is lost. */
  readonly open: () => Promise<ReadableStream<Uint8Array> | ArrayBuffer>;
}

/** One for each process: memory is what is short. */
const builders = new BuilderPool({ timeoutMs: BUILD_TIMEOUT_MS, waitMs: BUILD_WAIT_MS });

/** Builds a source and hands the artifact to `store`, which reads it to its end. See `BuilderPool.build` for failures. */
export async function buildInIsolate<T>(
  loader: WorkerLoader,
  { digest, sourceBytes, open }: BuildRequest,
  store: (built: Built) => Promise<T>,
): Promise<Result<T, Failure>> {
  if (sourceBytes > MAX_COMPONENT_BYTES) {
    const reason = `it has ${sourceBytes} bytes, the most is ${MAX_COMPONENT_BYTES}`;
    return err(toFailure({ stage: 'size', reason }));
  }
  const options = { digest, maxBytes: sourceBytes, initialFuel: FUEL_PER_SMOKE_RUN };
  return builders.build(() => startBuilder(loader), { options, open, store });
}

/** A fresh builder isolate. It has no id, so that its memory is freed when nobody refers to it. */
function startBuilder(loader: WorkerLoader): BuilderEntrypoint {
  const worker = loader.load({
    compatibilityDate: COMPATIBILITY_DATE,
    mainModule: BUILDER_MAIN_MODULE,
    modules: { ...BUILDER_MODULES },
    env: {},
    globalOutbound: null,
  });
  // A cast: the entrypoint is functions/builder/main.ts, which implements this interface.
  return worker.getEntrypoint() as unknown as BuilderEntrypoint;
}
