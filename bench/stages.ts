/** Measures the stages of a call inside the isolate: the artifact that the platform built, under `workers/stages.ts`. */
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { readArtifact } from '../src/build/artifact.ts';
import {
  GLUE_MODULE,
  HARNESS_MODULE,
  MAIN_MODULE,
  MANIFEST_MODULE,
  mainModuleSource,
  PLATFORM_MODULES,
} from '../src/isolate/main-module.ts';
import { PLATFORM_WASM } from '../src/isolate/platform-modules.ts';
import { bundleWorker, COMPATIBILITY_DATE } from './bundle.ts';
import { median } from './numbers.ts';
import { replaceModules } from './replace-modules.ts';
import { STAGES, type Stage, type StageAnswer, type StageRequest } from './stage-protocol.ts';
import { WARM } from './warm.ts';

/** Microseconds of each part of one call. */
export interface Parts {
  readonly arguments: number;
  /** The guest's function, on an instance that is linked. */
  readonly function: number;
  readonly result: number;
  /** What a call has besides: WASI objects, limits, timer, outcome. */
  readonly rest: number;
  /** The restore, and what the guest does once more in its first state. */
  readonly restore: number;
  /** All of the above: a call on an instance that is brought back to its first state. */
  readonly restored: number;
  /** Making and linking a new instance. */
  readonly link: number;
  /** A call on a new instance. */
  readonly new: number;
}

export interface StageTarget {
  readonly artifact: ArrayBuffer;
  /** Full id of the function and the JSON body. */
  readonly id: string;
  readonly body: string;
}

type Runs = ReadonlyMap<Stage, number[]>;

/** Parts that cannot be left out alone are differences: with `WARM` nothing is restored. */
export async function measureStages({ artifact, ...call }: StageTarget, rounds: number): Promise<Parts> {
  const own = await start(artifact, await bundleWorker('stages'));
  const warm = await start(artifact, await bundleWorker('stages', [replaceModules(WARM)]));
  try {
    const runs = [own, warm].map((worker) => ({
      worker,
      found: new Map(STAGES.map((stage) => [stage, [] as number[]])),
    }));
    // The first round warms up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const stage of STAGES) {
        for (const { worker, found } of round % 2 === 0 ? runs : runs.toReversed()) {
          const microseconds = await ask(worker, { stage, ...call });
          if (round > 0) found.get(stage)?.push(microseconds);
        }
      }
    }
    const [restored, kept] = runs.map(
      ({ found }) =>
        (stage: Stage) =>
          of(found, stage),
    );
    if (restored === undefined || kept === undefined) throw new Error('nothing was measured');
    const alone = { arguments: kept('arguments'), function: kept('function'), result: kept('result') };
    return {
      ...alone,
      rest: kept('reused') - alone.arguments - alone.function - alone.result,
      restore: restored('reused') - kept('reused'),
      restored: restored('reused'),
      link: restored('link'),
      new: restored('new'),
    };
  } finally {
    await own.dispose();
    await warm.dispose();
  }
}

function of(found: Runs, stage: Stage): number {
  return median(found.get(stage) ?? []);
}

async function start(packed: ArrayBuffer, harness: string): Promise<Miniflare> {
  const { manifest, glue, modules } = readArtifact(packed);
  const text = (path: string, contents: string) => ({ type: 'ESModule' as const, path, contents });
  const wasm = (path: string, contents: Uint8Array) => ({ type: 'CompiledWasm' as const, path, contents });
  return new Miniflare(
    convertV4MiniflareOptions({
      compatibilityDate: COMPATIBILITY_DATE,
      modules: [
        text(MAIN_MODULE, mainModuleSource(manifest)),
        text(HARNESS_MODULE, harness),
        text(GLUE_MODULE, glue),
        text(MANIFEST_MODULE, `export default ${JSON.stringify(manifest)};`),
        ...[...modules].map(([path, bytes]) => wasm(path, new Uint8Array(bytes))),
        ...(['slot', 'copy', 'copy64'] as const).map((name) => wasm(PLATFORM_MODULES[name], PLATFORM_WASM[name])),
      ],
    }),
  );
}

async function ask(miniflare: Miniflare, request: StageRequest): Promise<number> {
  const response = await miniflare.dispatchFetch('http://stages/', { method: 'POST', body: JSON.stringify(request) });
  const text = await response.text();
  if (!response.ok) throw new Error(`stage ${request.stage}: ${text}`);
  return (JSON.parse(text) as StageAnswer).microseconds; // our own Worker
}
