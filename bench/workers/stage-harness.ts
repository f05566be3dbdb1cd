/**
 * The harness with the glue's `instantiate` replaced, so that parts of a call can be left out. What a part takes is the
 * difference that it makes: the clock is too coarse to be read inside of a call.
 */
import { serve as serveIsolate } from '../../functions/runtime/index.ts';
import { argumentsFromJson, resultToJson } from '../../src/component/codec/index.ts';
import type { CallRequest } from '../../src/isolate/protocol.ts';
import type { Stage, StageAnswer, StageRequest } from '../stage-protocol.ts';
import { Answer, clock } from './captured.ts';

type Glue = Parameters<typeof serveIsolate>[0];
type Instantiate = NonNullable<Glue['instantiate']>;
type Modules = Parameters<typeof serveIsolate>[1];
type Manifest = Parameters<typeof serveIsolate>[2];
type Step = () => unknown;

/** Time that one measurement takes at least, in milliseconds: the clock has a resolution of one. */
const MEASUREMENT_MS = 200;

const CAPABILITIES = { stdio: async () => {}, aborted: () => new Promise<never>(() => {}) };

/** What one whole call did: its core instances, and what the guest's function returned. */
interface Recording {
  cores: (readonly [WebAssembly.Module, WebAssembly.Imports | undefined])[];
  returned: unknown;
}

/** What the main module of an isolate expects of a harness. */
export function serve({ instantiate }: Glue, modules: Modules, manifest: Manifest, slot: WebAssembly.Module) {
  return {
    async fetch(request: Request, env: unknown, ctx: ExecutionContext): Promise<Response> {
      const asked = await request.json<StageRequest>();
      if (instantiate === undefined || manifest.linking.glue !== 'jco') {
        throw new Error("the stages are those of a component with jco's glue");
      }
      const path = manifest.linking.exportPaths.find((each) => each.function === asked.id)?.path ?? [];
      const recording: Recording = { cores: [], returned: undefined };
      const isolate = (replaced: Instantiate) => {
        const Isolate = serveIsolate({ instantiate: replaced }, modules, manifest, slot);
        const entrypoint = new Isolate(ctx, env);
        return () => entrypoint.call(callOf(asked), CAPABILITIES);
      };
      const recorded = await isolate(recordingOf(instantiate, path, recording))();
      if (recorded.kind !== 'ok') throw new Error(`the call ended with ${JSON.stringify(recorded)}`);
      const skipGuest = exportAt(path, () => recording.returned);
      const steps: Record<Stage, Step> = {
        whole: isolate(instantiate),
        withoutGuest: isolate((...parts) => {
          instantiate(...parts);
          return skipGuest;
        }),
        withoutInstance: isolate(() => skipGuest),
        cores: () => recording.cores.map(([module, imports]) => new WebAssembly.Instance(module, imports)),
        ...(await codecSteps(manifest, asked, recording)),
      };
      return new Answer(JSON.stringify({ microseconds: await measure(steps[asked.stage]) } satisfies StageAnswer));
    },
  };
}

async function measure(step: Step): Promise<number> {
  const started = clock.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < MEASUREMENT_MS) {
    await step();
    count += 1;
    elapsed = clock.now() - started;
  }
  return (elapsed * 1_000) / count;
}

function callOf({ id, body }: StageRequest): CallRequest {
  return {
    function: id,
    // `encode` may answer a view of a larger buffer: a call gets one of its own.
    body: new Uint8Array(new TextEncoder().encode(body)).buffer,
    instance: '',
    environment: [],
    timeoutMs: 30_000,
    fuel: 4_000_000_000,
    memoryBytes: 64 * 1024 * 1024,
    capabilityUses: 10_000,
    subrequests: 50,
    maxResponseBytes: 2 ** 20,
  };
}

function recordingOf(instantiate: Instantiate, path: readonly string[], recording: Recording): Instantiate {
  return (getCoreModule, imports, instantiateCore, ...rest) => {
    // An instance of its own: those of a call that has ended are out of fuel, and start functions call each other.
    const record: typeof instantiateCore = (module, coreImports) => {
      recording.cores.push([module, coreImports]);
      return new WebAssembly.Instance(module, coreImports);
    };
    instantiate(getCoreModule, imports, record, ...rest);
    const exports = instantiate(getCoreModule, imports, instantiateCore, ...rest);
    const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], exports);
    const guest = found as (...values: readonly unknown[]) => unknown; // the manifest says that it is there
    return exportAt(path, (...values) => {
      recording.returned = guest(...values);
      return recording.returned;
    });
  };
}

/** Exports as the glue makes them, of one function. */
function exportAt(path: readonly string[], fn: (...values: readonly unknown[]) => unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), fn);
}

async function codecSteps(
  manifest: Manifest,
  { id, body }: StageRequest,
  recording: Recording,
): Promise<Record<'arguments' | 'result', Step>> {
  const fn = manifest.functions.find((each) => each.id === id);
  if (fn === undefined) throw new Error(`there is no function ${id}`);
  const returned: unknown = await recording.returned;
  return {
    arguments: () => argumentsFromJson(fn, JSON.parse(body)),
    result: () => JSON.stringify(resultToJson(fn.result, { returned }).json),
  };
}
