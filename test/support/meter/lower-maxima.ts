/** Gives the memories and tables of a module lower maxima: what a refusing host has to look like from the inside. */
import { readLayout, type TableType } from '../../../src/build/meter/layout.ts';
import { Reader } from '../../../src/build/meter/reader.ts';
import { PREAMBLE_BYTES, SECTION, SECTION_ORDER } from '../../../src/build/meter/sections.ts';
import { type Limits, readTableLimits } from '../../../src/build/meter/types.ts';
import { Writer } from '../../../src/build/meter/writer.ts';

export interface Maxima {
  /** Pages of every memory, and elements of every table. */
  readonly pages: number;
  readonly elements: number;
}

/** What the largest memory and table start with, and `more`. */
export function maximaOf(bytes: Uint8Array, more: number): Maxima {
  const { memories, tables } = readLayout(bytes);
  const largest = (limits: readonly Limits[]): number => Math.max(0, ...limits.map(({ min }) => min));
  return { pages: largest(memories) + more, elements: largest(tables) + more };
}

/** Tables with an initialiser of their own are left as they are. */
export function lowerMaxima(bytes: Uint8Array, { pages, elements }: Maxima): Uint8Array<ArrayBuffer> {
  const layout = readLayout(bytes);
  const out = new Writer(bytes.length + 1_024);
  out.copy(bytes, 0, PREAMBLE_BYTES);
  const limit = ({ min, max = Number.POSITIVE_INFINITY, is64 }: Limits, ceiling: number): void => {
    out.byte(is64 ? 5 : 1);
    out.unsigned(min);
    out.unsigned(Math.min(max, ceiling));
  };
  for (const id of SECTION_ORDER) {
    const section = layout.sections.get(id);
    if (section === undefined) continue;
    const reader = new Reader(bytes, section.start, section.end);
    out.byte(id);
    out.sized(() => {
      if (id === SECTION.memory) {
        const count = reader.u32();
        out.unsigned(count);
        for (const memory of layout.memories.slice(layout.importedMemories)) limit(memory, pages);
      } else if (id === SECTION.table) {
        const count = reader.u32();
        out.unsigned(count);
        for (const table of layout.tables.slice(layout.importedTables)) writeTable(reader, table);
        out.copy(bytes, reader.position, reader.end);
      } else out.copy(bytes, section.start, section.end);
    });
  }
  return new Uint8Array(out.bytes());

  function writeTable(reader: Reader, table: TableType): void {
    if (reader.peek() === 0x40) throw new Error('a table with an initialiser');
    out.copy(bytes, table.elementStart, table.elementEnd);
    reader.position = table.elementEnd;
    limit(readTableLimits(reader, layout.features), elements);
  }
}
