/** What snapshots do to the modules of a component, and which modules get none. */
import { describe, expect, test } from 'vitest';
import { type CoreModule, prepareModule } from '../../../functions/builder/core-module.ts';
import { snapshotModules as snapshotted } from '../../../functions/builder/snapshot-modules.ts';
import { meterChecked } from '../../../src/build/meter/rewrite.ts';
import { COPY_WASM, COPY64_WASM } from '../../../src/build/snapshot/copy-module.ts';
import { MAX_FULL_COPY_PAGES } from '../../../src/build/snapshot/limits.ts';
import { addSnapshot, type SnapshotMode } from '../../../src/build/snapshot/rewrite.ts';
import { compile, coreModule } from '../../support/build-fixtures.ts';
import { INITIAL_FUEL } from '../../support/meter/modules.ts';

async function modulesOf(...wats: readonly string[]) {
  return Promise.all(
    wats.map(async (wat, index) => {
      const { bytes, entry } = prepareModule(`m${index}.wasm`, await coreModule(wat));
      return { bytes: meterChecked(bytes, INITIAL_FUEL).bytes as Uint8Array<ArrayBuffer>, entry };
    }),
  );
}

/** Each of the modules has one instance. */
function snapshotModules(modules: readonly CoreModule[], mode?: SnapshotMode) {
  return snapshotted(modules, [...modules.keys()], mode);
}

const exportNames = (bytes: Uint8Array): string[] =>
  WebAssembly.Module.exports(compile(bytes))
    .map(({ name }) => name)
    .filter((name) => name.startsWith('__snap'));

describe('the mode', () => {
  test.each([
    { pages: [1], mode: 'full' },
    { pages: [MAX_FULL_COPY_PAGES - 1, 1], mode: 'full' },
    { pages: [MAX_FULL_COPY_PAGES, 1], mode: 'dirty' },
  ])('of memories of $pages pages is $mode', async ({ pages, mode }) => {
    const modules = await modulesOf(...pages.map((count) => `(module (memory ${count}))`));
    expect(snapshotModules(modules).restoring).toEqual({ mode });
  });

  test('counts the memories of a module once for each of its instances', async () => {
    const modules = await modulesOf(`(module (memory ${MAX_FULL_COPY_PAGES / 2}))`, '(module (memory 1))');
    expect(snapshotted(modules, [0, 0]).restoring).toEqual({ mode: 'full' });
    expect(snapshotted(modules, [0, 0, 1]).restoring).toEqual({ mode: 'dirty' });
    expect(snapshotted(modules, [0, 0, 0]).restoring).toEqual({ mode: 'dirty' });
  });

  test('can be chosen', async () => {
    const modules = await modulesOf('(module (memory 100))');
    const { restoring, modules: rewritten } = snapshotModules(modules, 'full');
    expect(restoring).toEqual({ mode: 'full' });
    expect(exportNames(rewritten[0]?.bytes ?? new Uint8Array())).not.toContain('__snap_dirty');
  });
});

describe('what is added', () => {
  test('is exported, and the entry of the module tells of it and of its size', async () => {
    const { modules } = snapshotModules(await modulesOf('(module (memory 100))'));
    expect(modules[0]?.entry.hasState).toBe(true);
    expect(modules.map(({ bytes, entry }) => entry.bytes === bytes.length)).toEqual([true]);
    expect(exportNames(modules[0]?.bytes ?? new Uint8Array()).sort()).toEqual(
      ['__snap_dirty', '__snap_memory', '__snap_ok', '__snap_restore', '__snap_same', '__snap_save'].sort(),
    );
  });

  test('is nothing where a module holds no state and writes none', async () => {
    const before = await modulesOf('(module (func (export "f") (param i32) (result i32) (local.get 0)))');
    const { modules } = snapshotModules(before);
    expect(modules[0]?.bytes).toEqual(before[0]?.bytes);
    expect(modules[0]?.entry.hasState).toBe(false);
  });

  test('leaves out globals and tables that nobody can change, and the meter’s own', async () => {
    const [module] = await modulesOf(
      '(module (global (mut i32) (i32.const 1)) (global (export "g") i32 (i32.const 1)) (table 4 funcref))',
    );
    const written = addSnapshot(module?.bytes ?? new Uint8Array(), { mode: 'full', tablesAreFixed: false });
    expect(written).toMatchObject({ ok: true, value: { globals: 0, tables: 0, isChanged: false } });
  });

  test('keeps an exported table only when some module changes a table that it imports', async () => {
    const owner = '(module (table (export "t") 4 funcref))';
    const filler = '(module (import "0" "t" (table 4 funcref)) (func $f) (elem (i32.const 0) func $f))';
    const changer = '(module (import "0" "t" (table 4 funcref)) (func (table.set 0 (i32.const 0) (ref.null func))))';
    const [linked] = snapshotModules(await modulesOf(owner, filler)).modules;
    const [changed] = snapshotModules(await modulesOf(owner, changer)).modules;
    expect(exportNames(linked?.bytes ?? new Uint8Array())).toEqual([]);
    expect(exportNames(changed?.bytes ?? new Uint8Array())).toContain('__snap_restore');
  });
});

