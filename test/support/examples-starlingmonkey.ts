/** The large case: a component of about 12 MB with SpiderMonkey inside, built once and kept in `dist/fixtures`. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST, ROOT } from '../../scripts/local/paths.ts';

const SOURCE = "export function greet(name) { return 'Hello from StarlingMonkey, ' + name + '!'; }";
const WORLD = `package demo:starling@0.1.0;
world starling {
  export greet: func(name: string) -> string;
}`;

/** Takes some seconds the first time. */
export async function starlingMonkey(source = SOURCE, world = WORLD): Promise<Uint8Array> {
  const versions = await readFile(join(ROOT, 'package.json'));
  const inputs = createHash('sha256').update(versions).update(source).update(world).digest('hex').slice(0, 16);
  const path = join(DIST, 'fixtures', `starlingmonkey-${inputs}.wasm`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept !== undefined) return kept;
  const { componentize } = await import('@bytecodealliance/componentize-js');
  // As text: by file path this version fails.
  const { component } = await componentize(source, world);
  await mkdir(join(DIST, 'fixtures'), { recursive: true });
  await writeFile(`${path}.new`, component);
  await rename(`${path}.new`, path);
  return component;
}
