/** Puts growths of memories and tables between the instructions of a module: binaryen's fuzzer makes none. */
import type { ModuleLayout } from '../../../src/build/meter/layout.ts';
import { readLayout } from '../../../src/build/meter/layout.ts';
import { readLocals } from '../../../src/build/meter/locals.ts';
import { MISC, OP } from '../../../src/build/meter/opcodes.ts';
import { Reader } from '../../../src/build/meter/reader.ts';
import { PREAMBLE_BYTES, SECTION, SECTION_ORDER } from '../../../src/build/meter/sections.ts';
import { Writer } from '../../../src/build/meter/writer.ts';
import { readBlocks } from './exact-count.ts';

/** An i32 that every growth changes by what it answered. */
const GROWTHS_EXPORT = 'growths';

const I32 = 0x7f;
const I32_MUL = 0x6c;
const REF_NULL = 0xd0;
/** A growth at one of so many places where one could be. */
const RARITY = 6;
const MAX_DELTA = 4;

/** The same module when it has nothing that can grow. */
export function injectGrowths(bytes: Uint8Array, random: () => number): Uint8Array {
  const layout = readLayout(bytes);
  const growths = growthsOf(layout);
  if (growths.length === 0) return bytes;
  const out = new Writer(bytes.length * 2);
  out.copy(bytes, 0, PREAMBLE_BYTES);
  for (const id of SECTION_ORDER) {
    const section = layout.sections.get(id);
    const reader = section && new Reader(bytes, section.start, section.end);
    const added = id === SECTION.global || id === SECTION.export;
    if (reader === undefined && !added) continue;
    out.byte(id);
    out.sized(() => {
      if (reader && id === SECTION.code) writeBodies(out, layout, reader, growths, random);
      else {
        if (added) out.unsigned((reader?.u32() ?? 0) + 1);
        if (reader) out.copy(bytes, reader.position, reader.end);
        if (id === SECTION.global) out.raw([I32, 1, OP.i32Const, 0, OP.end]);
        if (id === SECTION.export) {
          out.name(GROWTHS_EXPORT);
          out.indexed(3, layout.globals);
        }
      }
    });
  }
  return new Uint8Array(out.bytes());
}

/** Writes a growth by so much, which leaves an i32. */
type Growth = (out: Writer, delta: number) => void;

function growthsOf({ bytes, memories, tables }: ModuleLayout): Growth[] {
  const delta = (out: Writer, is64: boolean, value: number): void => {
    out.byte(is64 ? OP.i64Const : OP.i32Const);
    out.signed(value);
  };
  const ofMemories = memories.map(
    ({ is64 }, index): Growth =>
      (out, value) => {
        delta(out, is64, value);
        out.indexed(OP.memoryGrow, index);
        if (is64) out.byte(OP.i32WrapI64);
      },
  );
  const ofTables = tables.map(({ is64, elementStart, elementEnd }, index): Growth | undefined =>
    elementEnd - elementStart > 1
      ? undefined
      : (out, value) => {
          out.raw([REF_NULL, bytes[elementStart] ?? 0]);
          delta(out, is64, value);
          out.raw([OP.miscPrefix, MISC.tableGrow]);
          out.unsigned(index);
          if (is64) out.byte(OP.i32WrapI64);
        },
  );
  return [...ofMemories, ...ofTables.filter((growth) => growth !== undefined)];
}

function writeBodies(
  out: Writer,
  layout: ModuleLayout,
  reader: Reader,
  growths: readonly Growth[],
  random: () => number,
): void {
  const count = reader.u32();
  out.unsigned(count);
  for (let index = 0; index < count; index++) {
    const end = reader.u32() + reader.position;
    const start = reader.position;
    const type = layout.types[layout.functions[layout.importedFunctions + index] ?? 0];
    const { locals } = readLocals(reader, layout, type?.params ?? 0);
    const places = readBlocks(reader, layout, locals, end).map(({ position }) => position);
    out.sized(() => {
      let from = start;
      for (const place of places) {
        if (random() * RARITY >= 1) continue;
        out.copy(layout.bytes, from, place);
        from = place;
        out.indexed(OP.globalGet, layout.globals);
        out.i32Const(31);
        out.byte(I32_MUL);
        growths[Math.floor(random() * growths.length)]?.(out, Math.floor(random() * MAX_DELTA));
        out.byte(OP.i32Add);
        out.indexed(OP.globalSet, layout.globals);
      }
      out.copy(layout.bytes, from, end);
    });
  }
}
