/** Slots for the tests of snapshots: the core modules of a program, fresh or with snapshots, driven the same way. */
import { SavedMemories } from '../../../functions/runtime/restore/saved-memories.ts';
import { type CopyModules, Snapshot, type SnapshotEntry } from '../../../functions/runtime/restore/snapshot.ts';
import { meterChecked } from '../../../src/build/meter/rewrite.ts';
import { addSnapshots } from '../../../src/build/snapshot/component.ts';
import { COPY_WASM, COPY64_WASM } from '../../../src/build/snapshot/copy-module.ts';
import type { SnapshotMode } from '../../../src/build/snapshot/rewrite.ts';
import { SAVE_EXPORT } from '../../../src/core/engine-names.ts';
import { compile } from '../build-fixtures.ts';
import { endOf, INITIAL_FUEL } from '../meter/modules.ts';
import { boundlessMeter } from './account.ts';
import { inspect, withInspection } from './inspect.ts';

export const COPY_MODULES: CopyModules = { copy: compile(COPY_WASM), copy64: compile(COPY64_WASM) };

/** What a program may import from `h`; it sees the slot that calls it. */
export type Host = (slot: Slot) => Record<string, (...args: number[]) => unknown>;

/** The modules of a program, compiled as they are metered, and with snapshots; a string says why there are none. */
export interface Compiled {
  readonly fresh: readonly WebAssembly.Module[];
  readonly restored: readonly WebAssembly.Module[] | string;
  readonly host: Host;
}

/** Changes modules between the rewriter and V8: this is how a test leaves a mechanism out. */
export type Mutation = (bytes: Uint8Array, index: number) => Uint8Array;

export function compileProgram(
  modules: readonly Uint8Array[],
  mode: SnapshotMode,
  host: Host = () => ({}),
  mutate: Mutation = (bytes) => bytes,
): Compiled {
  const metered = modules.map((bytes) => meterChecked(bytes, INITIAL_FUEL).bytes);
  const result = addSnapshots(metered, mode);
  const seen = (all: readonly Uint8Array[]): WebAssembly.Module[] =>
    all.map((bytes, index) => compile(withInspection(bytes, modules[index] ?? bytes)));
  return {
    fresh: seen(metered),
    restored: result.ok ? seen(result.value.map(({ bytes }, index) => mutate(bytes, index))) : result.error,
    host,
  };
}

/** What the manifest of a build would say of the module of an instance. */
export function entryOf({ exports }: WebAssembly.Instance): SnapshotEntry {
  return { hasState: SAVE_EXPORT in exports };
}

/** The instances of a program. Module `n` imports from those before it by their number, and from the host by `h`. */
export class Slot {
  readonly instances: WebAssembly.Instance[] = [];
  readonly #snapshot: Snapshot | undefined;

  constructor(modules: readonly WebAssembly.Module[], host: Host, snapshot?: Snapshot) {
    const meter = boundlessMeter();
    this.#snapshot = snapshot;
    for (const module of modules) {
      const before = this.instances.map(({ exports }, index) => [String(index), exports]);
      const imports = { ...Object.fromEntries(before), h: host(this) };
      const instance = new WebAssembly.Instance(module, snapshot?.imports(module, imports) ?? imports);
      snapshot?.add(instance, entryOf(instance));
      meter.add(instance, 'test.core.wasm');
      this.instances.push(instance);
      const start = instance.exports['init'];
      if (typeof start === 'function') start();
    }
  }

  call(name: string, argument: number): string {
    const found = this.instances.map(({ exports }) => exports[name]).find((each) => typeof each === 'function');
    return endOf(() => (found as (value: number) => unknown)(argument)); // it was found by what it is
  }

  state(): string {
    return JSON.stringify(this.instances.map(({ exports }) => inspect(exports)));
  }

  /** The host writes a byte into the first memory that there is. */
  write(address: number, value: number): void {
    const memory = this.instances
      .flatMap(({ exports }) => Object.values(exports))
      .find((each) => each instanceof WebAssembly.Memory);
    if (!(memory instanceof WebAssembly.Memory)) throw new Error('no memory');
    new Uint8Array(memory.buffer)[address] = value;
    this.#snapshot?.wrote(memory, address, 1);
  }
}

/** Names of the functions that a test calls. */
export function callable(modules: readonly WebAssembly.Module[]): string[] {
  return modules
    .flatMap((module) => WebAssembly.Module.exports(module))
    .filter(({ name, kind }) => kind === 'function' && name.startsWith('run'))
    .map(({ name }) => name);
}

export interface Outcome {
  /** What differs between a restored slot and a fresh one. */
  readonly problems: readonly string[];
  readonly calls: number;
  readonly restored: number;
  readonly thrownAway: number;
}

type MakeSnapshot = (saved: SavedMemories) => Snapshot;

/** Rounds of random calls, each on a fresh slot and on one that was restored after the round before. */
export function compareRestored(
  program: Compiled,
  random: () => number,
  rounds: number,
  makeSnapshot: MakeSnapshot = (saved) => new Snapshot(saved, COPY_MODULES),
): Outcome {
  const { fresh, restored: modules, host } = program;
  if (typeof modules === 'string') throw new Error(modules);
  const names = callable(fresh);
  const saved = new SavedMemories();
  const first = new Slot(fresh, host).state();
  const problems: string[] = [];
  const same = (what: string, expected: string, actual: string | undefined): void => {
    if (actual !== expected) problems.push(`${what}: fresh ${expected}, restored ${actual}`);
  };
  const make = (): { slot: Slot; snapshot: Snapshot } => {
    const snapshot = makeSnapshot(saved);
    const slot = new Slot(modules, host, snapshot);
    if (!snapshot.save()) problems.push('a new slot cannot be saved');
    return { slot, snapshot };
  };
  let kept: ReturnType<typeof make> | undefined;
  let [calls, restored, thrownAway] = [0, 0, 0];
  for (let round = 0; round < rounds && problems.length === 0; round++) {
    kept ??= make();
    const reference = new Slot(fresh, host);
    const length = 1 + Math.floor(random() * 4);
    for (let call = 0; call < length; call++) {
      const name = names[Math.floor(random() * names.length)] ?? '';
      const argument = Math.floor(random() * 20_000);
      same(`${name}(${argument})`, reference.call(name, argument), kept.slot.call(name, argument));
      calls++;
    }
    same('state after the calls', reference.state(), kept.slot.state());
    if (kept.snapshot.restore()) {
      restored++;
      same('state after the restore', first, kept.slot.state());
      same('verify', 'undefined', String(kept.snapshot.verify()));
    } else {
      thrownAway++;
      kept = undefined;
    }
  }
  return { problems, calls, restored, thrownAway };
}
