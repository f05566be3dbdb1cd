/** Takes one mechanism out of how instances are used again, by patching prototypes: what the differential test must notice. */
import { type Authority, InstanceState, type LeftBehind, Running } from '../../../functions/runtime/abi/state.ts';
import { FuelMeter } from '../../../functions/runtime/fuel.ts';
import type { GuestHost } from '../../../functions/runtime/guest.ts';
import { LinkedGuest } from '../../../functions/runtime/linked-guest.ts';
import { LinkedInstance } from '../../../functions/runtime/linked-instance.ts';
import { MemoryAccount } from '../../../functions/runtime/memory.ts';
import { PagedMemory } from '../../../functions/runtime/restore/paged-memory.ts';
import { Snapshot } from '../../../functions/runtime/restore/snapshot.ts';
import { WholeMemory } from '../../../functions/runtime/restore/whole-memory.ts';
import { OK_EXPORT, RESTORE_EXPORT } from '../../../src/core/engine-names.ts';

/** Replaces a method: the replacement gets the object, what was there before, and the arguments. */
function replace<T extends object, P extends readonly unknown[], R>(
  prototype: T & Record<never, never>,
  name: keyof T & string,
  by: (self: T, before: (...values: P) => R, values: P) => R,
): void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== 'function') throw new Error(`there is no method ${name}`);
  const mutated = function (this: T, ...values: P): R {
    return by(this, (...given) => Reflect.apply(original, this, given), values);
  };
  Object.defineProperty(prototype, name, { value: mutated, writable: true, configurable: true });
  undo.push(() => Object.defineProperty(prototype, name, { value: original, writable: true, configurable: true }));
}

const undo: (() => void)[] = [];

/** Puts all mechanisms back. */
export function restoreMechanisms(): void {
  for (const each of undo.splice(0).reverse()) each();
}

/** Whether this is the first time that it is asked about `key`. */
function firstTimes(): (key: object) => boolean {
  const seen = new WeakSet();
  return (key) => !seen.has(key) && seen.add(key) !== undefined;
}

/** Calls that did not end as their guest wanted, and left what `which` says, count as those that did. */
function keepAfter(which: (running: Running) => boolean): void {
  replace(LinkedInstance.prototype, 'release', (_, release: (clean: boolean) => void) => release(true));
  replace(Running.prototype, 'end', (running, end: () => LeftBehind) => {
    const counts = which(running);
    const left = end();
    return counts ? 'nothing' : left;
  });
}

/** The exports of each core instance with one of them replaced. */
function replaceExport(name: string, by: () => unknown): void {
  replace(Snapshot.prototype, 'add', (_, add: Snapshot['add'], [{ exports }, entry]) => {
    add({ exports: name in exports ? { ...exports, [name]: by } : exports } as WebAssembly.Instance, entry); // all that `add` reads
  });
}

/** What the first call of an instance had stays with it. */
function keepOfFirst<K extends keyof GuestHost['context']>(member: K): void {
  const first = new WeakMap<LinkedInstance, GuestHost['context'][K]>();
  replace(LinkedInstance.prototype, 'link', (instance, link: LinkedInstance['link'], [host]) => {
    const kept = first.get(instance) ?? host.context[member];
    first.set(instance, kept);
    return link({ ...host, context: { ...host.context, [member]: kept } });
  });
}

