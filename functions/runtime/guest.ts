/** A component in an isolate, whichever way its instances are made: what a call needs of it. */
import type { CallableFunction } from '../../src/component/model.ts';
import type { FuelMeter } from './fuel.ts';
import type { Lifting } from './lifting.ts';
import type { MemoryAccount } from './memory.ts';

/** How a guest function settled. Always a box: a guest's object may have a `then`, so it is never awaited bare. */
export type GuestEnd = { readonly returned: unknown } | { readonly thrown: unknown };

/** What a run may use: the authority of one call. Instances hold it while they run for that call and no longer. */
export interface GuestHost {
  /** Interfaces by name without version, as `createWasi` makes them. */
  readonly imports: Readonly<Record<string, object>>;
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
  /** Calls an export of the linked instance. Never throws what is the guest's. */
  call(host: GuestHost, fn: CallableFunction, values: readonly unknown[]): GuestEnd | Promise<GuestEnd>;
  /** The call has ended. `clean`: as the guest wanted; only then may the instance ever be used again. */
  release(clean: boolean): void;
}

export interface Guest {
  /** Names of the imported interfaces, without versions. */
  readonly interfaces: readonly string[];
  /** Why its instances are not used again; undefined when they are. */
  readonly freshBecause: string | undefined;
  /** Pages that all its instances hold in this isolate, and their number. */
  readonly held: { readonly pages: number; readonly instances: number };
  /** Slices in a row that its code may compute where it cannot wait. */
  readonly maxSlicesInRow: number;
  export(id: string): CallableFunction | undefined;
  /** An instance for one call, with at most `maxPages` of memory. */
  take(maxPages: number): GuestInstance;
}
