/** What a pool shard and the carrier of a call say to each other. Types only. */
import type { CallCarrier, CapabilityAnswer, CapabilityUse } from '../../isolate/protocol.ts';

/** The shard, as the carrier of one call asks it: the same questions that the isolate can ask, counted with them. */
export interface CarrierAuthority {
  /** Refuses everything once the call is over. */
  use(use: CapabilityUse): Promise<CapabilityAnswer>;
}

/** The carrier of one call, as the shard holds it. */
export interface CarrierSession extends CallCarrier {
  /** The call is over: whatever is under way is given up, and nothing can be begun. */
  close(): Promise<void>;
}

/** The entrypoint: each session is a request of its own to it, with its own connections. */
export interface CarrierContract {
  /** A session for a call of `component`. */
  open(authority: CarrierAuthority, component: string): Promise<CarrierSession>;
}
