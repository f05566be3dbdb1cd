/** The authority of a call in tests: nothing may be used, and nobody ends it. To be extended. */
import { RpcTarget } from 'cloudflare:workers';
import type {
  AbortReason,
  CallCapabilities,
  CallCarrier,
  CapabilityAnswer,
  StdioBatch,
} from '../../src/isolate/protocol.ts';

export class NoCapabilities extends RpcTarget implements CallCapabilities {
  async use(): Promise<CapabilityAnswer> {
    return { kind: 'refused', reason: 'unavailable', message: 'nothing is here' };
  }

  async carrier(): Promise<CallCarrier> {
    throw new Error('nothing is here');
  }

  async respond(): Promise<boolean> {
    return false;
  }

  async stdio(_batch: StdioBatch): Promise<void> {}

  aborted(): Promise<AbortReason> {
    return new Promise(() => undefined);
  }
}
