/** The components that `jco serve` runs: what the platform's examples do, as handlers of wasi:http. Kept in `dist/bench`. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { componentize as componentizeStarlingMonkey } from '@bytecodealliance/componentize-js';
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize as componentizeQuickJs } from 'componentize-qjs';
import { DIST, ROOT } from '../../scripts/local/paths.ts';

const SOURCES = {
  adder: 'adder-http.wat',
  hello: 'greet-qjs.js',
  starling: 'greet-starlingmonkey.js',
} as const;

export type HandlerName = keyof typeof SOURCES;

/** The version of wasi:http that StarlingMonkey has built in; it can export no other. */
const WASI_VERSION = '0.2.10';

/** WIT of all of WASI 0.2, one folder for each package, as jco ships it. */
const WASI_WIT = join(ROOT, 'node_modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12');

const WORLD = `package bench:peers@0.1.0;

world handler {
  import wasi:http/types@${WASI_VERSION};
  export wasi:http/incoming-handler@${WASI_VERSION};
}`;

/** Path of the component; builds it when its source or the toolchain changed. */
export async function handlerComponent(name: HandlerName): Promise<string> {
  const source = await readFile(join(import.meta.dirname, SOURCES[name]), 'utf8');
  const toolchain = await readFile(join(ROOT, 'package.json'));
  const inputs = createHash('sha256').update(toolchain).update(WORLD).update(source).digest('hex').slice(0, 16);
  const path = join(DIST, 'bench', 'peers', `${name}-${inputs}.wasm`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept !== undefined) return path;
  await mkdir(join(DIST, 'bench', 'peers'), { recursive: true });
  await writeFile(`${path}.new`, await BUILDERS[name](source, await wit()));
  await rename(`${path}.new`, path);
  return path;
}

const BUILDERS: Readonly<Record<HandlerName, (source: string, wit: string) => Promise<Uint8Array>>> = {
  adder: async (source, witSource) =>
    componentNew(await componentEmbed({ witSource, world: 'handler', binary: await parse(source) })),
  hello: fromQuickJs,
  async starling(source, witSource) {
    const { component } = await componentizeStarlingMonkey(source, witSource);
    return component;
  },
};

/**
 * componentize-qjs evaluates the script with a wasi:io of its own but stubs for wasi:http, whose streams do not fit it.
 * Under another namespace all of it is a stub; the true name, of the same length, goes back into the finished component.
 */
async function fromQuickJs(source: string, wit: string): Promise<Uint8Array> {
  const witPath = join(DIST, 'bench', 'peers', 'handler.wit');
  await writeFile(witPath, wit.replaceAll('wasi:', 'wasx:'));
  const { component } = await componentizeQuickJs({
    witPath,
    world: 'handler',
    jsSource: source.replaceAll('wasi:', 'wasx:'),
    sync: true,
  });
  return Buffer.from(component.toString('latin1').replaceAll('wasx:', 'wasi:'), 'latin1');
}

/** The world and every package it needs, in one text. */
async function wit(): Promise<string> {
  const packages = (await readdir(WASI_WIT)).toSorted().map(async (name) => {
    const text = await readFile(join(WASI_WIT, name, 'package.wit'), 'utf8');
    return `${text.replace(/^package (\S+);/, 'package $1 {').replaceAll('@0.2.12', `@${WASI_VERSION}`)}\n}`;
  });
  return [WORLD, ...(await Promise.all(packages))].join('\n');
}
