/** Builds the example components (`npm run examples`) into `dist/examples/`; what has not changed is not built again. */
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST, EXAMPLES, ROOT } from './local/paths.ts';
import { step } from './local/progress.ts';

/** A component that a newcomer deploys, in the order in which they are shown. */
export const EXAMPLE_NAMES = ['hello', 'text-tools', 'adder', 'counter'] as const;

export type ExampleName = (typeof EXAMPLE_NAMES)[number];

export interface Example {
  readonly name: ExampleName;
  readonly wasmPath: string;
  readonly policyPath: string;
}

/** How each example is made. */
const SOURCES: Readonly<Record<ExampleName, 'component.js' | 'component.wat'>> = {
  hello: 'component.js',
  'text-tools': 'component.js',
  adder: 'component.wat',
  counter: 'component.js',
};

/** Files whose change means that every example has to be built again. */
const TOOLCHAIN = ['scripts/local/componentize.ts', 'scripts/local/package-docs.ts', 'package.json'];

export function example(name: ExampleName): Example {
  return {
    name,
    wasmPath: join(DIST, 'examples', `${name}.wasm`),
    policyPath: join(EXAMPLES, name, 'policy.yaml'),
  };
}

/** Builds those examples whose source, world or toolchain changed; says which. */
export async function buildExamples(): Promise<{ readonly examples: readonly Example[]; readonly built: number }> {
  await mkdir(join(DIST, 'examples'), { recursive: true });
  let built = 0;
  for (const name of EXAMPLE_NAMES) if (await buildOne(name)) built += 1;
  return { examples: EXAMPLE_NAMES.map(example), built };
}

async function buildOne(name: ExampleName): Promise<boolean> {
  const source = join(EXAMPLES, name, SOURCES[name]);
  const wit = join(EXAMPLES, name, 'component.wit');
  const { wasmPath } = example(name);
  const stampPath = `${wasmPath}.inputs`;
  const stamp = await hashOf([source, wit, ...TOOLCHAIN.map((path) => join(ROOT, path))]);
  if ((await readOr(stampPath, '')) === stamp && (await exists(wasmPath))) return false;
  // Loaded only when needed: the toolchain takes longer to load than to find out that there is nothing to do.
  const { fromJavaScript, fromText } = await import('./local/componentize.ts');
  const component = source.endsWith('.wat') ? await fromText(source, wit) : await fromJavaScript(source, wit);
  // Renamed into place, and the stamp last: an interrupted build is built again.
  await writeFile(`${wasmPath}.new`, component);
  await rename(`${wasmPath}.new`, wasmPath);
  await writeFile(stampPath, stamp);
  return true;
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(await readFile(path)).update('\0');
  return hash.digest('hex');
}

function readOr(path: string, fallback: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => fallback);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

if (import.meta.main) await step('examples', buildExamples);
