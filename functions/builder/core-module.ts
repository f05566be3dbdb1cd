/** What the builder notes of a core module, and does to it, once it is metered. */
import type { ModuleEntry } from '../../src/build/manifest.ts';
import { Reader } from '../../src/build/meter/reader.ts';
import { type Limits, readLayout, SECTION } from '../../src/build/meter/sections.ts';
import { Writer } from '../../src/build/meter/writer.ts';

export interface CoreModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly entry: ModuleEntry;
}

/** The export that takes the place of a start section; functions/runtime/core-instances.ts knows it by the same name. */
const START_EXPORT = '__start';
const EXPORT_FUNCTION = 0;

/** The module with its start function as an export instead, so that the harness runs it, on the fuel of the call. */
export function prepareModule(name: string, bytes: Uint8Array<ArrayBuffer>): CoreModule {
  const layout = readLayout(bytes);
  const sum = (limits: readonly Limits[]): number => limits.reduce((total, { min }) => total + min, 0);
  const memories = layout.memories.slice(layout.importedMemories);
  const start = layout.sections.find(({ id }) => id === SECTION.start);
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

type Section = ReturnType<typeof readLayout>['sections'][number];

function exportStart(
  bytes: Uint8Array<ArrayBuffer>,
  sections: readonly Section[],
  start: Section,
): Uint8Array<ArrayBuffer> {
  const index = new Reader(bytes, start.start, start.end).u32();
  const out = new Writer(bytes.length + 64);
  out.copy(bytes, 0, 8);
  for (const section of sections) {
    if (section === start) continue;
    out.byte(section.id);
    out.sized(() => {
      const reader = new Reader(bytes, section.start, section.end);
      if (section.id === SECTION.export) out.unsigned(reader.u32() + 1);
      out.copy(bytes, reader.position, section.end);
      if (section.id !== SECTION.export) return;
      out.unsigned(START_EXPORT.length);
      for (const character of START_EXPORT) out.byte(character.charCodeAt(0));
      out.byte(EXPORT_FUNCTION);
      out.unsigned(index);
    });
  }
  // A cast: the writer's buffer is never shared.
  return out.bytes() as Uint8Array<ArrayBuffer>;
}
