/** The entrypoint of an isolate: what a pool shard calls. The guest's side of the border starts here. */
import { WorkerEntrypoint } from 'cloudflare:workers';
import type { CallCapabilities, CallOutcome, CallRequest, IsolateEntrypoint } from '../../src/isolate/protocol.ts';
import { type FinishedCall, runCall } from './call.ts';
import type { OpenCarrier } from './capabilities.ts';
import type { ComponentParts } from './component-parts.ts';
import { freezeAll } from './freeze.ts';
import type { Instantiate } from './glue.ts';
import { openGuest } from './open-guest.ts';
import { smokeRun } from './smoke.ts';

/** Hands over what the guest wrote, and then the outcome. */
async function deliver(call: Promise<FinishedCall>, capabilities: CallCapabilities): Promise<CallOutcome> {
  const { outcome, output, heard } = await call;
  await heard;
  // The batch is lost when the shard cannot take it; the outcome is not.
  if (output !== undefined) await capabilities.stdio(output).catch(() => undefined);
  return outcome;
}

/** The class that the main module of an isolate exports. State is in this closure: RPC sees `call` and `smoke` only. */
export function serve(
  glue: { readonly instantiate?: Instantiate },
  modules: ComponentParts['modules'],
  manifest: ComponentParts['manifest'],
  platform: ComponentParts['platform'],
) {
  // What the glue of every call reaches: its own exports (`instantiate`, `_util`) and what it may be handed or import.
  const shared = [...Object.values(glue), ...Object.values(modules), manifest, ...Object.values(platform)];
  for (const each of shared) freezeAll(each);
  const guest = openGuest(glue.instantiate, { modules, manifest, platform });
  return class Isolate extends WorkerEntrypoint<unknown> implements IsolateEntrypoint {
    async call(request: CallRequest, capabilities: CallCapabilities): Promise<CallOutcome> {
      // Nothing here waits: a function that does keeps its parameters, and what is brought to a call may be large.
      return deliver(
        runCall(guest, request, {
          aborted: () => capabilities.aborted(),
          use: (use) => capabilities.use(use),
          // A cast: an RPC promise stands for what it will come to, and can be disposed of like that.
          openCarrier: () => capabilities.carrier() as ReturnType<OpenCarrier>,
          // A shard that cannot be reached takes nothing.
          respond: (head, body) => capabilities.respond(head, body).catch(() => false),
        }),
        capabilities,
      );
    }

    async smoke() {
      return smokeRun(guest);
    }
  };
}
