/** The carrier of one call: opened when the isolate first asks, closed with the call. */
import { RpcTarget } from 'cloudflare:workers';
import type {
  Admitted,
  CarrierAuthority,
  CarrierContract,
  CarrierSession,
  EndedLoan,
} from '../../src/capability/carrier/contract.ts';
import type { HttpAdmissionInput } from '../../src/capability/http/contract.ts';
import type { CallCarrier, CapabilityAnswer, CapabilityUse } from '../../src/isolate/protocol.ts';
import type { CallUses } from './call-uses.ts';
import { RequestLoans } from './request-loans.ts';

/** A session as RPC hands it out: it lives as long as its copies. */
type SessionStub = CarrierSession & Disposable & { dup(): SessionStub };

export class CallCarrierOwner {
  readonly #carrier: CarrierContract;
  readonly #component: string;
  readonly #loans: RequestLoans;
  readonly #opened: Set<CallCarrierOwner>;
  #session: Promise<SessionStub> | undefined;
  #open = true;

  /** While its carrier is open, it is among the `opened`. */
  constructor(carrier: CarrierContract, uses: CallUses, component: string, opened: Set<CallCarrierOwner>) {
    this.#carrier = carrier;
    this.#component = component;
    this.#loans = new RequestLoans(uses, () => this.#session ?? Promise.reject(new Error('INTERNAL: no carrier')));
    this.#opened = opened;
  }

  /** One use of a capability by the isolate. */
  use(use: CapabilityUse): Promise<CapabilityAnswer> {
    return this.#loans.use(use);
  }

  /** Resolves when the carrier has to ask before each thing that it does. */
  callBack(): Promise<void> {
    return this.#loans.callBack();
  }

  /** A copy for the isolate; what it does with it is void after the call. */
  async carrier(): Promise<CallCarrier> {
    if (!this.#open) throw new Error('the call is over');
    this.#opened.add(this);
    // A cast: what comes by RPC as a target is a stub.
    this.#session ??= this.#carrier.open(new Authority(this.#loans), this.#component) as Promise<SessionStub>;
    return (await this.#session).dup();
  }

  /** Gives up what is under way. Resolves when what the call has sent is counted. */
  close(): Promise<void> {
    this.#open = false;
    this.#opened.delete(this);
    // Two messages, one behind the other.
    const calledBack = this.#loans.callBack();
    // A session that cannot be told is gone already.
    this.#session?.then(closeSession).catch(() => undefined);
    this.#session = undefined;
    return calledBack;
  }
}

async function closeSession(session: SessionStub): Promise<void> {
  try {
    await session.close();
  } finally {
    session[Symbol.dispose]();
  }
}

/** What the carrier may ask: the uses of the call, and nothing else of the shard. */
class Authority extends RpcTarget implements CarrierAuthority {
  readonly #loans: RequestLoans;

  constructor(loans: RequestLoans) {
    super();
    this.#loans = loans;
  }

  use(use: CapabilityUse): Promise<CapabilityAnswer> {
    return this.#loans.use(use);
  }

  admit(input: HttpAdmissionInput, ended: EndedLoan | undefined): Promise<Admitted> {
    return this.#loans.admit(input, ended);
  }
}
