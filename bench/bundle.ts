/** Makes what workerd is given: the Worker exactly as `wrangler deploy` bundles it, and the small Workers of `workers/`. */
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { contentHash } from '../scripts/lib/hash.ts';
import { bundleHarness } from '../scripts/lib/isolates.ts';
import { DIST, ROOT } from '../scripts/local/paths.ts';
import { run } from '../scripts/local/run.ts';
import { type Replacements, replaceModules } from './replace-modules.ts';

/** Of the small Workers: the one of `wrangler.toml`. */
export const COMPATIBILITY_DATE = '2026-09-01';

export type ModuleType = 'ESModule' | 'Text' | 'Data' | 'CompiledWasm';

export interface WorkerModule {
  readonly type: ModuleType;
  readonly path: string;
}

export interface WorkerBundle {
  readonly root: string;
  /** The main module comes first. */
  readonly modules: readonly WorkerModule[];
}

/** The rules of `wrangler.toml`, and wrangler's own. */
const TYPES: Readonly<Record<string, ModuleType>> = {
  '.js': 'ESModule',
  '.txt': 'Text',
  '.bin': 'Data',
  '.wasm': 'CompiledWasm',
};

const QUIET = { WRANGLER_SEND_METRICS: 'false', WRANGLER_WRITE_LOGS: 'false', NO_UPDATE_NOTIFIER: '1' };

/** The platform's Worker; builds the isolates' code first, for wrangler runs the build of `wrangler.toml`. */
export async function bundlePlatform(): Promise<WorkerBundle> {
  const root = join(DIST, 'bench', 'worker');
  await rm(root, { recursive: true, force: true });
  const { code, output } = await run('wrangler', ['deploy', '--dry-run', '--outdir', root], { env: QUIET });
  if (code !== 0) throw new Error(`wrangler could not bundle the Worker:\n${output}`);
  const modules = (await readdir(root)).flatMap((name) => {
    const type = TYPES[extname(name)];
    return type === undefined ? [] : [{ type, path: join(root, name) }];
  });
  return { root, modules: modules.toSorted((a, b) => Number(b.type === 'ESModule') - Number(a.type === 'ESModule')) };
}

/**
 * The same Worker with another harness: `replace` says which of its files another file stands in for. Everything
 * outside of the isolates, the builder included, is the same text.
 */
export async function withHarness(bundle: WorkerBundle, name: string, replace: Replacements): Promise<WorkerBundle> {
  const harness = await bundleHarness([replaceModules(replace)]);
  // Wrangler puts a hash and a dash before the names of text modules.
  const contents = new Map([
    ['harness.txt', harness],
    ['harness-hash.txt', contentHash([harness])],
  ]);
  const root = join(DIST, 'bench', name);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  let replaced = 0;
  const modules: WorkerModule[] = [];
  for (const { type, path } of bundle.modules) {
    const own = join(root, basename(path));
    const content = contents.get(basename(path).replace(/^[0-9a-f]+-/, ''));
    if (content === undefined) {
      await copyFile(path, own);
    } else {
      await writeFile(own, content);
      replaced += 1;
    }
    modules.push({ type, path: own });
  }
  if (replaced !== contents.size) throw new Error('the harness is not where it was expected in the bundled Worker');
  return { root, modules };
}

/** One file of `bench/workers` with all that it imports, as the text of one module. */
export async function bundleWorker(name: string, plugins: readonly Plugin[] = []): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`bench/workers/${name}.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    plugins: [...plugins],
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${name}`);
  return file.text;
}
