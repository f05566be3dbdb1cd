/**
 * Makes the `.wat` files from the `.c` files next to them: `node bench/workloads/compile.ts`. It needs clang and lld with
 * the wasm32 target (`apt-get install clang lld`); the text is committed, so that the benchmarks need neither.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { print } from '@bytecodealliance/jco-transpile/wasm-tools';

const run = promisify(execFile);
const FOLDER = import.meta.dirname;
const FLAGS = [
  '--target=wasm32',
  '-O2',
  '-nostdlib',
  '-fno-builtin',
  '-Wl,--no-entry',
  '-Wl,--strip-debug',
  '-Wl,-z,stack-size=65536',
];

const temporary = await mkdtemp(join(tmpdir(), 'skerry-workloads-'));
try {
  const { stdout } = await run('clang', ['--version']);
  const sources = (await readdir(FOLDER)).filter((name) => name.endsWith('.c'));
  for (const source of sources) {
    const output = join(temporary, `${source}.wasm`);
    await run('clang', [...FLAGS, join(FOLDER, source), '-o', output]);
    const header = `;; ${source} by ${stdout.split('\n')[0]}: clang ${FLAGS.join(' ')}\n`;
    const text = await print(new Uint8Array(await readFile(output)));
    await writeFile(join(FOLDER, `${source.slice(0, -2)}.wat`), `${header}${text.trimEnd()}\n`);
  }
  console.log(`compiled ${sources.join(', ')}`);
} finally {
  await rm(temporary, { recursive: true });
}
