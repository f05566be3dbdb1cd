/**
 * The authority of one call, as the isolate holds it: an RPC target that is void once the isolate is done with the call, or
 * has had the time for that. What a guest wrote goes to the Worker's log.
 */
import { RpcTarget } from 'cloudflare:workers';
import type { CallIdentity } from '../../src/capability/provider.ts';
import type { LogSeverity } from '../../src/core/log-levels.ts';
import type {
  AbortReason,
  CallCapabilities,
  CallCarrier,
  CapabilityAnswer,
  CapabilityUse,
  GuestOutput,
} from '../../src/isolate/protocol.ts';
import type { AnswerBody, ResponseHead } from '../../src/isolate/tasks.ts';
import type { CallCarrierOwner } from './call-carrier.ts';
import type { CallEnd } from './call-end.ts';
import type { CallUses } from './call-uses.ts';
import { writeGuestOutput } from './guest-output.ts';
import type { OutputBudget } from './output-budget.ts';
import type { SingleAnswer } from './single-answer.ts';

/** The target for the isolate, and the shard's own hand on it: `close` makes it void. `end` ends the call from outside. */
export function callCapabilities(
  caller: CallIdentity,
  uses: CallUses,
  carrier: CallCarrierOwner,
  end: CallEnd,
  answers: SingleAnswer,
  output: OutputBudget,
): {
  readonly capabilities: CallCapabilities;
  /** Resolves when what the call has sent is counted. */
  readonly close: () => Promise<void>;
} {
  let open = true;
  const write = (batch: unknown) => {
    if (!open) return;
    // Once: the isolate is not trusted to have kept to one batch.
    open = false;
    const mayLog = (level: LogSeverity) => uses.mayLog(level);
    writeGuestOutput(batch, { caller, budget: output, mayLog }, Date.now());
  };
  const { promise: aborted, resolve } = Promise.withResolvers<AbortReason>();
  end.onAbort((reason) => {
    // At once: the isolate may take a while to end the call, and has nothing more to do in its name.
    uses.close();
    carrier.close();
    resolve(reason);
  });
  return {
    capabilities: new CallCapabilitiesTarget({ carrier, answers, write, aborted }),
    close: () => {
      open = false;
      uses.close();
      const counted = carrier.close();
      // A question that stays open would keep the object from being evicted, though nobody is there to hear the answer.
      resolve('killed');
      return counted;
    },
  };
}

/** What the target is made of. */
interface CallParts {
  readonly carrier: CallCarrierOwner;
  readonly answers: SingleAnswer;
  readonly write: (batch: unknown) => void;
  readonly aborted: Promise<AbortReason>;
}

class CallCapabilitiesTarget extends RpcTarget implements CallCapabilities {
  readonly #parts: CallParts;

  constructor(parts: CallParts) {
    super();
    this.#parts = parts;
  }

  use(use: CapabilityUse): Promise<CapabilityAnswer> {
    return this.#parts.carrier.use(use);
  }

  carrier(): Promise<CallCarrier> {
    return this.#parts.carrier.carrier();
  }

  respond(head: ResponseHead, body: AnswerBody): Promise<boolean> {
    return this.#parts.answers.respond(head, body);
  }

  async stdio(output: GuestOutput): Promise<void> {
    this.#parts.write(output);
  }

  aborted(): Promise<AbortReason> {
    return this.#parts.aborted;
  }
}
