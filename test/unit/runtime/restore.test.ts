/** Slots that share what they go back to, and what is noticed when something is not as it should be. */
import { describe, expect, test } from 'vitest';
import { SavedMemories } from '../../../functions/runtime/restore/saved-memories.ts';
import { Snapshot, type SnapshotEntry } from '../../../functions/runtime/restore/snapshot.ts';
import type { SnapshotMode } from '../../../src/build/snapshot/rewrite.ts';
import { compile, coreModule } from '../../support/build-fixtures.ts';
import { COPY_MODULES, compileProgram, type Host, Slot } from '../../support/snapshot/slots.ts';

const PROGRAM = `(module (memory (export "m") 4) (global $g (export "g") (mut i32) (i32.const 1))
  (table $t (export "t") 2 8 funcref) (func $f) (elem (table $t) (i32.const 0) func $f)
  (func (export "run store") (param i32) (i32.store (local.get 0) (i32.const -1)))
  (func (export "run global") (param i32) (global.set $g (local.get 0)))
  (func (export "run table") (param i32) (table.set $t (i32.const 0) (ref.null func)))
  (func (export "run grow") (param i32) (drop (memory.grow (local.get 0)))))`;

async function slots(mode: SnapshotMode, wat = PROGRAM, host: Host = () => ({})) {
  const { restored } = compileProgram([await coreModule(wat)], mode, host);
  if (typeof restored === 'string') throw new Error(restored);
  const saved = new SavedMemories();
  const make = () => {
    const snapshot = new Snapshot(saved, COPY_MODULES);
    return { snapshot, slot: new Slot(restored, host, snapshot) };
  };
  return { make };
}

describe('an instance without what its manifest says of it is not taken in', () => {
  const ALL = ['save', 'restore', 'ok', 'same', 'memory'].map((name) => `__snap_${name}`);
  const functions = { __snap_save: '', __snap_restore: '', __snap_ok: '(result i32)', __snap_same: '(result i32)' };
  const added = (names: readonly string[]) =>
    Object.entries(functions)
      .filter(([name]) => names.includes(name))
      .map(([name, result]) => `(func (export "${name}") ${result} unreachable)`)
      .concat(names.includes('__snap_memory') ? '(export "__snap_memory" (memory 0))' : []);
  const take = async (names: readonly string[], entry: SnapshotEntry) => {
    const module = compile(await coreModule(`(module (memory 1) ${added(names).join(' ')})`));
    new Snapshot(new SavedMemories(), COPY_MODULES).add(new WebAssembly.Instance(module), entry);
  };

  test('nor is one that has more', async () => {
    const entry = { hasState: true, memories: 1 };
    await expect(take(ALL, entry)).resolves.toBeUndefined();
    await expect(take(ALL, { hasState: false, memories: 0 })).rejects.toThrow('INTERNAL');
    await expect(take([], { memories: 1 })).rejects.toThrow('INTERNAL');
    await expect(take([], {})).resolves.toBeUndefined();
  });

  test.each(ALL)('without %s', async (missing) => {
    const names = ALL.filter((name) => name !== missing);
    await expect(take(names, { hasState: true, memories: 1 })).rejects.toThrow('INTERNAL');
  });
});

describe.each(['full', 'dirty'] as const)('in mode %s', (mode) => {
  test('slots share one copy of their memories, and count only what is their own', async () => {
    const { make } = await slots(mode);
    const all = [make(), make(), make()];
    expect(all.map(({ snapshot }) => snapshot.save())).toEqual([true, true, true]);
    expect(all.map(({ snapshot }) => snapshot.pages)).toEqual(mode === 'full' ? [4, 4, 4] : [5, 5, 5]);
    for (const { slot } of all) slot.call('run store', 70_000);
    expect(all.map(({ snapshot }) => snapshot.restore())).toEqual([true, true, true]);
    expect(all.map(({ snapshot }) => snapshot.verify())).toEqual([undefined, undefined, undefined]);
  });

  test('a slot that was not linked like the first one is not used again', async () => {
    let seed = 0;
    const wat = `(module (import "h" "seed" (func $seed (result i32))) (memory 1)
      (func (export "init") (i32.store (i32.const 8) (call $seed))))`;
    const { make } = await slots(mode, wat, () => ({ seed: () => seed++ }));
    expect([make(), make()].map(({ snapshot }) => snapshot.save())).toEqual([true, false]);
  });

  test('a slot that grew while it was linked differently is not used again', async () => {
    let pages = 0;
    const wat = `(module (import "h" "pages" (func $pages (result i32))) (memory 1 9)
      (func (export "init") (drop (memory.grow (call $pages)))))`;
    const { make } = await slots(mode, wat, () => ({ pages: () => pages++ }));
    expect([make(), make()].map(({ snapshot }) => snapshot.save())).toEqual([true, false]);
  });

  test('a slot that was never saved is not restored', async () => {
    const { make } = await slots(mode);
    const { slot, snapshot } = make();
    slot.call('run store', 0);
    expect(snapshot.restore()).toBe(false);
  });

  test('verify says what differs from what was kept', async () => {
    const { make } = await slots(mode);
    const { slot, snapshot } = make();
    snapshot.save();
    const exports = slot.instances[0]?.exports ?? {};
    const [memory, global, table] = [exports['m'], exports['g'], exports['t']];
    if (!(memory instanceof WebAssembly.Memory)) throw new Error('no memory');
    if (!(global instanceof WebAssembly.Global) || !(table instanceof WebAssembly.Table)) throw new Error('no state');
    expect(snapshot.verify()).toBeUndefined();
    new Uint8Array(memory.buffer)[70_001] = 1;
    expect(snapshot.verify()).toMatch(/^memory 0: bytes from (69952|70000) on$/);
    new Uint8Array(memory.buffer)[70_001] = 0;
    global.value = 7;
    expect(snapshot.verify()).toBe('core instance 0: global or table 0 of those that are kept');
    global.value = 1;
    memory.grow(1);
    expect(snapshot.verify()).toBe('core instance 0: a memory or a table has another size');
    expect(snapshot.restore()).toBe(false);
  });
});

test('a large memory gets back only what was written, by the guest or by the host', async () => {
  const { make } = await slots('dirty');
  const { slot, snapshot } = make();
  snapshot.save();
  slot.call('run store', 5_000);
  slot.call('run store', 5_100);
  slot.write(200_000, 3);
  expect(snapshot.restore()).toBe(true);
  expect(snapshot.restoredBytes).toBe(2 * 4_096);
  expect(snapshot.verify()).toBeUndefined();
  snapshot.restore();
  expect(snapshot.restoredBytes).toBe(0);
});

test('a change that no mark tells of stays, and verify finds it', async () => {
  const { make } = await slots('dirty');
  const { slot, snapshot } = make();
  snapshot.save();
  const memory = slot.instances[0]?.exports['m'];
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('no memory');
  new Uint8Array(memory.buffer)[0] = 1;
  expect(snapshot.restore()).toBe(true);
  expect(snapshot.verify()).toBe('memory 0: bytes from 0 on');
});

test('a host write of a run of bytes marks each of its pages, and one of no bytes marks none', async () => {
  const { make } = await slots('dirty');
  const { slot, snapshot } = make();
  snapshot.save();
  const memory = slot.instances[0]?.exports['m'];
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('no memory');
  snapshot.wrote(memory, 4_095, 0);
  snapshot.wrote(memory, 4_095, 4_098);
  snapshot.restore();
  expect(snapshot.restoredBytes).toBe(3 * 4_096);
});
