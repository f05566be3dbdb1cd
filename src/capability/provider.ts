/** What acts for components outside of their isolates: one interface for every provider, and what a provider is told of a use. */
import type { AccessRequest, Decision } from '../policy/access.ts';
import type { Grants } from '../policy/grants.ts';
import type { ReplyAddress } from './messaging/contract.ts';
import type { ProviderMetadata } from './metadata.ts';

/** Who uses a capability. */
export interface CallIdentity {
  readonly component: string;
  readonly version: string;
  readonly instance: string;
  readonly request: string;
}

/** The call in which a capability is used. */
export interface CallLife {
  /** The components that called each other, this call's own at the end. */
  readonly chain: readonly string[];
  /** Messages in a row that led to the call, each published by who handled the one before; absent: none. */
  readonly hops?: number;
  /** What is left of the call's time, in milliseconds. */
  remainingMs(): number;
}

/** A refusal as it is recorded: which capability, what it was to be used for, and what decided. */
export interface Denial {
  readonly capability: string;
  readonly resource: string;
  readonly rule: string;
}

/** One use, as the shard hands it to a provider. */
export interface ProviderUse {
  readonly operation: string;
  /** From the isolate: not to be trusted, and to be checked before anything is done with it. */
  readonly input: unknown;
  readonly caller: CallIdentity;
  readonly life: CallLife;
  /** Where an answer goes, in a call that is the delivery of a message which wants one. */
  readonly replyTo?: ReplyAddress;
  /** Asks the grants of this moment. A refusal is recorded; the provider then answers `denied`. */
  allow(request: AccessRequest): Decision;
  /** The same where one of several accesses is enough. Only when none is allowed, the first one's refusal is recorded. */
  allowAny(requests: readonly [AccessRequest, ...AccessRequest[]]): Decision;
  /** Records a refusal that is the platform's own and not the policy's. The provider then answers `denied`. */
  refuse(denial: Denial): Decision;
  /** Counts a request to another host. One that is too many is refused and recorded; the provider then answers `exhausted`. */
  subrequest(): Decision;
  /** The grants of this moment as data, for who decides and acts in one step elsewhere; it tells `refuse` what it refused. */
  grants(): Grants;
  /** Runs `body` when the call is over. */
  onEnd(body: () => void): void;
}

/** What a provider says to a use; see `CapabilityAnswer`. */
export type ProviderAnswer =
  | { readonly kind: 'done'; readonly value: unknown }
  | {
      readonly kind: 'refused';
      readonly reason: 'denied' | 'exhausted' | 'unavailable' | 'invalid';
      readonly message: string;
    };

/** One provider in one shard. It is initialised before its first use and shut down with the component. */
export interface Provider {
  readonly metadata: ProviderMetadata;
  /** Makes it ready; throws when what it stands on is not there. */
  initialise(): Promise<void>;
  /** Does what was asked for, once the grants allow it. */
  invoke(use: ProviderUse): Promise<ProviderAnswer>;
  /** Gives up what it holds; uses that come later are `unavailable`. */
  shutDown(): Promise<void>;
}

/** The use was let through and came to `value`. */
export function done(value: unknown): ProviderAnswer {
  return { kind: 'done', value };
}

/** The grants do not allow it. */
export function denied({ rule }: Decision): ProviderAnswer {
  return { kind: 'refused', reason: 'denied', message: rule };
}

/** What it stands on is not there. The text begins with `PROVIDER_UNAVAILABLE`, so that a guest can tell. */
export function unavailable(message: string): ProviderAnswer {
  return { kind: 'refused', reason: 'unavailable', message: `PROVIDER_UNAVAILABLE: ${message}` };
}

/** What the isolate sent is not what the operation takes. */
export function invalid(message: string): ProviderAnswer {
  return { kind: 'refused', reason: 'invalid', message };
}
