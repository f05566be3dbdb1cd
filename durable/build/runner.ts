/**
 * Runs one build from source to tried artifact, in a request of its own: workerd keeps a dynamic Worker as long as the
 * request that loaded it, and a request inside an object lasts as long as the object (docs/platform-notes.md).
 */
import { WorkerEntrypoint } from 'cloudflare:workers';
import { buildInIsolate } from '../../src/build/builder-isolate.ts';
import { artifactKey } from '../../src/build/keys.ts';
import type { Manifest } from '../../src/build/manifest.ts';
import type { Failure } from '../../src/core/errors.ts';
import type { Result } from '../../src/core/result.ts';
import { loadOnce } from '../../src/isolate/loader.ts';
import type { Bindings } from '../shared/bindings.ts';
import { openSource, storeArtifact } from './artifacts.ts';
import { smokeRun } from './smoke.ts';

export interface BuildRunnerContract {
  /** Builds the kept source of `digest` and stores the artifact. Throws when R2 or the loader does not work. */
  run(digest: string, sourceBytes: number): Promise<Result<Manifest, Failure>>;
}

export class BuildRunner extends WorkerEntrypoint<Bindings> implements BuildRunnerContract {
  run(digest: string, sourceBytes: number): Promise<Result<Manifest, Failure>> {
    return runBuild(this.env, digest, sourceBytes);
  }
}

/** The Worker's own `BuildRunner`, by loopback. */
export function buildRunner(ctx: DurableObjectState): BuildRunnerContract {
  // A cast: `exports` is typed by a generated file that this project does without. src/index.ts exports the class.
  return (ctx as unknown as { exports: { BuildRunner: BuildRunnerContract } }).exports.BuildRunner;
}

export async function runBuild(
  env: Pick<Bindings, 'ARTIFACTS' | 'LOADER'>,
  digest: string,
  sourceBytes: number,
): Promise<Result<Manifest, Failure>> {
  const { ARTIFACTS } = env;
  const request = { digest, sourceBytes, open: () => openSource(ARTIFACTS, digest) };
  const built = await buildInIsolate(env.LOADER, request, async (answer) => {
    await storeArtifact(ARTIFACTS, digest, answer);
    return answer.manifest;
  });
  if (!built.ok) return built;
  const key = artifactKey(digest);
  const artifact = await ARTIFACTS.get(key);
  if (artifact === null) throw new Error('the artifact went away before its smoke run');
  const packed = await artifact.arrayBuffer();
  const smoke = await smokeRun(() => loadOnce(env.LOADER, packed));
  if (smoke.ok) return built;
  if (smoke.error.code === 'INVALID_COMPONENT') await ARTIFACTS.delete(key);
  return smoke;
}
