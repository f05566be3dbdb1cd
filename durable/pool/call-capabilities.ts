/**
 * The authority of one call, as the isolate holds it: an RPC target that is void once the isolate is done with the call, or
 * has had the time for that. What a guest wrote becomes one record of the Worker's log, tied to component, version, instance and request.
 */
import { RpcTarget } from 'cloudflare:workers';
import type { CallIdentity } from '../../src/capability/provider.ts';
import { MAX_STDIO_BYTES_PER_CALL } from '../../src/core/limits.ts';
import type {
  AbortReason,
  CallCapabilities,
  CapabilityAnswer,
  CapabilityUse,
  StdioBatch,
} from '../../src/isolate/protocol.ts';
import type { CallEnd } from './call-end.ts';
import type { CallUses } from './call-uses.ts';
import { readStdio } from './stdio-record.ts';

/** The target for the isolate, and the shard's own hand on it: `close` makes it void. `end` ends the call from outside. */
export function callCapabilities(
  caller: CallIdentity,
  uses: CallUses,
  end: CallEnd,
): {
  readonly capabilities: CallCapabilities;
  readonly close: () => void;
} {
  let open = true;
  const write = (batch: unknown) => {
    if (!open) return;
    // Once: the isolate is not trusted to have kept to one batch, to the limit, or to the shape.
    open = false;
    console.log({ message: 'guest output', ...readStdio(batch, MAX_STDIO_BYTES_PER_CALL), ...caller });
  };
  const { promise: aborted, resolve } = Promise.withResolvers<AbortReason>();
  end.onAbort(resolve);
  return {
    capabilities: new CallCapabilitiesTarget(uses, write, aborted),
    close: () => {
      open = false;
      uses.close();
      // A question that stays open would keep the object from being evicted, though nobody is there to hear the answer.
      resolve('killed');
    },
  };
}

class CallCapabilitiesTarget extends RpcTarget implements CallCapabilities {
  readonly #uses: CallUses;
  readonly #write: (batch: unknown) => void;
  readonly #aborted: Promise<AbortReason>;

  constructor(uses: CallUses, write: (batch: unknown) => void, aborted: Promise<AbortReason>) {
    super();
    this.#uses = uses;
    this.#write = write;
    this.#aborted = aborted;
  }

  use(use: CapabilityUse): Promise<CapabilityAnswer> {
    return this.#uses.use(use);
  }

  async stdio(batch: StdioBatch): Promise<void> {
    this.#write(batch);
  }

  aborted(): Promise<AbortReason> {
    return this.#aborted;
  }
}
