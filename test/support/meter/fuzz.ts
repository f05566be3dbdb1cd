/** Random core modules from binaryen's fuzzer, and what must hold of each when it is metered. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Growth } from '../../../functions/runtime/memory.ts';
import { ROOT } from '../../../scripts/local/paths.ts';
import { compile } from '../build-fixtures.ts';
import { seededRandom } from '../component-fixtures.ts';
import { injectGrowths } from './inject-growths.ts';
import { lowerMaxima, maximaOf } from './lower-maxima.ts';
import {
  endOf,
  type Instance,
  instantiateCounted,
  instantiateMetered,
  instantiatePlain,
  SLACK_PER_CALL,
  shown,
  stateOf,
} from './modules.ts';

const run = promisify(execFile);

/** What binaryen's fuzzer may use. */
export const FUZZ_FEATURES: readonly string[] = [
  'simd',
  'relaxed-simd',
  'bulk-memory',
  'reference-types',
  'multivalue',
  'tail-call',
  'exception-handling',
  'sign-ext',
  'nontrapping-float-to-int',
  'mutable-globals',
  'multimemory',
  'memory64',
];

const MIN_INPUT_BYTES = 500;
const MAX_INPUT_BYTES = 20_000;

export interface FuzzOptions {
  readonly features?: readonly string[];
  /** Puts growths of memories and tables in. */
  readonly grows?: boolean;
}

