/** Components for tests, built from source: WAT, a WIT world with an empty implementation, or JavaScript. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentEmbed, componentNew, parse, print } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize } from 'componentize-qjs';
import { type DecodedComponent, decodeComponent } from '../../src/component/decode/index.ts';
import type { Interface, World } from '../../src/component/model.ts';

/** Assembles component or module text, without validating it. */
export async function fromWat(text: string): Promise<Uint8Array> {
  return parse(text);
}

/** A binary as text. */
export async function toWat(bytes: Uint8Array): Promise<string> {
  return print(bytes);
}

/** A component with the world of a WIT source whose functions all trap: imports and exports as wit-component lays them out. */
export async function fromWit(witSource: string, world?: string): Promise<Uint8Array> {
  const core = await componentEmbed({
    witSource,
    dummy: true,
    features: { tag: 'all' },
    ...(world === undefined ? {} : { world }),
  });
  return componentNew(core, []);
}

/** A JavaScript component on QuickJS, about 1.6 MB, in about a second. `stubWasi`: what it imports of WASI traps. */
export async function fromJavaScript(
  wit: string,
  jsSource: string,
  { stubWasi = true }: { readonly stubWasi?: boolean } = {},
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'skerry-fixture-'));
  try {
    const witPath = join(folder, 'world.wit');
    await writeFile(witPath, wit);
    const { component } = await componentize({ witPath, jsSource, sync: true, stubWasi });
    return new Uint8Array(component);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Decodes or fails the test with the reason. */
export function decoded(bytes: Uint8Array): DecodedComponent {
  const result = decodeComponent(bytes);
  if (!result.ok) throw new Error(`${result.error.reason} (at ${result.error.offset})`);
  return result.value;
}

/** Why bytes are refused; fails the test when they are not. */
export function refusal(bytes: Uint8Array): string {
  const result = decodeComponent(bytes);
  if (result.ok) throw new Error('the component was expected to be refused');
  return result.error.reason;
}

/** An imported or exported interface by its name. */
export function interfaceOf(world: World, direction: 'imports' | 'exports', name: string): Interface {
  for (const item of world[direction]) {
    if (item.kind === 'interface' && item.interface.name === name) return item.interface;
  }
  throw new Error(`no interface ${name} among the ${direction}`);
}

/** Appends a custom section to a component. */
export function withCustomSection(component: Uint8Array, name: string, content: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(name);
  const body = [...leb(text.length), ...text, ...content];
  return Uint8Array.from([...component, 0, ...leb(body.length), ...body]);
}

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/** The preamble of a component followed by sections, each an id and its content. */
export function rawComponent(...sections: readonly (readonly [id: number, content: readonly number[]])[]): Uint8Array {
  const preamble = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
  return Uint8Array.from([
    ...preamble,
    ...sections.flatMap(([id, content]) => [id, ...leb(content.length), ...content]),
  ]);
}

/** A reproducible source of numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
