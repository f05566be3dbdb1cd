/** Fixtures that take seconds to build: kept in `dist/fixtures` under the hash of what they are made of. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST, ROOT } from '../../scripts/local/paths.ts';

/** The bytes of fixture `name`: those that were kept, or what `build` makes. The versions of packages count as an input. */
export async function kept(
  name: string,
  inputs: readonly string[],
  build: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const hash = createHash('sha256').update(await readFile(join(ROOT, 'package.json')));
  for (const input of inputs) hash.update(input);
  const path = join(DIST, 'fixtures', `${name}-${hash.digest('hex').slice(0, 16)}.wasm`);
  const found = await readFile(path).catch(() => undefined);
  if (found !== undefined) return found;
  const component = await build();
  await mkdir(join(DIST, 'fixtures'), { recursive: true });
  const unfinished = `${path}.${process.pid}.new`;
  await writeFile(unfinished, component);
  await rename(unfinished, path);
  return component;
}
