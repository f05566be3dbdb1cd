/** Makes what workerd is given: the Worker exactly as `wrangler deploy` bundles it, and the small Workers of `workers/`. */
import { readdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { DIST, ROOT } from '../scripts/local/paths.ts';
import { run } from '../scripts/local/run.ts';

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
