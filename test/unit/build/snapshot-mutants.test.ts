/** The comparison of restored with fresh slots fails when any mechanism of snapshots is left out. */
import { describe, expect, test } from 'vitest';
import { Snapshot } from '../../../functions/runtime/restore/snapshot.ts';
import { COPY_WASM } from '../../../src/build/snapshot/copy-module.ts';
import type { SnapshotMode } from '../../../src/build/snapshot/rewrite.ts';
import { compile, coreModule } from '../../support/build-fixtures.ts';
import { seededRandom } from '../../support/component-fixtures.ts';
import { MUTANTS, mutated } from '../../support/snapshot/mutants.ts';
import { PROGRAMS } from '../../support/snapshot/programs.ts';
import { COPY_MODULES, compareRestored, compileProgram, type Mutation } from '../../support/snapshot/slots.ts';

const ROUNDS = 200;

async function problemsOf(
  name: keyof typeof PROGRAMS,
  mode: SnapshotMode,
  { mutate, make }: { readonly mutate?: Mutation; readonly make?: Parameters<typeof compareRestored>[3] },
): Promise<readonly string[]> {
  const program = PROGRAMS[name];
  if (program === undefined) throw new Error(`no program ${name}`);
  const compiled = compileProgram(await Promise.all(program.modules.map(coreModule)), mode, program.host, mutate);
  return compareRestored(compiled, seededRandom(11), ROUNDS, make).problems;
}

const STORES = 'stores of every width';
const ROWS: readonly (readonly [keyof typeof MUTANTS, keyof typeof PROGRAMS, SnapshotMode])[] = [
  ['storeMark', STORES, 'dirty'],
  ['storeMark64', 'stores with 64-bit addresses', 'dirty'],
  ['storeOffset', STORES, 'dirty'],
  ['bulkMark', 'bulk instructions', 'dirty'],
  ['bulkLastPage', 'bulk instructions', 'dirty'],
  ['global', 'globals', 'full'],
  ['global', 'references of the host', 'full'],
  ['global', 'memory, table and global of another module', 'dirty'],
  ['table', 'tables', 'full'],
  ['table', 'references of the host', 'full'],
  ['table', 'memory, table and global of another module', 'dirty'],
  ['tableSize', 'a table that grows', 'full'],
];

describe('each place by itself', () => {
  test.each(ROWS)('a mutant of %s is caught by: %s (%s)', async (kind, name, mode) => {
    let places = 0;
    for (let applied = true; applied; places++) {
      applied = false;
      let left = places;
      const problems = await problemsOf(name, mode, {
        mutate: (bytes) => {
          const count = MUTANTS[kind].places(bytes).length;
          const changed = left >= 0 && left < count ? mutated(bytes, MUTANTS[kind], left) : undefined;
          left -= count;
          applied ||= changed !== undefined;
          return changed ?? bytes;
        },
      });
      if (applied) expect(problems, `place ${places}`).not.toEqual([]);
      else expect(problems).toEqual([]);
    }
    expect(places).toBeGreaterThan(1);
  });
});

test.each(['overlap', 'runLength'] as const)('a mutant of %s in the module that copies is caught', async (kind) => {
  const copy = compile(mutated(COPY_WASM, MUTANTS[kind], 'all') ?? new Uint8Array());
  const make = (saved: ConstructorParameters<typeof Snapshot>[0]) => new Snapshot(saved, { ...COPY_MODULES, copy });
  const name = kind === 'overlap' ? STORES : 'bulk instructions';
  expect(await problemsOf(name, 'dirty', { make })).not.toEqual([]);
});

class Forgetful extends Snapshot {
  override wrote(): void {}
}

class Idle extends Snapshot {
  override restore(): boolean {
    return true;
  }
}

class Misled extends Snapshot {
  override imports(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Imports {
    const given = super.imports(module, imports);
    const map = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    return given === imports ? imports : { ...given, __snap: { dirty: map } };
  }
}

test.each([
  ['a host write is not told', Forgetful, 'a host that writes, throws and calls back', 'dirty'],
  ['a restore does not run', Idle, STORES, 'full'],
  ['a restore does not run', Idle, 'globals', 'dirty'],
  ['a module marks in a map of its own', Misled, 'memory, table and global of another module', 'dirty'],
] as const)('%s: caught (%#)', async (_, Mutated, name, mode) => {
  expect(await problemsOf(name, mode, { make: (saved) => new Mutated(saved, COPY_MODULES) })).not.toEqual([]);
});
