/** Measures the stages of a call inside the isolate: the artifact that the platform built, under `workers/stages.ts`. */
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { readArtifact } from '../src/build/artifact.ts';
import {
  GLUE_MODULE,
  HARNESS_MODULE,
  MAIN_MODULE,
  MANIFEST_MODULE,
  mainModuleSource,
  SLOT_MODULE,
} from '../src/isolate/main-module.ts';
import { SLOT_WASM } from '../src/isolate/slot-module.ts';
import { bundleWorker } from './bundle.ts';
import { median } from './numbers.ts';
import { STAGES, type Stage, type StageAnswer, type StageRequest } from './stage-protocol.ts';

/** Microseconds of each part of one call; together they are `whole`. */
export interface Parts {
  readonly arguments: number;
  readonly glue: number;
  readonly cores: number;
  readonly guest: number;
  readonly result: number;
  readonly rest: number;
  readonly whole: number;
}

export interface StageTarget {
  readonly artifact: ArrayBuffer;
  /** Full id of the function and the JSON body. */
  readonly id: string;
  readonly body: string;
}

export async function measureStages({ artifact, ...call }: StageTarget, rounds: number): Promise<Parts> {
  const miniflare = await start(artifact);
  try {
    const runs = new Map<Stage, number[]>(STAGES.map((stage) => [stage, []]));
    // The first round warms up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const stage of STAGES) {
        const microseconds = await ask(miniflare, { stage, ...call });
        if (round > 0) runs.get(stage)?.push(microseconds);
      }
    }
    return parts((stage) => median(runs.get(stage) ?? []));
  } finally {
    await miniflare.dispose();
  }
}

function parts(of: (stage: Stage) => number): Parts {
  return {
    arguments: of('arguments'),
    glue: of('withoutGuest') - of('withoutInstance') - of('cores'),
    cores: of('cores'),
    guest: of('whole') - of('withoutGuest'),
    result: of('result'),
    rest: of('withoutInstance') - of('arguments') - of('result'),
    whole: of('whole'),
  };
}

async function start(packed: ArrayBuffer): Promise<Miniflare> {
  const { manifest, glue, modules } = readArtifact(packed);
  const text = (path: string, contents: string) => ({ type: 'ESModule' as const, path, contents });
  return new Miniflare(
    convertV4MiniflareOptions({
      compatibilityDate: '2026-09-01',
      modules: [
        text(MAIN_MODULE, mainModuleSource(manifest)),
        text(HARNESS_MODULE, await bundleWorker('stages')),
        text(GLUE_MODULE, glue),
        text(MANIFEST_MODULE, `export default ${JSON.stringify(manifest)};`),
        ...[...modules, [SLOT_MODULE, SLOT_WASM] as const].map(([path, wasm]) => ({
          type: 'CompiledWasm' as const,
          path,
          contents: new Uint8Array(wasm),
        })),
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