describe('a table.grow counts', () => {
  const GROW = '(drop (table.grow $t (ref.null func) (i32.const 1)))';
  test.each([
    ['in a function that is exported', `(table $t 4 funcref) (func (export "f") ${GROW})`, 1],
    ['in one that is called', `(table $t 4 funcref) (func $f ${GROW}) (func (export "g") (call $f))`, 1],
    ['in one that starts', `(table $t 4 funcref) (start $f) (func $f ${GROW})`, 1],
    ['in an element', `(table $t 4 funcref) (elem (i32.const 0) func $f) (func $f ${GROW})`, 1],
    [
      'in an expression of an element',
      `(table $t 4 funcref) (elem (i32.const 0) funcref (ref.func $f)) (func $f ${GROW})`,
      1,
    ],
    ['in a passive element', `(table $t 4 funcref) (elem funcref (ref.null func) (ref.func $f)) (func $f ${GROW})`, 1],
    ['in a global', `(table $t 4 funcref) (global $g funcref (ref.func $f)) (func $f ${GROW})`, 1],
    ['in a reference', `(table $t 4 funcref) (elem declare func $f) (func $f ${GROW}) (func (drop (ref.func $f)))`, 1],
    ['not where nothing reaches it', `(table $t 4 funcref) (func $f ${GROW}) (func (export "g"))`, 0],
    ['not where the table has one size only', `(table $t 4 4 funcref) (func (export "f") ${GROW})`, 0],
  ])('%s', async (_, body, tables) => {
    const written = addSnapshot(await coreModule(`(module ${body})`), { mode: 'full', tablesAreFixed: false });
    expect(written).toMatchObject({ ok: true, value: { tables } });
  });
});

describe('a component gets no snapshots, with the reason', () => {
  test.each([
    ['data.drop', '(module (memory 1) (data $d "x") (func (data.drop $d)))', /data\.drop/],
    ['elem.drop', '(module (table 1 funcref) (elem $e func) (func (elem.drop $e)))', /elem\.drop/],
    ['several memories', '(module (memory 1) (memory 1))', /several memories/],
    [
      'references that are never null',
      '(module (type $t (func)) (func $f) (elem declare func $f) (global $g (mut (ref $t)) (ref.func $f)) (func (global.set $g (ref.func $f))))',
      /never null/,
    ],
  ])('%s', async (_, wat, reason) => {
    const before = await modulesOf('(module (memory 1))', wat);
    const { modules, restoring } = snapshotModules(before);
    expect(restoring).toEqual({ reason: expect.stringMatching(reason) });
    expect(modules).toBe(before);
  });

  test.each([
    ['export', '(module (func (export "__snap_save")))'],
    ['import', '(module (import "__snap" "dirty" (memory 1)))'],
  ])('a reserved name of an %s', async (_, wat) => {
    const written = addSnapshot(await coreModule(wat), { mode: 'dirty', tablesAreFixed: true });
    expect(written).toEqual({ ok: false, error: expect.stringContaining('reserved name') });
  });

  test('bytes that are no module, or end too early', async () => {
    const whole = await coreModule('(module (memory 1) (func (i32.store (i32.const 0) (i32.const 0))))');
    for (let length = 0; length < whole.length; length++) {
      const written = addSnapshot(whole.slice(0, length), { mode: 'dirty', tablesAreFixed: true });
      if (written.ok) expect(WebAssembly.validate(written.value.bytes as Uint8Array<ArrayBuffer>)).toBe(true);
    }
  });
});

test('the modules that copy pages are valid', () => {
  expect([COPY_WASM, COPY64_WASM].map((bytes) => WebAssembly.validate(bytes))).toEqual([true, true]);
});
