/**
 * The reference for the meter's charges: a module that counts the weight of every instruction it executes, block by block,
 * in an exported global. Slow and simple on purpose; of the meter it uses the reader, the opcode table and the weights.
 */
import { VECTOR_ACCESS_WEIGHT, VECTOR_DIVISION_WEIGHT, WEIGHTS } from '../../../src/build/meter/cost.ts';
import { type ModuleLayout, readLayout } from '../../../src/build/meter/layout.ts';
import { readLocals } from '../../../src/build/meter/locals.ts';
import { IMMEDIATE, IMMEDIATES, MISC, OP } from '../../../src/build/meter/opcodes.ts';
import { readOperands, VECTOR_ACCESS, VECTOR_DIVISION } from '../../../src/build/meter/operands.ts';
import { Reader } from '../../../src/build/meter/reader.ts';
import { PREAMBLE_BYTES, SECTION, SECTION_ORDER } from '../../../src/build/meter/sections.ts';
import { readBlockType } from '../../../src/build/meter/types.ts';
import { Writer } from '../../../src/build/meter/writer.ts';

/** A mutable i64: weight executed so far. */
export const COUNT_EXPORT = 'exact-count';

const I64_CONST = 0x42;
const I64_ADD = 0x7c;
const I64 = 0x7e;

/** Where a run of weight without a branch in or out begins, and how many it has. */
interface Block {
  readonly position: number;
  weight: number;
}

export function countExactly(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const layout = readLayout(bytes);
  const out = new Writer(bytes.length * 2);
  out.copy(bytes, 0, PREAMBLE_BYTES);
  for (const id of SECTION_ORDER) {
    const section = layout.sections.get(id);
    const reader = section && new Reader(bytes, section.start, section.end);
    const entries = (write: (reader: Reader) => void): void => {
      out.unsigned((reader?.u32() ?? 0) + 1);
      if (reader) out.copy(bytes, reader.position, reader.end);
      write(reader ?? new Reader(bytes));
    };
    const write = (): void => {
      if (id === SECTION.global) entries(() => out.raw([I64, 1, I64_CONST, 0, OP.end]));
      else if (id === SECTION.export) {
        entries(() => {
          out.name(COUNT_EXPORT);
          out.indexed(3, layout.globals);
        });
      } else if (id === SECTION.code && reader) writeBodies(out, layout, reader);
      else if (reader) out.copy(bytes, reader.position, reader.end);
    };
    if (section === undefined && id !== SECTION.global && id !== SECTION.export) continue;
    out.byte(id);
    out.sized(write);
  }
  return new Uint8Array(out.bytes());
}

function writeBodies(out: Writer, layout: ModuleLayout, reader: Reader): void {
  const count = reader.u32();
  out.unsigned(count);
  for (let index = 0; index < count; index++) {
    const end = reader.u32() + reader.position;
    const start = reader.position;
    const type = layout.types[layout.functions[layout.importedFunctions + index] ?? 0];
    const { locals } = readLocals(reader, layout, type?.params ?? 0);
    const blocks = readBlocks(reader, layout, locals, end);
    out.sized(() => {
      let from = start;
      for (const { position, weight } of blocks) {
        out.copy(layout.bytes, from, position);
        from = position;
        if (weight === 0) continue;
        out.indexed(OP.globalGet, layout.globals);
        out.byte(I64_CONST);
        out.signed(weight);
        out.byte(I64_ADD);
        out.indexed(OP.globalSet, layout.globals);
      }
      out.copy(layout.bytes, from, end);
    });
  }
}

/** Every instruction that steers control or may leave the function ends a block. */
export function readBlocks(reader: Reader, layout: ModuleLayout, locals: number, end: number): Block[] {
  let block: Block = { position: reader.position, weight: 0 };
  const blocks = [block];
  while (reader.position < end) {
    const at = reader.position;
    const op = reader.byte();
    block.weight += WEIGHTS[op] ?? 0;
    const priced = IMMEDIATES[op] === IMMEDIATE.special ? undefined : readOperands(reader, layout, locals, op, at);
    if (priced === undefined) readSpecial(reader, layout, op);
    else if (priced === VECTOR_ACCESS) block.weight += VECTOR_ACCESS_WEIGHT;
    else if (priced === VECTOR_DIVISION) block.weight += VECTOR_DIVISION_WEIGHT;
    else if (priced >= 0) {
      reader.u32();
      if (![MISC.memoryFill, MISC.tableFill, MISC.tableGrow].some((one) => one === priced)) reader.u32();
    }
    if (priced !== undefined || op === OP.memoryGrow || reader.position >= end) continue;
    block = { position: reader.position, weight: 0 };
    blocks.push(block);
  }
  return blocks;
}

function readSpecial(reader: Reader, layout: ModuleLayout, op: number): void {
  switch (op) {
    case OP.tryTable:
      readBlockType(reader, layout.types.length, layout.features);
      for (let left = reader.u32(); left > 0; left--) {
        if (reader.byte() < 2) reader.u32();
        reader.u32();
      }
      return;
    case OP.block:
    case OP.loop:
    case OP.if:
    case OP.try:
      readBlockType(reader, layout.types.length, layout.features);
      return;
    case OP.brTable:
      for (let left = reader.u32() + 1; left > 0; left--) reader.u32();
      return;
    case OP.callIndirect:
    case OP.returnCallIndirect:
      reader.u32();
      reader.u32();
      return;
    case OP.else:
    case OP.end:
    case OP.return:
    case OP.catchAll:
    case OP.throwRef:
      return;
    default:
      reader.u32();
  }
}
