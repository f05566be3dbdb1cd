/**
 * What snapshots cost: the marks of dirty pages on each workload of `bench/workloads`, a restore of memories of several
 * sizes and of real components, and how fast modules are rewritten. In Node, where V8 is the same and the clock is finer; the
 * variants of one row run in turns.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { liftGlue } from '../functions/builder/glue-lift.ts';
import { prepare } from '../functions/builder/prepare.ts';
import { inlineModuleName, transpile } from '../functions/builder/transpile.ts';
import { CapabilityClient, noCapabilities } from '../functions/runtime/capabilities.ts';
import type { Instantiate } from '../functions/runtime/glue.ts';
import { CallLifetime } from '../functions/runtime/lifetime.ts';
import { createLifting } from '../functions/runtime/lifting.ts';
import { SavedMemories } from '../functions/runtime/restore/saved-memories.ts';
import { Snapshot } from '../functions/runtime/restore/snapshot.ts';
import { Toll } from '../functions/runtime/toll.ts';
import { createWasi } from '../functions/runtime/wasi/index.ts';
import { LogBuffer } from '../functions/runtime/wasi/log-buffer.ts';
import { StdioBuffer } from '../functions/runtime/wasi/stdio-buffer.ts';
import { meterChecked } from '../src/build/meter/rewrite.ts';
import { addSnapshots } from '../src/build/snapshot/component.ts';
import { addSnapshot, type SnapshotMode } from '../src/build/snapshot/rewrite.ts';
import { compile } from '../test/support/build-fixtures.ts';
import { exampleBytes } from '../test/support/examples.ts';
import { starlingMonkey } from '../test/support/examples-starlingmonkey.ts';
import { boundlessMeter } from '../test/support/snapshot/account.ts';
import { COPY_MODULES, entryOf } from '../test/support/snapshot/slots.ts';
import { geometricMean, median, table } from './numbers.ts';

const WORKLOADS = join(import.meta.dirname, 'workloads');

/** Rounds that take 1 to 10 ms each. */
const ROUNDS: Readonly<Record<string, number>> = { fib: 14, interp: 8, json: 5, matmul: 3, qsort: 3, sha: 8, sieve: 6 };

/** The fastest of these counts: other processes use the machine too. */
const SAMPLES = 150;
const WARM_UP_RUNS = 40;
const INITIAL_FUEL = 10 ** 9;
const MODES: readonly SnapshotMode[] = ['full', 'dirty'];

type Run = () => unknown;

function milliseconds(run: Run): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Milliseconds of each, the least of samples that are taken in turn. */
function measure(runs: readonly Run[]): number[] {
  for (let index = 0; index < WARM_UP_RUNS; index++) for (const run of runs) run();
  const least = runs.map(() => Number.POSITIVE_INFINITY);
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [index, run] of runs.entries()) least[index] = Math.min(least[index] ?? 0, milliseconds(run));
  }
  return least;
}

function snapshotted(metered: Uint8Array, mode: SnapshotMode): Uint8Array {
  const result = addSnapshot(metered, { mode, tablesAreFixed: true });
  if (!result.ok) throw new Error(result.error);
  return result.value.bytes;
}

async function workloads(): Promise<string> {
  const rows = [['marks of dirty pages', 'ms metered', 'ms with marks', 'ratio', 'size']];
  const ratios: number[] = [];
  for (const file of (await readdir(WORKLOADS)).filter((name) => name.endsWith('.wat')).sort()) {
    const name = file.slice(0, -'.wat'.length);
    const metered = meterChecked(await parse(await readFile(join(WORKLOADS, file), 'utf8')), INITIAL_FUEL).bytes;
    const marked = snapshotted(metered, 'dirty');
    const account = boundlessMeter();
    const runs = [metered, marked].map((bytes): Run => {
      const instance = new WebAssembly.Instance(compile(bytes));
      account.add(instance, 'bench.inline0.wasm');
      const run = instance.exports['run'] as (rounds: number) => number; // every workload exports it
      return () => run(ROUNDS[name] ?? 1);
    });
    const [before = Number.NaN, after = Number.NaN] = measure(runs);
    ratios.push(after / before);
    const size = marked.length / metered.length;
    rows.push([name, before.toFixed(2), after.toFixed(2), (after / before).toFixed(2), size.toFixed(2)]);
  }
  rows.push(['geometric mean', '', '', geometricMean(ratios).toFixed(2), '']);
  return table(rows);
}

const RESTORES = 500;

/** Microseconds of one `restore`, after `change` each time. */
function microsecondsOf(snapshot: Snapshot, change: Run): number {
  const times: number[] = [];
  for (let index = 0; index < RESTORES; index++) {
    change();
    times.push(milliseconds(() => snapshot.restore()) * 1_000);
  }
  return median(times);
}

