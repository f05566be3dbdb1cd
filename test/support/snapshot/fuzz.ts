/** What must hold of a module that nobody wrote when it is restored between calls. */

import { SavedMemories } from '../../../functions/runtime/restore/saved-memories.ts';
import { Snapshot } from '../../../functions/runtime/restore/snapshot.ts';
import { readLayout } from '../../../src/build/meter/layout.ts';
import { MeterError, Reader } from '../../../src/build/meter/reader.ts';
import { meterChecked } from '../../../src/build/meter/rewrite.ts';
import { addSnapshot, type SnapshotMode } from '../../../src/build/snapshot/rewrite.ts';
import { scanCode } from '../../../src/build/snapshot/scan.ts';
import { compile } from '../build-fixtures.ts';
import { Driven, FUZZ_FEATURES } from '../meter/fuzz.ts';
import { INITIAL_FUEL } from '../meter/modules.ts';
import { boundlessMeter } from './account.ts';
import { inspect, withInspection } from './inspect.ts';
import { COPY_MODULES, entryOf } from './slots.ts';

const ROUNDS = 4;
const MOST_CALLS = 5;

/** Modules with several memories are refused. */
export const SNAPSHOT_FUZZ_FEATURES = FUZZ_FEATURES.filter((feature) => feature !== 'multimemory');

export interface RestoreComparison {
  readonly problems: readonly string[];
  readonly refused: number;
  readonly calls: number;
  readonly restored: number;
  /** Restores after which something had to be put back. */
  readonly changed: number;
  readonly thrownAway: number;
}

class Tested {
  readonly driven: Driven;
  readonly snapshot: Snapshot;
  #exports: WebAssembly.Exports = {};

  constructor(original: Uint8Array, module: WebAssembly.Module, saved = new SavedMemories()) {
    this.snapshot = new Snapshot(saved, COPY_MODULES);
    const meter = boundlessMeter();
    this.driven = new Driven(original, (imports) => {
      const instance = new WebAssembly.Instance(module, this.snapshot.imports(module, imports));
      this.snapshot.add(instance, entryOf(instance));
      meter.add(instance, 'test.core.wasm');
      this.#exports = instance.exports;
      return { exports: instance.exports, used: () => 0 };
    });
  }

  state(): string {
    return JSON.stringify(inspect(this.#exports));
  }

  run(names: readonly string[]): string {
    this.driven.entries = 0;
    this.driven.log.length = 0;
    const ends = names.map((name) => `${name}: ${this.driven.call(name)}`);
    return [...ends, ...this.driven.log].join('\n');
  }
}

const NOP = 0x01;

/**
 * The module with a `nop` for each byte of its `data.drop` and `elem.drop`, which are refused: most large modules of the
 * fuzzer have one.
 */
function withoutDrops(module: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(module);
  const layout = readLayout(bytes);
  for (;;) {
    try {
      scanCode(layout, false);
      return bytes;
    } catch (error) {
      if (!(error instanceof MeterError) || !error.message.includes('.drop')) throw error;
      const reader = new Reader(bytes, error.offset + 1);
      reader.u32();
      reader.u32();
      bytes.fill(NOP, error.offset, reader.position);
    }
  }
}

/** Rounds of random calls of the exports of a module, in both modes. */
export function compareFuzzed(module: Uint8Array, random: () => number): RestoreComparison {
  const original = withoutDrops(module);
  const problems: string[] = [];
  const total = { refused: 0, calls: 0, restored: 0, changed: 0, thrownAway: 0 };
  const metered = meterChecked(original, INITIAL_FUEL).bytes;
  const plain = compile(withInspection(metered, original));
  const first = new Tested(original, plain);
  if (first.driven.start !== 'started') return { problems, ...total };
  const untouched = first.state();
  const compare = (mode: SnapshotMode): void => {
    const rewritten = addSnapshot(metered, { mode, tablesAreFixed: false });
    if (!rewritten.ok) {
      total.refused++;
      return;
    }
    const restorable = compile(withInspection(rewritten.value.bytes, original));
    const saved = new SavedMemories();
    let slot: Tested | undefined;
    for (let round = 0; round < ROUNDS && problems.length === 0; round++) {
      if (slot === undefined) {
        slot = new Tested(original, restorable, saved);
        if (!slot.snapshot.save()) problems.push(`${mode}: a new slot cannot be saved`);
      }
      const fresh = new Tested(original, plain);
      const { functions } = fresh.driven;
      const names = Array.from(
        { length: 1 + Math.floor(random() * MOST_CALLS) },
        () => functions[Math.floor(random() * functions.length)] ?? '',
      );
      const same = (what: string, expected: string, actual: string): void => {
        if (expected !== actual) problems.push(`${mode} ${what} ${names}: fresh ${expected}, restored ${actual}`);
      };
      const [expected, actual] = [fresh.run(names), slot.run(names)];
      total.calls += names.length;
      // Where the stack ends depends on the size of frames.
      const isOverflow = expected.includes('call stack') || actual.includes('call stack');
      if (!isOverflow) {
        same('results of', expected, actual);
        same('state after', fresh.state(), slot.state());
      }
      if (slot.state() !== untouched) total.changed++;
      if (slot.snapshot.restore()) {
        total.restored++;
        same('restored after', untouched, slot.state());
        same('verify after', 'undefined', String(slot.snapshot.verify()));
      } else {
        total.thrownAway++;
        slot = undefined;
      }
    }
  };
  compare('full');
  compare('dirty');
  return { problems, ...total };
}
