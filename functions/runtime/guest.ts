/** A component in an isolate, whichever way its instances are made: what a call needs of it. */
import type { EntranceKind } from '../../src/component/entrances.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import type { FuelMeter } from './fuel.ts';
import type { GuestEnd } from './guest-end.ts';
import type { Lifting } from './lifting.ts';
import type { MemoryAccount } from './memory.ts';
import type { WasiContext } from './wasi/context.ts';

/** What a run may use: the authority of one call. Instances hold it while they run for that call and no longer. */
export interface GuestHost {
  readonly context: WasiContext;
  readonly lifting: Lifting;
  /** The guest broke a rule at the border: it has to end, also if it catches what was thrown at it. */
  trapped(error: unknown): void;
}

export interface GuestInstance {
  readonly meter: FuelMeter;
  readonly memory: MemoryAccount;
  /** Used before and brought back to its first state, or made for this call. */
  readonly origin: 'restored' | 'fresh';
  /** Whether guest code may wait at this moment. */
  readonly suspendable: boolean;
  /** Makes the core instances and runs their start functions, unless that was done before. The meter has begun. */
  link(host: GuestHost): void | Promise<void>;
  /** Calls the export `id` of the linked instance. Never throws what is the guest's. */
  call(id: string, values: readonly unknown[]): GuestEnd | Promise<GuestEnd>;
  /** The call has ended. `clean`: as the guest wanted; only then may the instance ever be used again. */
  release(clean: boolean): void;
}

/** What the instance of one call is to be like. */
export interface InstanceWish {
  /** Memory that it may have at most. */
  readonly maxPages: number;
  /** False: it must be one that nobody has used, and nobody uses it again. */
  readonly reuse: boolean;
  /** From now on so many instances may wait for another call. */
  readonly maxIdle: number;
}

export interface Guest {
  /** Why its instances are not used again; undefined when they are. */
  readonly freshBecause: string | undefined;
  /** Pages that all its instances hold in this isolate, and their number. */
  readonly held: { readonly pages: number; readonly instances: number };
  /** Slices in a row that its code may compute where it cannot wait. */
  readonly maxSlicesInRow: number;
  /** Whether it can wait in every function for which `mayWait` of wasi/provided.ts says so. */
  readonly mayWait: boolean;
  /** The function with this id, if it can be called with JSON. */
  export(id: string): CallableFunction | undefined;
  /** Id of the export that is this entrance. */
  entrance(kind: EntranceKind): string | undefined;
  /** An instance for one call. */
  take(wish: InstanceWish): GuestInstance;
}
