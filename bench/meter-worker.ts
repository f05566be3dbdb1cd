/** Makes and starts the Worker in which metering is measured: workloads, StarlingMonkey and jco's bindgen in both forms. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { liftGlue } from '../functions/builder/glue-lift.ts';
import { prepare } from '../functions/builder/prepare.ts';
import { inlineModuleName, transpile } from '../functions/builder/transpile.ts';
import { inertWasi } from '../scripts/lib/inert-wasi.ts';
import { type LiftedModules, liftWasm } from '../scripts/lib/lift-wasm.ts';
import { meterChecked } from '../src/build/meter/rewrite.ts';
import { SLOT_WASM } from '../src/isolate/slot-module.ts';
import { starlingMonkey } from '../test/support/examples-starlingmonkey.ts';
import { bundleWorker } from './bundle.ts';
import type { MeterAnswer, MeterRequest } from './meter-protocol.ts';

export interface MeterBench {
  /** Names of the files in `workloads/`. */
  readonly workloads: readonly string[];
  /** Size of the module that is rewritten. */
  readonly moduleBytes: number;
  ask(request: MeterRequest): Promise<MeterAnswer>;
  stop(): Promise<void>;
}

const WORKLOADS = join(import.meta.dirname, 'workloads');
const INITIAL_FUEL = 1_000_000;
const FORMS = ['plain', 'metered'] as const;
/** The trampolines that jco writes inline: an isolate does not meter them either. */
const INLINE = /\.inline\d+\.wasm$/;

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

type Cores = ReadonlyMap<string, Uint8Array>;

/** The modules of one Worker, and the lines of its main module that name them. */
class WorkerFiles {
  readonly modules: { type: 'ESModule' | 'CompiledWasm' | 'Data'; path: string; contents: string | Uint8Array }[] = [];
  readonly #imports: string[] = [];

  text(path: string, contents: string): void {
    this.modules.push({ type: 'ESModule', path, contents });
  }

  /** Adds a module that the main module imports; answers the name it has there. */
  binary(type: 'CompiledWasm' | 'Data', path: string, contents: Uint8Array): string {
    this.modules.push({ type, path, contents });
    return this.imported(path, '');
  }

  imported(path: string, prefix: '' | '* as '): string {
    const name = `module${this.#imports.length}`;
    this.#imports.push(`import ${prefix}${name} from './${path}';`);
    return name;
  }

  /** An object of the core modules of one component in one form, as an expression. */
  cores(folder: string, cores: Cores): string {
    const entries = [...cores].map(
      ([name, bytes]) => `'${name}': ${this.binary('CompiledWasm', `${folder}/${name}`, bytes)}`,
    );
    return `{ ${entries.join(', ')} }`;
  }

  /** The first module is the main one. */
  finish(parts: string): WorkerFiles['modules'] {
    const contents = [`import { serve } from './bench.js';`, ...this.#imports, `export default serve(${parts});`];
    return [{ type: 'ESModule', path: 'main.js', contents: contents.join('\n') }, ...this.modules];
  }
}

/** `component` is what bindgen works on. */
export async function startMeterBench(component: Uint8Array): Promise<MeterBench> {
  const files = new WorkerFiles();
  files.text('bench.js', await bundleWorker('meter'));
  const slot = files.binary('CompiledWasm', 'slot.wasm', SLOT_WASM);
  const names = (await readdir(WORKLOADS)).filter((name) => name.endsWith('.wat')).map((name) => name.slice(0, -4));
  const workloads: string[] = [];
  for (const name of names.toSorted()) {
    const bytes = await parse(await readFile(join(WORKLOADS, `${name}.wat`), 'utf8'));
    workloads.push(
      `'${name}': ${pair((form) => files.binary('CompiledWasm', `${form}/${name}.wasm`, formOf(form, bytes)))}`,
    );
  }
  const engine = await engineParts();
  files.text('starling.js', engine.glue);
  const starling = pair((form) => files.cores(`${form}/starling`, coresOf(form, engine.cores)));
  const starlingGlue = files.imported('starling.js', '* as ');
  const lifted: LiftedModules = new Map();
  const text = await bundleWorker('bindgen', [liftWasm(lifted), inertWasi('functions/builder/inert-wasi.ts')]);
  const bindgen = pair((form) => {
    files.text(`${form}/bindgen/bindgen.js`, text);
    for (const [name, bytes] of coresOf(form, lifted)) {
      files.modules.push({ type: 'CompiledWasm', path: `${form}/bindgen/${name}`, contents: bytes });
    }
    return files.imported(`${form}/bindgen/bindgen.js`, '* as ');
  });
  const largest = [...engine.cores.values()].reduce((one, other) => (other.length > one.length ? other : one));
  const input = files.binary('Data', 'component.bin', prepared(component).component.take());
  const module = files.binary('Data', 'module.bin', largest);
  const parts = `{ slot: ${slot}, workloads: { ${workloads.join(', ')} }, starling: ${starling},
    starlingGlue: ${starlingGlue}, starlingInterfaces: ${JSON.stringify(engine.interfaces)},
    bindgen: ${bindgen}, component: ${input}, module: ${module} }`;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({ compatibilityDate: '2026-09-01', modules: files.finish(parts) }),
  );
  return {
    workloads: names.toSorted(),
    moduleBytes: largest.length,
    ask: (request) => ask(miniflare, request),
    stop: () => miniflare.dispose(),
  };
}

function pair(value: (form: (typeof FORMS)[number]) => string): string {
  return `{ ${FORMS.map((form) => `${form}: ${value(form)}`).join(', ')} }`;
}

function formOf(form: (typeof FORMS)[number], bytes: Uint8Array): Uint8Array {
  return form === 'plain' ? bytes : meterChecked(bytes, INITIAL_FUEL).bytes;
}

function coresOf(form: (typeof FORMS)[number], cores: Cores): Cores {
  return new Map([...cores].map(([name, bytes]) => [name, INLINE.test(name) ? bytes : formOf(form, bytes)]));
}

function prepared(component: Uint8Array) {
  const result = prepare(new Uint8Array(component));
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

/** StarlingMonkey with the script above, as the builder would prepare it. */
async function engineParts() {
  const { component, imports } = prepared(await starlingMonkey(SCRIPT, WORLD));
  const transpiled = await transpile(component.take(), undefined);
  if (!transpiled.ok) throw new Error(transpiled.error);
  const { source, modules } = liftGlue(transpiled.value.glue, inlineModuleName);
  const interfaces = [...new Set(imports.map(({ name }) => name.replace(/@.*$/, '')))];
  return { glue: source, cores: new Map([...transpiled.value.modules, ...modules]), interfaces };
}

async function ask(miniflare: Miniflare, request: MeterRequest): Promise<MeterAnswer> {
  const response = await miniflare.dispatchFetch('http://meter/', { method: 'POST', body: JSON.stringify(request) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${request.workload}, ${request.form}: ${text}`);
  return JSON.parse(text) as MeterAnswer; // our own Worker
}
