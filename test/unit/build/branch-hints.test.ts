/** The meter's branch hints: they name its own checks and nothing else, also in a module that snapshots were added to. */
import { expect, test } from 'vitest';
import { readBranchHints } from '../../../src/build/meter/branch-hints.ts';
import { readLayout } from '../../../src/build/meter/layout.ts';
import { OP } from '../../../src/build/meter/opcodes.ts';
import { Reader } from '../../../src/build/meter/reader.ts';
import { meterChecked } from '../../../src/build/meter/rewrite.ts';
import { SECTION } from '../../../src/build/meter/sections.ts';
import { addSnapshot } from '../../../src/build/snapshot/rewrite.ts';
import { coreModule } from '../../support/build-fixtures.ts';

const WAT = `(module (memory 1)
  (func $leaf (param i32) (i32.store (i32.const 8) (local.get 0)) ${'(drop (i32.load (i32.const 8)))'.repeat(20)})
  (func (export "run") (param i32) (result i32)
    (i32.store (i32.const 0) (local.get 0))
    (loop $outer (call $leaf (local.get 0)) (i32.store (i32.const 4) (i32.const 1))
      (loop $inner (i32.store8 (i32.const 5) (local.get 0))
        (br_if $inner (i32.gt_s (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 0))))
      (br_if $outer (i32.gt_s (local.get 0) (i32.const 9))))
    (i32.load (i32.const 0))))`;

/** Of each function with hints, the two bytes before each branch that they name: the comparison of a balance or a counter. */
function hinted(bytes: Uint8Array): string[] {
  const layout = readLayout(bytes, '-');
  const section = layout.sections.get(SECTION.code);
  const reader = new Reader(bytes, section?.start, section?.end);
  const starts: number[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const size = reader.u32();
    starts.push(reader.position);
    reader.position += size;
  }
  return [...readBranchHints(bytes)].map(([index, offsets]) => {
    const at = (offset: number) => (starts[index - layout.importedFunctions] ?? 0) + offset;
    return `${index}: ${offsets.map((offset) => `${bytes[at(offset) - 1]} ${bytes[at(offset)]}`).join(', ')}`;
  });
}

const [LESS, GREATER] = [`${OP.i32LtS} ${OP.if}`, `${OP.i32GtS} ${OP.if}`];
const EXPECTED = [`0: ${LESS}`, `1: ${LESS}, ${GREATER}, ${GREATER}, ${OP.i32GtS} ${OP.brIf}`];

test('hints name the checks of the meter', async () => {
  expect(hinted(meterChecked(await coreModule(WAT), 0).bytes)).toEqual(EXPECTED);
});

test.each(['full', 'dirty'] as const)('and still do with snapshots: %s', async (mode) => {
  const metered = meterChecked(await coreModule(WAT), 0).bytes;
  const snapshot = addSnapshot(metered, { mode, tablesAreFixed: true });
  if (!snapshot.ok) throw new Error(snapshot.error);
  expect(snapshot.value.marks > 0).toBe(mode === 'dirty');
  expect(hinted(snapshot.value.bytes)).toEqual(EXPECTED);
});

test('hints that a module brings along are dropped', async () => {
  const plain = await coreModule('(module (func (export "run")))');
  const name = new TextEncoder().encode('metadata.code.branch_hint');
  const content = [name.length, ...name, 1, 0, 1, 1, 1, 1];
  const own = Uint8Array.of(...plain.subarray(0, 8), 0, content.length, ...content, ...plain.subarray(8));
  expect(readBranchHints(own)).toEqual(new Map([[0, [1]]]));
  expect(readBranchHints(meterChecked(own, 0).bytes).size).toBe(0);
});
