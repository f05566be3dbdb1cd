/**
 * The authority of one call, as the isolate holds it: an RPC target that is void once the call has ended. What a guest
 * wrote goes to the Worker's log, tied to component, version, instance and request.
 */
import { RpcTarget } from 'cloudflare:workers';
import { MAX_STDIO_BYTES_PER_CALL } from '../../src/core/limits.ts';
import type { CallCapabilities, StdioBatch } from '../../src/isolate/protocol.ts';

/** What every log line of a call carries. */
export interface CallLabels {
  readonly component: string;
  readonly version: string;
  readonly instance: string;
  readonly request: string;
}

export class CallCapabilitiesTarget extends RpcTarget implements CallCapabilities {
  readonly #labels: CallLabels;
  #state: 'open' | 'written' | 'ended' = 'open';

  constructor(labels: CallLabels) {
    super();
    this.#labels = labels;
  }

  async stdio(batch: StdioBatch): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'written';
    // The isolate is not trusted to have kept to the limit, or to the shape.
    const lines: readonly unknown[] = Array.isArray(batch?.lines) ? batch.lines : [];
    let left = MAX_STDIO_BYTES_PER_CALL;
    for (const line of lines) {
      const { stream, text } = readLine(line);
      if (left <= 0) break;
      const kept = text.slice(0, left);
      left -= kept.length + 1;
      console.log({ message: kept, stream, ...this.#labels });
    }
    if (typeof batch?.droppedBytes === 'number' && batch.droppedBytes > 0) {
      console.warn({ message: 'guest output was cut', droppedBytes: batch.droppedBytes, ...this.#labels });
    }
  }

  /** Called by the shard when the call is over; not reachable over RPC from the isolate's side in any useful way. */
  end(): void {
    this.#state = 'ended';
  }
}

function readLine(line: unknown): { stream: string; text: string } {
  if (typeof line !== 'object' || line === null) return { stream: 'stdout', text: '' };
  const text = 'text' in line && typeof line.text === 'string' ? line.text : '';
  return { stream: 'stream' in line && line.stream === 'stderr' ? 'stderr' : 'stdout', text };
}
