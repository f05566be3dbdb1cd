/**
 * The authority of one call, as the isolate holds it: an RPC target that is void once the isolate is done with the call, or
 * has had the time for that. What a guest wrote becomes one record of the Worker's log, tied to component, version, instance and request.
 */
import { RpcTarget } from 'cloudflare:workers';
import { MAX_STDIO_BYTES_PER_CALL } from '../../src/core/limits.ts';
import type { AbortReason, CallCapabilities, StdioBatch } from '../../src/isolate/protocol.ts';
import type { CallEnd } from './call-end.ts';
import { readStdio } from './stdio-record.ts';

/** What every log record of a call carries. */
export interface CallLabels {
  readonly component: string;
  readonly version: string;
  readonly instance: string;
  readonly request: string;
}

/** The target for the isolate, and the shard's own hand on it: `close` makes it void. `end` ends the call from outside. */
export function callCapabilities(
  labels: CallLabels,
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
    console.log({ message: 'guest output', ...readStdio(batch, MAX_STDIO_BYTES_PER_CALL), ...labels });
  };
  const { promise: aborted, resolve } = Promise.withResolvers<AbortReason>();
  end.onAbort(resolve);
  return {
    capabilities: new CallCapabilitiesTarget(write, aborted),
    close: () => {
      open = false;
      // A question that stays open would keep the object from being evicted, though nobody is there to hear the answer.
      resolve('killed');
    },
  };
}

class CallCapabilitiesTarget extends RpcTarget implements CallCapabilities {
  readonly #write: (batch: unknown) => void;
  readonly #aborted: Promise<AbortReason>;

  constructor(write: (batch: unknown) => void, aborted: Promise<AbortReason>) {
    super();
    this.#write = write;
    this.#aborted = aborted;
  }

  async stdio(batch: StdioBatch): Promise<void> {
    this.#write(batch);
  }

  aborted(): Promise<AbortReason> {
    return this.#aborted;
  }
}
