/** Bundles the code that runs in dynamic Workers into `dist/isolates`, in files that the Worker imports as text and data. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { contentHash } from './hash.ts';
import { inertWasi } from './inert-wasi.ts';
import { type LiftedModules, liftWasm } from './lift-wasm.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BUILDER_ENTRY = 'functions/builder/main.ts';
const HARNESS_ENTRY = 'functions/runtime/index.ts';

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2024',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['workerd', 'worker', 'browser'],
  external: ['cloudflare:workers'],
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions;

/** The core modules of the builder, by the name that its text imports them under. */
export const BUILDER_CORES = [
  'js-component-bindgen-component.core.wasm',
  'js-component-bindgen-component.core2.wasm',
  'js-component-bindgen-component.inline0.wasm',
  'js-component-bindgen-component.inline1.wasm',
] as const;

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({ ...COMMON, ...options, write: false });
  const text = outputFiles[0]?.text;
  if (text === undefined || outputFiles.length !== 1) throw new Error('esbuild gave something else than one file');
  return text;
}

/** The text of the harness. */
export function bundleHarness(plugins: Plugin[] = []): Promise<string> {
  return bundle({ entryPoints: [HARNESS_ENTRY], plugins });
}

/** What `dist/isolates` holds, by file name. Equal sources give equal bytes. */
export async function bundleIsolates(): Promise<Map<string, string | Uint8Array>> {
  const lifted: LiftedModules = new Map();
  const builder = await bundle({
    entryPoints: [BUILDER_ENTRY],
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [liftWasm(lifted), inertWasi('functions/builder/inert-wasi.ts')],
  });
  const names = [...lifted.keys()].sort();
  if (names.join() !== [...BUILDER_CORES].sort().join()) {
    throw new Error(`the builder's core modules are ${names.join(', ')}: update BUILDER_CORES and builder-modules.ts`);
  }
  const harness = await bundleHarness();
  const cores = BUILDER_CORES.map((name) => lifted.get(name) ?? new Uint8Array());
  const files = new Map<string, string | Uint8Array>([
    ['builder.txt', builder],
    ['harness.txt', harness],
    ['harness-hash.txt', contentHash([harness])],
  ]);
  for (const [index, bytes] of cores.entries()) files.set(`builder-core${index}.wasm`, bytes);
  return files;
}

/** Writes the files that changed, and removes what does not belong: a watcher sees no change where there is none. */
export async function writeIsolates(files: ReadonlyMap<string, string | Uint8Array>): Promise<string[]> {
  const directory = join(ROOT, 'dist/isolates');
  await mkdir(directory, { recursive: true });
  const written: string[] = [];
  for (const name of await readdir(directory))
    if (!files.has(name)) await rm(join(directory, name), { recursive: true });
  for (const [name, content] of files) {
    const path = join(directory, name);
    const bytes = Buffer.from(content);
    const current = await readFile(path).catch(() => undefined);
    if (current?.equals(bytes)) continue;
    await writeFile(path, bytes);
    written.push(name);
  }
  return written;
}
