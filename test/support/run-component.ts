/** Runs components in Node as an isolate would: the artifact that the builder makes, its glue, and the harness's calls. */
import { runCall } from '../../functions/runtime/call.ts';
import type { Instantiate } from '../../functions/runtime/glue.ts';
import type { Guest } from '../../functions/runtime/guest.ts';
import { openGuest } from '../../functions/runtime/open-guest.ts';
import type { ArtifactContent } from '../../src/build/artifact.ts';
import type { CallOutcome, CallRequest } from '../../src/isolate/protocol.ts';
import { built, compile } from './build-fixtures.ts';
import { platformModules } from './platform-modules.ts';

/** Builds a component and evaluates its glue. `glue: 'jco'` has jco's used, whatever the component is. */
export async function runnable(bytes: Uint8Array, options: { readonly glue?: 'jco' } = {}): Promise<Guest> {
  return guestOf(await built(bytes, options));
}

/** The same for what was built before; `change` is made to each core module. */
export async function guestOf(
  { glue, modules, manifest }: ArtifactContent,
  change: (core: Uint8Array) => Uint8Array = (core) => core,
): Promise<Guest> {
  const url = `data:text/javascript;base64,${Buffer.from(glue).toString('base64')}`;
  const { instantiate } = (await import(url)) as { instantiate?: Instantiate }; // glue-check saw that it exports this, where there is glue
  const compiled = Array.from(modules, ([name, core]) => [name, compile(change(core))] as const);
  return openGuest(instantiate, { modules: Object.fromEntries(compiled), manifest, platform: platformModules() });
}

/** Calls a function by its id. */
export async function callOf(component: Guest, name: string, args: object = {}): Promise<CallOutcome> {
  const body = new TextEncoder().encode(JSON.stringify(args)).buffer as ArrayBuffer; // encode() makes a buffer of its own, never a shared one
  const request: CallRequest = {
    task: { kind: 'function', function: name, body },
    instance: 'test',
    environment: [],
    timeoutMs: 30_000,
    fuel: 4_000_000_000,
    memoryBytes: 96 * 1024 * 1024,
    capabilityUses: 100,
    subrequests: 10,
    reuse: true,
    maxIdle: 64,
    maxResponseBytes: 10_000_000,
  };
  return (await runCall(component, request)).outcome;
}
