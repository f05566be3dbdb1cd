/**
 * Loads the isolate of a component: the only place that gives a dynamic Worker a component's code. It gets an empty
 * environment and no network; what it may do comes with each call.
 */
import {
  GLUE_MODULE,
  HARNESS_MODULE,
  MAIN_MODULE,
  MANIFEST_MODULE,
  mainModuleSource,
} from '../../functions/runtime/main-module.ts';
import { readArtifact } from '../build/artifact.ts';
import { BUILDER_VERSION } from '../build/manifest.ts';
import { HARNESS, HARNESS_HASH } from './harness-module.ts';
import type { IsolateEntrypoint } from './protocol.ts';

/** Isolates run with the same platform behaviour as the Worker itself. */
export const ISOLATE_COMPATIBILITY_DATE = '2026-09-01';

export interface IsolateSpec {
  readonly digest: string;
  /** Whose isolate this is: component incarnation and shard, so that no two objects share one. */
  readonly owner: string;
}

/**
 * The isolate's entrypoint; it is started when first called. `readPacked` gives the packed artifact, and is called
 * only when the isolate is cold. Equal ids mean equal code: the artifact follows from digest and builder version.
 */
export function loadIsolate(
  loader: WorkerLoader,
  { digest, owner }: IsolateSpec,
  readPacked: () => Promise<ArrayBuffer>,
): IsolateEntrypoint {
  const id = `component:${HARNESS_HASH}:${BUILDER_VERSION}:${digest}:${owner}`;
  const worker = loader.get(id, async () => {
    const { manifest, glue, modules } = readArtifact(await readPacked());
    return {
      compatibilityDate: ISOLATE_COMPATIBILITY_DATE,
      mainModule: MAIN_MODULE,
      modules: {
        [MAIN_MODULE]: mainModuleSource(manifest),
        [HARNESS_MODULE]: HARNESS,
        [GLUE_MODULE]: glue,
        [MANIFEST_MODULE]: { json: manifest },
        ...Object.fromEntries(Array.from(modules, ([name, wasm]) => [name, { wasm }])),
      },
      env: {},
      globalOutbound: null,
    };
  });
  // A cast: the entrypoint is the harness's class, which implements this interface; what it answers is checked in
  // guest-error.ts all the same.
  return worker.getEntrypoint() as unknown as IsolateEntrypoint;
}
