/** One instance that the harness linked: its fuel, its memory, its state after linking, and the way back to that. */
import type { CallableFunction } from '../../src/component/model.ts';
import type { CompiledPlan } from './abi/compile.ts';
import { type LinkedComponent, linkComponent } from './abi/link.ts';
import type { Authority } from './abi/state.ts';
import { componentFunction } from './component-function.ts';
import { type ComponentParts, entryAt, moduleNamed } from './component-parts.ts';
import { CoreInstances } from './core-instances.ts';
import { FuelMeter } from './fuel.ts';
import type { GuestHost, GuestInstance } from './guest.ts';
import type { GuestEnd } from './guest-end.ts';
import { MemoryAccount, type PageBudget } from './memory.ts';
import type { SavedMemories } from './restore/saved-memories.ts';
import { Snapshot } from './restore/snapshot.ts';
import { hostFunctions } from './wasi/functions.ts';

/** What the instances of one component share in an isolate, and where they go after a call. */
export interface InstanceOwner {
  readonly parts: ComponentParts;
  readonly compiled: CompiledPlan;
  /** The functions of other components, by id. */
  readonly imported: ReadonlyMap<string, CallableFunction>;
  /** What memories hold after linking; one copy for all instances. */
  readonly saved: SavedMemories;
  readonly budget: PageBudget;
  /** Takes back an instance that is in its first state again. */
  keep(instance: LinkedInstance): void;
  /** From now on every call gets an instance that nobody has used, for this reason. */
  stopReusing(reason: string): void;
  /** Whether this restore is one of those that are compared with the first state byte by byte. */
  isSampled(): boolean;
  /** Books the copies that restores need, `pages` large, once for all instances; false when they are not to be had. */
  bookCopies(pages: number): boolean;
  /** Lets the copies go; instances that need them serve the call that they are in, and no other. */
  dropCopies(): void;
  discarded(instance: LinkedInstance): void;
}

export class LinkedInstance implements GuestInstance {
  readonly meter: FuelMeter;
  readonly memory: MemoryAccount;
  readonly #owner: InstanceOwner;
  /** For modules that were made for it, also where nothing is to be kept: they import its maps. */
  readonly #snapshot: Snapshot | undefined;
  readonly #isReusable: boolean;
  #linked: LinkedComponent | undefined;
  /** While its start functions run. */
  #linking: { readonly suspendable: boolean } | undefined;
  #linkFuel = 0;
  /** Its state after linking was kept. */
  #isKept = false;
  #origin: GuestInstance['origin'] = 'fresh';
  /** From when it is made or reopened until its release. */
  #isInUse = true;

  /** With `reusable` it may serve more than one call. */
  constructor(owner: InstanceOwner, maxPages: number, reusable: boolean) {
    this.#owner = owner;
    this.memory = new MemoryAccount(maxPages, owner.budget);
    this.meter = new FuelMeter(owner.parts.platform.slot, this.memory);
    const { linking } = owner.parts.manifest;
    const hasState = linking.glue === 'own' && 'mode' in linking.restoring;
    this.#snapshot = hasState ? new Snapshot(owner.saved, owner.parts.platform) : undefined;
    this.#isReusable = reusable;
  }

  get origin(): GuestInstance['origin'] {
    return this.#origin;
  }

  get suspendable(): boolean {
    return (this.#linked ?? this.#linking)?.suspendable ?? false;
  }

  /** Takes it out of the idle ones for another call; false when it holds more memory than that call may have. */
  reopen(maxPages: number): boolean {
    if (this.#isInUse) throw new Error('INTERNAL: an instance was taken for two calls');
    this.#isInUse = true;
    this.#origin = 'restored';
    return this.memory.begin(maxPages);
  }

  link(host: GuestHost): void | Promise<void> {
    const authority = authorityOf(host, this.#owner.imported);
    if (this.#linked === undefined) return this.#link(authority);
    this.#linked.begin(authority);
    // A call costs the same whether it was the one that linked or not.
    this.meter.charge(this.#linkFuel);
  }

  call(id: string, values: readonly unknown[]): Promise<GuestEnd> {
    if (this.#linked === undefined) throw new Error('the instance is not linked');
    return this.#linked.call(id, values);
  }

  release(clean: boolean): void {
    if (!this.#isInUse) throw new Error('INTERNAL: an instance was released twice');
    this.#isInUse = false;
    // The authority goes first: nothing that runs from here on has one.
    const left = this.#linked?.end() ?? 'more';
    if (clean && left !== 'more' && this.#isKept && this.#restore()) this.#owner.keep(this);
    else this.discard();
  }

  discard(): void {
    this.memory.release();
    this.#owner.discarded(this);
  }

  /** The copies that it goes back to are given up. */
  forget(): void {
    this.#snapshot?.forget();
  }

  async #link(authority: Authority): Promise<void> {
    const { parts, compiled } = this.#owner;
    const cores = new CoreInstances(this.meter, this.memory, this.#snapshot);
    const snapshot = this.#snapshot;
    this.#linked = await linkComponent(
      compiled,
      {
        linking: (run) => {
          this.#linking = run;
        },
        module: (index) => moduleNamed(parts, entryAt(parts, index).name),
        instantiateCore: (module, index, imports) =>
          cores.createSuspendable(module, entryAt(parts, compiled.plan.cores[index]?.module ?? -1), imports),
        ...(snapshot === undefined ? {} : { wrote: (memory, at, length) => snapshot.wrote(memory, at, length) }),
      },
      authority,
    );
    this.#linkFuel = this.meter.used;
    if (snapshot !== undefined && this.#isReusable) this.#keepState(snapshot, this.#linked);
  }

  #keepState(snapshot: Snapshot, linked: LinkedComponent): void {
    // Another call's ceiling, or another moment, would have let its start functions have the memory.
    if (this.memory.refusedGrowths > 0) return;
    if (linked.usedHostWhileLinking) this.#owner.stopReusing('its start functions use the host');
    else if (!this.memory.addOverhead(snapshot.mapPages)) return;
    else if (this.#owner.bookCopies(this.memory.memoryPages)) this.#copyState(snapshot);
  }

  #copyState(snapshot: Snapshot): void {
    try {
      if (snapshot.save()) this.#isKept = true;
      else this.#owner.stopReusing('its memory is not the same each time that it is linked');
    } catch (error) {
      // V8 has no room for a copy, which is no reason to end the call.
      if (!(error instanceof RangeError)) throw error;
      this.#owner.dropCopies();
    }
  }

  #restore(): boolean {
    if (this.#snapshot?.restore() !== true) return false;
    if (!this.#owner.isSampled()) return true;
    const difference = this.#snapshot.verify();
    if (difference !== undefined)
      this.#owner.stopReusing(`an instance did not come back to its first state: ${difference}`);
    return difference === undefined;
  }
}

function authorityOf({ context, lifting, trapped }: GuestHost, imported: InstanceOwner['imported']): Authority {
  const ofPlatform = hostFunctions(context);
  const hostFunction: Authority['hostFunction'] = (interfaceName, name) => {
    const ofComponent = imported.get(`${interfaceName}#${name}`);
    return ofComponent === undefined ? ofPlatform(interfaceName, name) : componentFunction(ofComponent, context);
  };
  return { hostFunction, lifting, trapped };
}