/** By name: how the mechanism is taken out. `restoreMechanisms` puts it back. */
export const MUTANTS: Readonly<Record<string, () => void>> = {
  'the authority of the first call stays'() {
    const isFirst = firstTimes();
    const first = new WeakMap<Running, Authority>();
    replace(Running.prototype, 'begin', (running, begin: Running['begin'], [authority]) => {
      if (isFirst(running)) first.set(running, authority);
      begin(first.get(running) ?? authority);
    });
  },
  'no authority is given to the next call'() {
    const isFirst = firstTimes();
    replace(Running.prototype, 'begin', (running, begin: Running['begin'], [authority]) => {
      if (isFirst(running)) begin(authority);
    });
  },
  'handle tables are not reset'() {
    replace(InstanceState.prototype, 'reset', () => undefined);
  },
  'nothing is restored'() {
    replace(Snapshot.prototype, 'restore', () => true);
  },
  'globals and tables are not restored'() {
    replaceExport(RESTORE_EXPORT, () => undefined);
  },
  'sizes of tables are not checked'() {
    replaceExport(OK_EXPORT, () => 1);
  },
  'the meter begins with what was left'() {
    const left = new WeakMap<FuelMeter, number>();
    replace(FuelMeter.prototype, 'begin', (meter, begin: FuelMeter['begin'], [budget, slices]) => {
      begin(Math.min(left.get(meter) ?? budget, budget), slices);
      left.set(meter, budget);
    });
    replace(FuelMeter.prototype, 'drain', (meter, drain: FuelMeter['drain']) => {
      const budget = left.get(meter);
      if (budget !== undefined) left.set(meter, Math.max(budget - meter.used, 0));
      drain();
    });
  },
  'the meter does not begin anew'() {
    const isFirst = firstTimes();
    replace(FuelMeter.prototype, 'begin', (meter, begin: FuelMeter['begin'], values) => {
      if (isFirst(meter)) begin(...values);
    });
  },
  'linking is not charged'() {
    const begun = new WeakSet<FuelMeter>();
    const isFirst = firstTimes();
    replace(FuelMeter.prototype, 'begin', (meter, begin: FuelMeter['begin'], values) => {
      begin(...values);
      if (!isFirst(meter)) begun.add(meter);
    });
    replace(FuelMeter.prototype, 'charge', (meter, charge: FuelMeter['charge'], values) => {
      if (!begun.delete(meter)) charge(...values);
    });
  },
  'the memory account does not begin anew'() {
    replace(MemoryAccount.prototype, 'begin', () => true);
  },
  'refused growths are not forgotten'() {
    const refused = new WeakMap<MemoryAccount, boolean>();
    replace(MemoryAccount.prototype, 'begin', (account, begin: MemoryAccount['begin'], values) => {
      refused.set(account, account.refusedGrowths > 0);
      return begin(...values);
    });
    // The verdict on a trap reads the number after all of the call.
    replace(MemoryAccount.prototype, 'release', (account, release: MemoryAccount['release']) => {
      refused.delete(account);
      release();
    });
    const { prototype } = MemoryAccount;
    const own = Object.getOwnPropertyDescriptor(prototype, 'refusedGrowths');
    if (own?.get === undefined) throw new Error('there is no number of refused growths');
    const { get } = own;
    const mutated = function (this: MemoryAccount): number {
      return Reflect.apply(get, this, []) + (refused.get(this) === true ? 1 : 0);
    };
    Object.defineProperty(prototype, 'refusedGrowths', { ...own, get: mutated });
    undo.push(() => Object.defineProperty(prototype, 'refusedGrowths', own));
  },
  'instances are kept after a trap'() {
    keepAfter((running) => running.ended() !== undefined);
  },
  'instances are kept after an abort'() {
    keepAfter((running) => running.ended() === undefined);
  },
  'the environment of the first call stays': () => keepOfFirst('environment'),
  'the output of the first call is written to': () => keepOfFirst('stdio'),
};

/** For memories that are copied whole. */
export const WHOLE_MUTANTS: typeof MUTANTS = {
  'sizes of memories are not checked'() {
    const copies = new WeakMap<WholeMemory, Uint8Array>();
    replace(WholeMemory.prototype, 'adopt', (memory, adopt: WholeMemory['adopt'], [copy]) => {
      if (copy instanceof Uint8Array) copies.set(memory, copy);
      return adopt(copy);
    });
    replace(WholeMemory.prototype, 'restore', (memory) => {
      const copy = copies.get(memory) ?? new Uint8Array();
      new Uint8Array(memory.memory.buffer).set(copy);
      return copy.length;
    });
    replaceExport(OK_EXPORT, () => 1);
  },
  'memories are not restored'() {
    replace(WholeMemory.prototype, 'restore', () => 0);
  },
};

/** For memories whose pages are put back. */
export const PAGED_MUTANTS: typeof MUTANTS = {
  'writes of the host are not told'() {
    replace(Snapshot.prototype, 'wrote', () => undefined);
  },
  'memories are not restored'() {
    replace(PagedMemory.prototype, 'restore', () => 0);
  },
};

/** Has every restore compared with the first state, or none. */
export function sampleRestores(all: boolean): void {
  replace(LinkedGuest.prototype, 'isSampled', () => all);
}
