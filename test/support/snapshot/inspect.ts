/** Makes all state of a core module visible: every global, table and memory that it defines becomes an export. */
import { createHash } from 'node:crypto';
import { readLayout } from '../../../src/build/meter/layout.ts';
import { Reader } from '../../../src/build/meter/reader.ts';
import { PREAMBLE_BYTES, SECTION, SECTION_ORDER } from '../../../src/build/meter/sections.ts';
import { Writer } from '../../../src/build/meter/writer.ts';
import { readDeclared } from '../../../src/build/snapshot/declared.ts';
import { compile, coreModule } from '../build-fixtures.ts';
import { shown } from '../meter/modules.ts';

const PREFIX = '__see';
const V128 = 0x7b;

interface Seen {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

/** What the module `original` defines, by the names that `withInspection` gives it. */
function seenOf(original: Uint8Array): readonly Seen[] {
  const layout = readLayout(original);
  const { globals, tables } = readDeclared(layout);
  const memories = layout.memories.slice(layout.importedMemories);
  const text = (index: number): string =>
    original[globals[index]?.type.start ?? 0] === V128 ? `v${globals[index]?.isMutable ? 'm' : 'c'}` : 'g';
  return [
    ...tables.map(({ index }) => ({ name: `${PREFIX}_t${index}`, kind: 1, index })),
    ...memories
      .map((_, ordinal) => layout.importedMemories + ordinal)
      .map((index) => ({ name: `${PREFIX}_m${index}`, kind: 2, index })),
    ...globals.map(({ index }, ordinal) => ({ name: `${PREFIX}_${text(ordinal)}${index}`, kind: 3, index })),
  ];
}

/** `rewritten`, which is `original` with things added behind what was there, with an export for all that `original` defines. */
export function withInspection(rewritten: Uint8Array, original: Uint8Array): Uint8Array {
  const { sections } = readLayout(rewritten, PREFIX);
  const seen = seenOf(original);
  const out = new Writer(rewritten.length + 1024);
  out.copy(rewritten, 0, PREAMBLE_BYTES);
  for (const id of SECTION_ORDER) {
    const section = sections.get(id);
    if (section === undefined && id !== SECTION.export) continue;
    out.byte(id);
    out.sized(() => {
      const reader = section && new Reader(rewritten, section.start, section.end);
      if (id === SECTION.export) out.unsigned((reader?.u32() ?? 0) + seen.length);
      if (reader) out.copy(rewritten, reader.position, reader.end);
      if (id !== SECTION.export) return;
      for (const { name, kind, index } of seen) {
        out.name(name);
        out.indexed(kind, index);
      }
    });
  }
  return out.bytes();
}

/** Reads a v128 global, which JavaScript cannot: of a mutable one and of a constant. */
const VIEWERS = {
  m: compile(await viewer('(mut v128)')),
  c: compile(await viewer('v128')),
};

function viewer(type: string): Promise<Uint8Array> {
  return coreModule(`(module (import "g" "g" (global ${type}))
    (func (export "low") (result i64) (i64x2.extract_lane 0 (global.get 0)))
    (func (export "high") (result i64) (i64x2.extract_lane 1 (global.get 0))))`);
}

function vector(global: WebAssembly.Global, kind: string): string {
  const { exports } = new WebAssembly.Instance(kind === 'm' ? VIEWERS.m : VIEWERS.c, { g: { g: global } });
  const read = (name: string): string => shown((exports[name] as () => bigint)());
  return `${read('low')} ${read('high')}`;
}

/** Functions are told apart by their index, which is their name in JavaScript. */
function reference(value: unknown): string {
  return typeof value === 'function' ? `function ${value.name}` : shown(value);
}

function table(found: WebAssembly.Table): string {
  const size = Number(found.length);
  // A cast: of a table with 64-bit indices, places are bigints.
  const at = (index: number): unknown => {
    try {
      return found.get(index);
    } catch {
      return found.get(BigInt(index) as unknown as number);
    }
  };
  return `${size}: ${Array.from({ length: size }, (_, index) => reference(at(index))).join(',')}`;
}

/** All state of an instance of a module `withInspection`, comparable. */
export function inspect(exports: WebAssembly.Exports): Record<string, string> {
  const state: Record<string, string> = {};
  for (const [name, value] of Object.entries(exports)) {
    if (!name.startsWith(PREFIX)) continue;
    if (value instanceof WebAssembly.Memory) {
      const bytes = new Uint8Array(value.buffer);
      state[name] = `${bytes.length} ${createHash('sha1').update(bytes).digest('hex')}`;
    } else if (value instanceof WebAssembly.Table) {
      state[name] = text(() => table(value));
    } else if (value instanceof WebAssembly.Global) {
      const kind = name.charAt(PREFIX.length + 2);
      state[name] = name.startsWith(`${PREFIX}_v`) ? vector(value, kind) : text(() => reference(value.value));
    }
  }
  return state;
}

/** Some references cannot be seen from JavaScript: then the error is what is compared. */
function text(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}
