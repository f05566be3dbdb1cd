/** The sections of a core module: which there are, and that they come once and in order. */
import { Reader } from './reader.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** The order in which sections must come, by id. */
export const SECTION_ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

export interface Section {
  readonly id: number;
  /** Content, without the id and the size. */
  readonly start: number;
  readonly end: number;
}

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export const PREAMBLE_BYTES = PREAMBLE.length;

/** The known sections by id; custom ones are left out. */
export function readSections(bytes: Uint8Array): ReadonlyMap<number, Section> {
  const reader = new Reader(bytes);
  for (const expected of PREAMBLE) if (reader.byte() !== expected) reader.fail('not a core module of version 1', 0);
  const sections = new Map<number, Section>();
  let rank = -1;
  while (reader.position < bytes.length) {
    const at = reader.position;
    const id = reader.byte();
    const size = reader.count('section bytes');
    const section = { id, start: reader.position, end: reader.position + size };
    if (id === SECTION.custom) {
      reader.end = section.end;
      reader.name();
      reader.end = bytes.length;
    } else {
      const order = SECTION_ORDER.indexOf(id);
      if (order < 0) reader.fail(`unknown section ${id}`, at);
      if (order <= rank) reader.fail(`section ${id} is out of order or comes twice`, at);
      rank = order;
      sections.set(id, section);
    }
    reader.position = section.end;
  }
  return sections;
}

/** Opens a section, lets `read` take its entries one by one, and insists that nothing is left. Answers their number. */
export function readEntries(
  bytes: Uint8Array,
  section: Section | undefined,
  what: string,
  minBytes: number,
  read: (reader: Reader) => void,
): number {
  if (section === undefined) return 0;
  const reader = new Reader(bytes, section.start, section.end);
  const count = reader.count(what, minBytes);
  for (let index = 0; index < count; index++) read(reader);
  if (reader.position !== section.end) reader.fail(`bytes are left over after the ${what}`);
  return count;
}
