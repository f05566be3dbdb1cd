/**
 * The authority of one call, as the isolate holds it: an RPC target that is void once the call has ended. What a guest
 * wrote becomes one record of the Worker's log, tied to component, version, instance and request.
 */
import { RpcTarget } from 'cloudflare:workers';
import { MAX_STDIO_BYTES_PER_CALL } from '../../src/core/limits.ts';
import type { CallCapabilities, StdioBatch } from '../../src/isolate/protocol.ts';
import { readStdio } from './stdio-record.ts';

/** What every log record of a call carries. */
export interface CallLabels {
  readonly component: string;
  readonly version: string;
  readonly instance: string;
  readonly request: string;
}

/** The target for the isolate, and the shard's own hand on it: `end` makes it void. */
export function callCapabilities(labels: CallLabels): {
  readonly capabilities: CallCapabilities;
  readonly end: () => void;
} {
  let open = true;
  return {
    capabilities: new CallCapabilitiesTarget((batch) => {
      if (!open) return;
      // Once: the isolate is not trusted to have kept to one batch, to the limit, or to the shape.
      open = false;
      console.log({ message: 'guest output', ...readStdio(batch, MAX_STDIO_BYTES_PER_CALL), ...labels });
    }),
    end: () => {
      open = false;
    },
  };
}

class CallCapabilitiesTarget extends RpcTarget implements CallCapabilities {
  readonly #write: (batch: unknown) => void;

  constructor(write: (batch: unknown) => void) {
    super();
    this.#write = write;
  }

  async stdio(batch: StdioBatch): Promise<void> {
    this.#write(batch);
  }
}
