/** Builds the commands of test/fixtures/commands: AssemblyScript to WASI preview 1, and that to a component with jco's adapter. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import asc from 'assemblyscript/asc';

const SOURCES = fileURLToPath(new URL('../fixtures/commands/', import.meta.url).href);
/** It comes with jco, whose entry for browsers has no way to it. */
const ADAPTER = fileURLToPath(
  new URL('../../node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.command.wasm', import.meta.url).href,
);
const CACHE = join(tmpdir(), 'skerry-commands');

/** The commands that there are. */
export const COMMANDS = { appends: true, attacks: true, behaviours: true, bulk: true, files: true } as const;

/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;

/** Memory that a command starts with, in pages: its heap must not reach what the adapter adds behind it. */
const INITIAL_PAGES = 64;

/** The component of one command, built again only when a source has changed. */
export async function command(name: CommandName): Promise<Uint8Array> {
  const sources = ['wasi', name].map(source);
  const file = join(
    CACHE,
    `${name}-${createHash('sha256').update(sources.join('\0')).digest('hex').slice(0, 16)}.wasm`,
  );
  if (existsSync(file)) return readFileSync(file);
  const core = await compile(name);
  const adapter = readFileSync(ADAPTER);
  const component = await componentNew(core, [['wasi_snapshot_preview1', adapter]]);
  mkdirSync(CACHE, { recursive: true });
  // By way of another name: who reads at the same time gets the whole of it.
  writeFileSync(`${file}.${process.pid}`, component);
  renameSync(`${file}.${process.pid}`, file);
  return component;
}

async function compile(name: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const options = [
    '--runtime',
    'stub',
    '--use',
    'abort=',
    '--exportStart',
    '_start',
    '--initialMemory',
    `${INITIAL_PAGES}`,
  ];
  const { error, stderr } = await asc.main([`${name}.ts`, '--outFile', `${name}.wasm`, '-O', ...options], {
    readFile: (path) => (/^\w+\.ts$/.test(path) ? source(path.slice(0, -'.ts'.length)) : null),
    writeFile: (_path, contents) => {
      if (contents instanceof Uint8Array) binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) throw new Error(`${name} does not compile: ${stderr.toString()}`);
  return binary;
}

function source(name: string): string {
  return readFileSync(join(SOURCES, `${name}.as`), 'utf8');
}
