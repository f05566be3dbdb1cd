/** What a pool shard and the carrier of a call say to each other. Types only. */
import type { CallCarrier, CapabilityAnswer, CapabilityUse } from '../../isolate/protocol.ts';
import type { HttpAdmissionInput } from '../http/contract.ts';

/** The shard, as the carrier of one call asks it: the same questions that the isolate can ask, counted with them. */
export interface CarrierAuthority {
  /** Refuses everything once the call is over. */
  use(use: CapabilityUse): Promise<CapabilityAnswer>;
  /** The use `request` of `http`, which may bring a loan with it; `ended` is the last loan, where it has ended. */
  admit(input: HttpAdmissionInput, ended: EndedLoan | undefined): Promise<Admitted>;
}

/** Requests that may be sent without asking, to origins that were asked for since it was given. They are counted already. */
export interface Loan {
  /** A number above those of all loans before. */
  readonly id: number;
  /** How many, from the beginning. */
  readonly requests: number;
}

/** A loan that is used up, or too old to go on with, with what is left of it. */
export interface EndedLoan {
  readonly id: number;
  readonly left: number;
}

export interface Admitted {
  readonly answer: CapabilityAnswer;
  /** The loan of the moment, for which the answer holds as well. */
  readonly loan?: Loan;
}

/** The carrier of one call, as the shard holds it. */
export interface CarrierSession extends CallCarrier {
  /** Ends a loan, also one that comes later. Resolves with what is left of it, or undefined where it has not come. */
  callBack(id: number): Promise<number | undefined>;
  /** The call is over: whatever is under way is given up, and nothing can be begun. */
  close(): Promise<void>;
}

/** The entrypoint: each session is a request of its own to it, with its own connections. */
export interface CarrierContract {
  /** A session for a call of `component`. */
  open(authority: CarrierAuthority, component: string): Promise<CarrierSession>;
}
