/**
 * What metering costs: each workload of `bench/workloads` metered against itself unmetered, StarlingMonkey the same, and
 * how fast modules are rewritten. `npm run bench:meter`; ratios are medians of interleaved runs in this process.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { liftGlue } from '../functions/builder/glue-lift.ts';
import { prepare } from '../functions/builder/prepare.ts';
import { inlineModuleName, transpile } from '../functions/builder/transpile.ts';
import type { Instantiate } from '../functions/runtime/glue.ts';
import { CallLifetime } from '../functions/runtime/lifetime.ts';
import { createLifting } from '../functions/runtime/lifting.ts';
import { Toll } from '../functions/runtime/toll.ts';
import { createWasi } from '../functions/runtime/wasi/index.ts';
import { StdioBuffer } from '../functions/runtime/wasi/stdio-buffer.ts';
import { meter, meterChecked } from '../src/build/meter/rewrite.ts';
import { compile } from '../test/support/build-fixtures.ts';
import { starlingMonkey } from '../test/support/examples-starlingmonkey.ts';
import { meterOf } from '../test/support/meter/meters.ts';

const WORKLOADS = join(import.meta.dirname, 'workloads');

/** Rounds that take 1 to 10 ms each. */
const ROUNDS: Readonly<Record<string, number>> = {
  fib: 14,
  interp: 8,
  json: 5,
  matmul: 3,
  qsort: 3,
  sha: 8,
  sieve: 6,
};

const SAMPLES = 9;
/** Runs per sample, of which the fastest counts: other processes use the machine too. */
const RUNS_PER_SAMPLE = 5;
const WARM_UP_RUNS = 30;
const BUDGET = 10 ** 15;
const INITIAL_FUEL = 10 ** 9;

type Run = () => unknown;

/** Milliseconds of each, the median of samples that are taken in turn. */
function measure(runs: readonly Run[]): number[] {
  for (let index = 0; index < WARM_UP_RUNS; index++) for (const run of runs) run();
  const samples = runs.map((): number[] => []);
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [index, run] of runs.entries()) {
      const times = Array.from({ length: RUNS_PER_SAMPLE }, () => {
        const start = performance.now();
        run();
        return performance.now() - start;
      });
      samples[index]?.push(Math.min(...times));
    }
  }
  return samples.map((times) => times.sort((a, b) => a - b)[SAMPLES >> 1] ?? Number.NaN);
}

function report(name: string, [plain = Number.NaN, metered = Number.NaN]: readonly number[]): number {
  const ratio = metered / plain;
  console.log(`| ${name} | ${plain.toFixed(2)} | ${metered.toFixed(2)} | ${ratio.toFixed(2)} |`);
  return ratio;
}

async function workloads(): Promise<number> {
  const ratios: number[] = [];
  for (const file of (await readdir(WORKLOADS)).filter((name) => name.endsWith('.wat')).sort()) {
    const name = file.slice(0, -'.wat'.length);
    const bytes = await parse(await readFile(join(WORKLOADS, file), 'utf8'));
    const rounds = ROUNDS[name] ?? 1;
    const account = meterOf(BUDGET);
    const runs = [bytes, meterChecked(bytes, INITIAL_FUEL).bytes].map((module): Run => {
      const instance = new WebAssembly.Instance(compile(module));
      account.add(instance, 'bench.inline0.wasm');
      const run = instance.exports['run'] as (rounds: number) => number; // every workload exports it
      return () => run(rounds);
    });
    const [expected, actual] = runs.map((run) => run());
    if (expected !== actual) throw new Error(`${name} answers ${actual} instead of ${expected}`);
    ratios.push(report(name, measure(runs)));
  }
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

const SCRIPT = `export function work(n) {
  const words = new Map(); let hash = 7;
  for (let i = 0; i < n; i++) {
    const word = 'w' + (i * 7919 % 503);
    words.set(word, (words.get(word) ?? 0) + 1);
    for (let j = 0; j < word.length; j++) hash = (hash * 31 + word.charCodeAt(j)) | 0;
  }
  const sorted = [...words].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return hash ^ JSON.parse(JSON.stringify(sorted)).length;
}`;
const WORLD = 'package bench:js; world bench { export work: func(n: u32) -> s32; }';

/** StarlingMonkey with that script, metered or not, in the harness's WASI. */
async function engine() {
  const component = await starlingMonkey(SCRIPT, WORLD);
  const prepared = prepare(new Uint8Array(component));
  if (!prepared.ok) throw new Error(prepared.error.reason);
  const transpiled = await transpile(prepared.value.component.take(), undefined);
  if (!transpiled.ok) throw new Error(transpiled.error);
  const { source, modules: inlined } = liftGlue(transpiled.value.glue, inlineModuleName);
  const url = `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
  const { instantiate } = (await import(url)) as { instantiate: Instantiate }; // what jco's glue exports
  const cores = transpiled.value.modules;
  const interfaces = [...new Set(prepared.value.imports.map(({ name }) => name.replace(/@.*$/, '')))];
  const make = (transform: (bytes: Uint8Array) => Uint8Array) => {
    const compiled = new Map(
      [...[...cores].map(([name, bytes]) => [name, transform(bytes)] as const), ...inlined].map(
        ([name, bytes]) => [name, compile(bytes)] as const,
      ),
    );
    const exit = (code: number): never => {
      throw new Error(`exit ${code}`);
    };
    const lifetime = new CallLifetime();
    const imports = createWasi(interfaces, {
      environment: [],
      stdio: new StdioBuffer(),
      lifetime,
      toll: new Toll(meterOf(BUDGET), lifetime, { late: false }),
      exit,
    });
    const fresh = () => {
      const account = meterOf(BUDGET);
      return instantiate(
        (name) => compiled.get(name) ?? compile(new Uint8Array()),
        imports,
        (module, coreImports) => {
          const instance = new WebAssembly.Instance(module, coreImports);
          account.add(instance, 'bench.inline0.wasm');
          return instance;
        },
        createLifting(account),
      ) as { work(n: number): number }; // the world says so
    };
    const warm = fresh();
    return { small: () => fresh().work(10), computing: () => warm.work(2_000) };
  };
  // The modules that the fresh instances are made of are compiled once, as in an isolate.
  const core = [...cores.values()].sort((a, b) => b.length - a.length)[0] ?? new Uint8Array();
  return { plain: make((bytes) => bytes), metered: make((bytes) => meterChecked(bytes, INITIAL_FUEL).bytes), core };
}

/** Megabytes of StarlingMonkey's core per second, warm: the fastest of some. */
function rewritingSpeed(bytes: Uint8Array): number {
  const times = Array.from({ length: 25 }, () => {
    const start = performance.now();
    meter(bytes, INITIAL_FUEL);
    return performance.now() - start;
  });
  return bytes.length / 1_000 / Math.min(...times);
}

console.log('| workload | ms | ms metered | ratio |\n| --- | --- | --- | --- |');
const geomean = await workloads();
console.log(`| **geometric mean** | | | **${geomean.toFixed(2)}** |`);
const { plain, metered, core } = await engine();
report('StarlingMonkey, a fresh instance and a small call', measure([plain.small, metered.small]));
report('StarlingMonkey, computing', measure([plain.computing, metered.computing]));
console.log(`\nrewriting, warm: ${rewritingSpeed(core).toFixed(0)} MB/s`);
