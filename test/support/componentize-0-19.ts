/**
 * Components of componentize-js 0.19.3 (StarlingMonkey), which can `fetch` and import `wasi:http`: about 11 MB each, built once
 * and kept in `dist/fixtures`.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST, ROOT } from '../../scripts/local/paths.ts';

/** The WASI that the engine of this toolchain imports for HTTP. */
export const STARLING_WASI = '0.2.3';

/** Packages of WASI that jco carries, each with those that it uses. */
const PACKAGES = ['wasi-io', 'wasi-clocks', 'wasi-http'];

/** `world` is WIT text; with `wasi` it may import the packages above, in the version above. Takes some seconds the first time. */
export async function starlingComponent(source: string, world: string, { wasi = false } = {}): Promise<Uint8Array> {
  const wit = wasi ? `${world}\n${await wasiPackages()}` : world;
  const versions = await readFile(join(ROOT, 'package.json'));
  const inputs = createHash('sha256').update(versions).update(source).update(wit).digest('hex').slice(0, 16);
  const path = join(DIST, 'fixtures', `starling-0-19-${inputs}.wasm`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept !== undefined) return kept;
  const { componentize } = await import('componentize-js-0-19');
  const { component } = await componentize(source, wit);
  await mkdir(join(DIST, 'fixtures'), { recursive: true });
  await writeFile(`${path}.${process.pid}`, component);
  await rename(`${path}.${process.pid}`, path);
  return component;
}

/** The packages as nested ones of one text. Worlds are left out: they name packages that are not here. */
async function wasiPackages(): Promise<string> {
  const folder = join(ROOT, 'node_modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12');
  const texts = await Promise.all(PACKAGES.map((name) => readFile(join(folder, name, 'package.wit'), 'utf8')));
  return texts
    .map((text) => text.replaceAll('0.2.12', STARLING_WASI).replaceAll(/^world .*?^\}/gms, ''))
    .map((text) => text.replace(/^package ([^;]+);/, 'package $1 {').concat('}'))
    .join('\n');
}
