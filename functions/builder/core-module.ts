/** What the builder notes of a core module, and does to it, before it is metered. */
import type { ModuleEntry } from '../../src/build/manifest.ts';
import { readLayout } from '../../src/build/meter/layout.ts';
import { Reader } from '../../src/build/meter/reader.ts';
import { PREAMBLE_BYTES, SECTION, SECTION_ORDER, type Section } from '../../src/build/meter/sections.ts';
import type { Limits } from '../../src/build/meter/types.ts';
import { Writer } from '../../src/build/meter/writer.ts';
import { START_EXPORT } from '../../src/core/engine-names.ts';

export interface CoreModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly entry: ModuleEntry;
}

const EXPORT_FUNCTION = 0;

/** The module with its start function as an export instead, so that the harness runs it, on the fuel of the call. */
export function prepareModule(name: string, bytes: Uint8Array<ArrayBuffer>): CoreModule {
  const layout = readLayout(bytes);
  const sum = (limits: readonly Limits[]): number => limits.reduce((total, { min }) => total + min, 0);
  const memories = layout.memories.slice(layout.importedMemories);
  const start = layout.sections.get(SECTION.start);
  const prepared = start === undefined ? bytes : exportStart(bytes, layout.sections, start);
  const entry = {
    name,
    bytes: prepared.length,
    memories: memories.length,
    memoryPages: sum(memories),
    tableElements: sum(layout.tables.slice(layout.importedTables)),
  };
  return { bytes: prepared, entry };
}

function exportStart(
  bytes: Uint8Array<ArrayBuffer>,
  sections: ReadonlyMap<number, Section>,
  start: Section,
): Uint8Array<ArrayBuffer> {
  const index = new Reader(bytes, start.start, start.end).u32();
  const out = new Writer(bytes.length + 64);
  out.copy(bytes, 0, PREAMBLE_BYTES);
  for (const id of SECTION_ORDER) {
    const section = sections.get(id);
    if (id === SECTION.start || (section === undefined && id !== SECTION.export)) continue;
    out.byte(id);
    out.sized(() => {
      const reader = section && new Reader(bytes, section.start, section.end);
      if (id === SECTION.export) out.unsigned((reader?.u32() ?? 0) + 1);
      if (reader) out.copy(bytes, reader.position, reader.end);
      if (id !== SECTION.export) return;
      out.name(START_EXPORT);
      out.indexed(EXPORT_FUNCTION, index);
    });
  }
  // A cast: the writer's buffer is never shared.
  return out.bytes() as Uint8Array<ArrayBuffer>;
}