/** The module that binaryen makes of this seed. Its loops and recursions end by themselves. */
export async function fuzzedModule(
  seed: number,
  { features = FUZZ_FEATURES, grows = false }: FuzzOptions = {},
): Promise<Uint8Array> {
  const random = seededRandom(seed);
  const length = MIN_INPUT_BYTES + Math.floor(random() ** 2 * (MAX_INPUT_BYTES - MIN_INPUT_BYTES));
  const folder = await mkdtemp(join(tmpdir(), 'skerry-fuzz-'));
  try {
    const [input, output] = [join(folder, 'input'), join(folder, 'output.wasm')];
    await writeFile(
      input,
      Uint8Array.from({ length }, () => Math.floor(random() * 256)),
    );
    const tool = join(ROOT, 'node_modules/binaryen/bin/wasm-opt');
    const flags = features.map((feature) => `--enable-${feature}`);
    await run(process.execPath, [tool, input, '-ttf', ...flags, '-o', output]);
    const module = new Uint8Array(await readFile(output));
    return grows ? injectGrowths(module, random) : module;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Comparison {
  /** What differs from the unmetered module, and charges below the exact ones; empty when all is well. */
  readonly problems: readonly string[];
  readonly calls: number;
  /** Calls that ended in both by returning. */
  readonly returned: number;
  readonly fuel: number;
  readonly exact: number;
  /** Growths that the host allowed, and that it refused. */
  readonly allowed: number;
  readonly refused: number;
}

/** How much the memories and tables of a module may grow: little, so that some growths are refused. */
const ROOM = 3;

/**
 * Calls every export of the module, of its metered form and of its exactly counted form, in the same order. What the host
 * refuses the metered one is above the maxima of the other two.
 */
export function compareMetered(bytes: Uint8Array): Comparison {
  const maxima = maximaOf(bytes, ROOM);
  const lowered = lowerMaxima(bytes, maxima);
  const growths = { allowed: 0, refused: 0 };
  const growth: Growth = {
    allow: (what, delta, current) => {
      const isAllowed = current + delta <= (what === 'memory' ? maxima.pages : maxima.elements);
      growths[isAllowed ? 'allowed' : 'refused']++;
      return isAllowed;
    },
    failed: () => {},
  };
  const plain = new Driven(bytes, (imports) => instantiatePlain(lowered, imports));
  const counted = new Driven(bytes, (imports) => instantiateCounted(lowered, imports));
  const metered = new Driven(bytes, (imports) => instantiateMetered(bytes, { imports, fuel: 10 ** 12, growth }));
  const problems: string[] = [];
  const same = (what: string, expected: string, ...others: readonly string[]): void => {
    for (const other of others) if (other !== expected) problems.push(`${what}: ${expected} became ${other}`);
  };
  same('start', plain.start, counted.start, metered.start);
  let calls = 0;
  let returned = 0;
  for (const name of plain.start === 'started' ? plain.functions : []) {
    const ends = [plain, counted, metered].map((driven) => driven.call(name));
    const [expected = '', ...others] = ends;
    calls++;
    // Where the stack ends depends on the size of frames, and nothing after it can be compared.
    if (ends.some((end) => end.includes('call stack'))) break;
    if (!expected.includes('Error')) returned++;
    same(name, expected, ...others);
    const [fuel, exact] = [metered.used(), counted.used()];
    if (fuel + SLACK_PER_CALL * metered.entries < exact) problems.push(`${name}: ${fuel} charged, ${exact} executed`);
    if (problems.length > 0) break;
  }
  if (problems.length === 0 && plain.start === 'started') {
    same('state', plain.state(), counted.state(), metered.state());
    same('log', plain.log.join(), counted.log.join(), metered.log.join());
  }
  return { problems, calls, returned, fuel: metered.used(), exact: counted.used(), ...growths };
}

const MAX_REENTRIES = 4;
const MAX_ENTRIES = 2_000;

/** An instance with the imports that fuzzed modules have, which write down what they are called with. */
export class Driven {
  readonly start: string;
  readonly log: string[] = [];
  readonly functions: readonly string[];
  /** Calls from outside, those through imports included. */
  entries = 0;
  #depth = 0;
  readonly #exportNames: readonly string[];
  #instance: Instance | undefined;

  constructor(bytes: Uint8Array, instantiate: (imports: WebAssembly.Imports) => Instance) {
    const module = compile(bytes);
    const exports = WebAssembly.Module.exports(module);
    this.functions = exports.filter(({ kind }) => kind === 'function').map(({ name }) => name);
    this.#exportNames = exports.map(({ name }) => name);
    const imports: Record<string, Record<string, unknown>> = {};
    for (const descriptor of WebAssembly.Module.imports(module)) {
      imports[descriptor.module] ??= {};
      (imports[descriptor.module] ?? {})[descriptor.name] = this.#import(descriptor.name, descriptor.kind);
    }
    this.start = endOf(() => {
      this.#instance = instantiate(imports as WebAssembly.Imports); // made for these very imports
      return undefined;
    }).replace('undefined', 'started');
  }

  used(): number {
    return this.#instance?.used() ?? 0;
  }

  state(): string {
    return this.#instance === undefined ? '' : JSON.stringify(stateOf(this.#instance));
  }

  call(name: string): string {
    return endOf(() => this.#enter(this.#instance?.exports[name]));
  }

  #enter(target: unknown): unknown {
    // Exports that call each other through the host and catch all would go on for ever.
    if (this.#depth >= MAX_REENTRIES || this.entries >= MAX_ENTRIES) throw new Error('no more calls');
    this.entries++;
    this.#depth++;
    try {
      return this.#enterOnce(target);
    } finally {
      this.#depth--;
    }
  }

  #enterOnce(target: unknown): unknown {
    // Arguments of any type: null is a reference, and what is no number becomes one; bigints have to be bigints.
    const call = target as (...args: unknown[]) => unknown;
    const args = Array.from({ length: call.length }, () => 0);
    try {
      return call(...args);
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
      return call(...args.map(() => null));
    }
  }

  #import(name: string, kind: string): unknown {
    if (kind === 'global') return { kind };
    if (kind === 'tag') {
      const Tag = Reflect.get(WebAssembly, 'Tag') as new (type: { parameters: string[] }) => unknown;
      return name === 'jstag' ? Reflect.get(WebAssembly, 'JSTag') : new Tag({ parameters: ['i32'] });
    }
    switch (name) {
      case 'throw':
        return (value: number) => {
          throw new Error(`thrown by the host: ${value}`);
        };
      case 'call-export':
        return (index: number) => {
          this.#callExport(index);
        };
      case 'call-export-catch':
        return (index: number) => (endOf(() => this.#callExport(index)).includes('Error') ? 1 : 0);
      case 'call-ref':
        return (target: unknown) => {
          this.#enter(target);
        };
      case 'call-ref-catch':
        return (target: unknown) => (endOf(() => this.#enter(target)).includes('Error') ? 1 : 0);
      default:
        return (...values: unknown[]) => {
          this.log.push(`${name} ${values.map(shown).join(' ')}`);
          return 0;
        };
    }
  }

  #callExport(index: number): void {
    const name = this.#exportNames[index >>> 0];
    const target = name === undefined ? undefined : this.#instance?.exports[name];
    if (typeof target !== 'function') throw new Error('no such function');
    this.#enter(target);
  }
}
