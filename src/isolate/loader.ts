/**
 * Loads the isolate of a component: the only place that gives a dynamic Worker a component's code. It gets an empty
 * environment and no network; what it may do comes with each call.
 */
import { readArtifact } from '../build/artifact.ts';
import { BUILDER_VERSION } from '../build/manifest.ts';
import { HARNESS, HARNESS_HASH } from './harness-module.ts';
import {
  GLUE_MODULE,
  HARNESS_MODULE,
  MAIN_MODULE,
  MANIFEST_MODULE,
  mainModuleSource,
  PLATFORM_MODULES,
} from './main-module.ts';
import { PLATFORM_WASM } from './platform-modules.ts';
import type { IsolateEntrypoint, PlatformModule } from './protocol.ts';

/** Isolates run with the same platform behaviour as the Worker itself. */
export const ISOLATE_COMPATIBILITY_DATE = '2026-09-01';

export interface IsolateSpec {
  readonly digest: string;
  /** Whose isolate this is: component incarnation and shard, so that no two objects share one. */
  readonly owner: string;
  /**
   * Raise it after every isolate that could not be loaded or was lost: the platform remembers what came of an id, also
   * when it was an error.
   */
  readonly attempt: number;
  /** CPU time of one call, in milliseconds: the edge ends the isolate's request beyond it, a local workerd does not. */
  readonly cpuMs: number;
}

export interface LoadedIsolate {
  /** Started when first called. */
  readonly entrypoint: IsolateEntrypoint;
  /**
   * Why the isolate could not be loaded, when that is the platform's fault and not the component's; else undefined.
   * `rejection` is what a call of the entrypoint threw: it tells when the failure was remembered from before.
   */
  loadError(rejection?: unknown): unknown;
}

/** Begins the message of every error that stands for a failed load, since nothing else of an error survives the platform. */
const LOAD_FAILED = 'the isolate could not be loaded: ';

/** The isolate of `spec`. `readPacked` gives the packed artifact, and is called only when the isolate is cold. */
export function loadIsolate(
  loader: WorkerLoader,
  spec: IsolateSpec,
  readPacked: () => Promise<ArrayBuffer>,
): LoadedIsolate {
  let failed: Error | undefined;
  const worker = loader.get(isolateId(spec), async () => {
    try {
      return isolateCode(await readPacked());
    } catch (error) {
      failed = new Error(`${LOAD_FAILED}${error instanceof Error ? error.message : String(error)}`, { cause: error });
      throw failed;
    }
  });
  return {
    entrypoint: entrypointOf(worker, { cpuMs: spec.cpuMs }),
    loadError: (rejection) => failed ?? (isLoadFailure(rejection) ? rejection : undefined),
  };
}

/** An isolate without an id: it is used by whoever holds it, and freed after that. */
export function loadOnce(loader: WorkerLoader, packed: ArrayBuffer): IsolateEntrypoint {
  return entrypointOf(loader.load(isolateCode(packed)));
}

/**
 * Equal ids mean equal code: glue, manifest and core modules follow from digest and builder version, the rest is in the
 * frame's hash. The fields before the owner have no free text, so that no two specs share an id.
 */
export function isolateId({ digest, owner, attempt }: Omit<IsolateSpec, 'cpuMs'>): string {
  return `component:${FRAME_HASH}:${HARNESS_HASH}:${BUILDER_VERSION}:${digest}:${attempt}:${owner}`;
}

function isolateCode(packed: ArrayBuffer): WorkerLoaderWorkerCode {
  const { manifest, glue, modules } = readArtifact(packed);
  return {
    ...FRAME,
    modules: {
      [MAIN_MODULE]: mainModuleSource(manifest),
      [HARNESS_MODULE]: HARNESS,
      [GLUE_MODULE]: glue,
      [MANIFEST_MODULE]: { json: manifest },
      ...PLATFORM_CODE,
      ...Object.fromEntries(Array.from(modules, ([name, wasm]) => [name, { wasm }])),
    },
  };
}

/** What all isolates have in common. */
const FRAME = {
  compatibilityDate: ISOLATE_COMPATIBILITY_DATE,
  mainModule: MAIN_MODULE,
  env: {},
  globalOutbound: null,
} as const;

const PLATFORM_CODE = Object.fromEntries(
  Object.entries(PLATFORM_WASM).map(([key, wasm]) => [PLATFORM_MODULES[key as PlatformModule], { wasm: wasm.buffer }]),
);

/** Changes with the frame, with the main module's template and with the platform's core modules. */
const FRAME_HASH = fnv1a(
  JSON.stringify([
    FRAME,
    mainModuleSource({ modules: [{ name: 'c.wasm', bytes: 0 }] }),
    ...Object.values(PLATFORM_WASM).map((wasm) => [...wasm]),
  ]),
);

/** FNV-1a: it tells releases apart, nobody attacks it, and it needs no await. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function isLoadFailure(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith(LOAD_FAILED);
}

function entrypointOf(worker: WorkerStub, limits?: workerdResourceLimits): IsolateEntrypoint {
  // A cast: the entrypoint is the harness's class, which implements this interface; what it answers is checked in
  // guest-error.ts all the same.
  return worker.getEntrypoint(undefined, limits === undefined ? {} : { limits }) as unknown as IsolateEntrypoint;
}
