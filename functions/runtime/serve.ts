/** The entrypoint of an isolate: what a pool shard calls. The guest's side of the border starts here. */
import { WorkerEntrypoint } from 'cloudflare:workers';
import type { Manifest } from '../../src/build/manifest.ts';
import type { CallCapabilities, CallOutcome, CallRequest, IsolateEntrypoint } from '../../src/isolate/protocol.ts';
import { runCall } from './call.ts';
import { freezeAll } from './freeze.ts';
import { glueGuest, type Instantiate } from './glue.ts';
import { MAX_ISOLATE_PAGES } from './limits.ts';
import { PageBudget } from './memory.ts';
import { smokeRun } from './smoke.ts';

/** The class that the main module of an isolate exports. State is in this closure: RPC sees `call` and `smoke` only. */
export function serve(
  glue: { readonly instantiate: Instantiate },
  modules: Readonly<Record<string, WebAssembly.Module>>,
  manifest: Manifest,
  slotModule: WebAssembly.Module,
) {
  // What the glue of every call reaches: its own exports (`instantiate`, `_util`) and what it may be handed or import.
  for (const shared of [...Object.values(glue), ...Object.values(modules), manifest, slotModule]) freezeAll(shared);
  const budget = new PageBudget(MAX_ISOLATE_PAGES);
  const guest = glueGuest(glue.instantiate, { modules, manifest, slotModule, budget });
  return class Isolate extends WorkerEntrypoint<unknown> implements IsolateEntrypoint {
    async call(request: CallRequest, capabilities: CallCapabilities): Promise<CallOutcome> {
      const { outcome, output } = await runCall(guest, request, () => capabilities.aborted());
      // The batch is lost when the shard cannot take it; the outcome is not.
      if (output !== undefined) await capabilities.stdio(output).catch(() => undefined);
      return outcome;
    }

    async smoke() {
      return smokeRun(guest);
    }
  };
}
