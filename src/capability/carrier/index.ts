/**
 * The carrier: moves bytes for calls, in a stateless request of its own for each of them, so that neither the thread nor the
 * connections of a pool shard are used for that. It decides nothing.
 */
import { WorkerEntrypoint } from 'cloudflare:workers';
import type { CarrierAuthority, CarrierContract, CarrierSession } from './contract.ts';
import { Session } from './session.ts';

/** A stub of the authority, which lives as long as its copies. */
type AuthorityStub = CarrierAuthority & Disposable & { dup(): AuthorityStub };

/** The bindings that sessions use. */
interface CarrierBindings {
  readonly BLOBS?: R2Bucket;
}

export class Carrier extends WorkerEntrypoint<CarrierBindings> implements CarrierContract {
  async open(authority: CarrierAuthority, component: string): Promise<CarrierSession> {
    // A cast: what comes by RPC as a target is a stub. It would go away with this method, so the session has its own.
    return new Session((authority as AuthorityStub).dup(), {
      bucket: this.env.BLOBS,
      component,
      waitUntil: (work) => this.ctx.waitUntil(work),
    });
  }
}

/** The Worker's own `Carrier`, by loopback. */
export function carrierOf(ctx: DurableObjectState): CarrierContract {
  // A cast: `exports` is typed by a generated file that this project does without. src/index.ts exports the class.
  return (ctx as unknown as { exports: { Carrier: CarrierContract } }).exports.Carrier;
}