async function memories(): Promise<string> {
  const rows = [['restore of a memory, KiB', 'written, KiB', 'whole, µs', 'dirty pages, µs']];
  for (const [pages, written] of [
    [1, 2],
    [8, 4],
    [16, 6],
    [22, 12],
    [145, 12],
    [145, 100],
  ] as const) {
    const wat = `(module (memory ${pages}) (global $g (mut i32) (i32.const 0)) (func (export "run") (param $n i32)
      (loop $l (local.set $n (i32.sub (local.get $n) (i32.const 1))) (global.set $g (local.get $n))
        (i32.store (i32.mul (local.get $n) (i32.const ${Math.floor((pages * 16) / written) * 4_096})) (i32.const 1))
        (br_if $l (local.get $n)))))`;
    const metered = meterChecked(await parse(wat), INITIAL_FUEL).bytes;
    const restores = MODES.map((mode) => {
      const snapshot = new Snapshot(new SavedMemories(), COPY_MODULES);
      const instance = new WebAssembly.Instance(compile(snapshotted(metered, mode)));
      snapshot.add(instance, entryOf(instance));
      boundlessMeter().add(instance, 'bench.core.wasm');
      snapshot.save();
      const run = instance.exports['run'] as (count: number) => void; // it was written above
      return microsecondsOf(snapshot, () => run(written)).toFixed(1);
    });
    rows.push([String(pages * 64), String(written * 4), ...restores]);
  }
  return table(rows);
}

const exit = (code: number): never => {
  throw new Error(`exit ${code}`);
};

/** Instances of a component through jco's glue, whose own state is left as it is: only core instances are measured. */
async function component(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  call: (exports: unknown) => void,
): Promise<readonly string[][]> {
  const prepared = prepare(bytes);
  if (!prepared.ok) throw new Error(prepared.error.reason);
  const transpiled = await transpile(prepared.value.component.take(), undefined);
  if (!transpiled.ok) throw new Error(transpiled.error);
  const { source, modules: inlined } = liftGlue(transpiled.value.glue, inlineModuleName);
  const url = `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
  const { instantiate } = (await import(url)) as { instantiate: Instantiate }; // what jco's glue exports
  const metered = [...transpiled.value.modules].map(
    ([key, module]) => [key, meterChecked(module, INITIAL_FUEL).bytes] as const,
  );
  const all = [...metered, ...inlined];
  const names = all.map(([key]) => key);
  const interfaces = [...new Set(prepared.value.imports.map((item) => item.name.replace(/@.*$/, '')))];
  const size = (modules: readonly Uint8Array[]): number => modules.reduce((sum, { length }) => sum + length, 0);
  const before = all.map(([, module]) => module);
  const rows: string[][] = [];
  for (const mode of MODES) {
    const rewrite = () => addSnapshots(before, mode);
    const result = rewrite();
    if (!result.ok) throw new Error(result.error);
    const written = result.value.map(({ bytes: module }) => module);
    const speed = size(before) / 1_000 / Math.min(...Array.from({ length: 9 }, () => milliseconds(rewrite)));
    const compiled = new Map(written.map((module, index) => [names[index], compile(module)] as const));
    const saved = new SavedMemories();
    const make = () => {
      const account = boundlessMeter();
      const snapshot = new Snapshot(saved, COPY_MODULES);
      const lifetime = new CallLifetime();
      const toll = new Toll(account, lifetime, { late: false });
      const wasi = createWasi(interfaces, {
        environment: [],
        cli: { args: [], stdin: '' },
        stdio: new StdioBuffer(),
        logs: new LogBuffer(undefined),
        output: () => undefined,
        lifetime,
        capabilities: new CapabilityClient(noCapabilities, lifetime),
        directories: [],
        memory: { hold: () => true },
        toll,
        exit,
      });
      const exports = instantiate(
        (key) => compiled.get(key) ?? compile(new Uint8Array()),
        wasi,
        (module, imports) => {
          const instance = new WebAssembly.Instance(module, snapshot.imports(module, imports));
          snapshot.add(instance, entryOf(instance));
          account.add(instance, 'bench.inline0.wasm');
          return instance;
        },
        createLifting(account),
      );
      return { snapshot, exports };
    };
    const linking = median(Array.from({ length: 15 }, () => milliseconds(make)));
    const saving = median(
      Array.from({ length: 15 }, () => {
        const { snapshot } = make();
        return milliseconds(() => snapshot.save());
      }),
    );
    const { snapshot, exports } = make();
    const isSame = snapshot.save();
    const restoring = microsecondsOf(snapshot, () => call(exports));
    const kib = snapshot.restoredBytes / 1_024;
    const verifying = median(Array.from({ length: 15 }, () => milliseconds(() => snapshot.verify())));
    const growth = size(written) / size(before);
    rows.push([
      `${name}, ${mode}`,
      String(snapshot.pages),
      isSame ? 'yes' : 'no',
      (linking * 1_000).toFixed(0),
      (saving * 1_000).toFixed(0),
      restoring.toFixed(1),
      kib.toFixed(0),
      (verifying * 1_000).toFixed(0),
      growth.toFixed(2),
      speed.toFixed(0),
    ]);
  }
  return rows;
}

const greet = (exports: unknown): void => {
  (exports as { greet(name: string): string }).greet('World'); // what both worlds export
};
const WORLD = 'package bench:js; world bench { export greet: func(name: string) -> string; }';
const SCRIPT = "export function greet(name) { return 'Hello, ' + name + '!'; }";

export async function measureSnapshots(): Promise<string> {
  const quickJs = await component('QuickJS', new Uint8Array(await exampleBytes('hello')), greet);
  const starling = await component('StarlingMonkey', new Uint8Array(await starlingMonkey(SCRIPT, WORLD)), greet);
  const heading = ['component', 'pages', 'same', 'instances, µs', 'save, µs', 'restore, µs', 'KiB', 'verify, µs'];
  const components = table([[...heading, 'size', 'MB/s'], ...quickJs, ...starling]);
  return [await workloads(), await memories(), components].join('\n\n');
}
