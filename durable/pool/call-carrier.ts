/** The carrier of one call: opened when the isolate first asks, closed with the call. */
import { RpcTarget } from 'cloudflare:workers';
import type { CarrierAuthority, CarrierContract, CarrierSession } from '../../src/capability/carrier/contract.ts';
import type { CallCarrier, CapabilityAnswer, CapabilityUse } from '../../src/isolate/protocol.ts';
import type { CallUses } from './call-uses.ts';

/** A session as RPC hands it out: it lives as long as its copies. */
type SessionStub = CarrierSession & Disposable & { dup(): SessionStub };

export class CallCarrierOwner {
  readonly #carrier: CarrierContract;
  readonly #uses: CallUses;
  readonly #component: string;
  #session: Promise<SessionStub> | undefined;
  #open = true;

  constructor(carrier: CarrierContract, uses: CallUses, component: string) {
    this.#carrier = carrier;
    this.#uses = uses;
    this.#component = component;
  }

  /** A copy for the isolate; what it does with it is void after the call. */
  async carrier(): Promise<CallCarrier> {
    if (!this.#open) throw new Error('the call is over');
    // A cast: what comes by RPC as a target is a stub.
    this.#session ??= this.#carrier.open(new Authority(this.#uses), this.#component) as Promise<SessionStub>;
    return (await this.#session).dup();
  }

  /** Gives up what is under way. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    // A session that cannot be told is gone already.
    this.#session?.then(closeSession).catch(() => undefined);
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
  readonly #uses: CallUses;

  constructor(uses: CallUses) {
    super();
    this.#uses = uses;
  }

  use(use: CapabilityUse): Promise<CapabilityAnswer> {
    return this.#uses.use(use);
  }
}
