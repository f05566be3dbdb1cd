/** The `producers` custom section: which languages and tools a component says it was made with. */
import { decodeUtf8, Reader } from './reader.ts';

/** Each entry is a name with its version, such as `wit-component 0.258.0`; all of it is the maker's own claim. */
export interface Producers {
  readonly language?: readonly string[];
  readonly processedBy?: readonly string[];
}

/** Entries shown of each kind, and characters of each: the section is only a hint for people. */
const MAX_ENTRIES = 16;
const MAX_ENTRY_LENGTH = 100;

/** Largest section that is read, in bytes: real ones have a few hundred. */
const MAX_SECTION_BYTES = 64 * 1024;

const CUSTOM = 0;
const CORE_PREAMBLE_BYTES = 8;

/** Collects producers from several sections, each given by its byte range; malformed ones are ignored. */
export function readProducers(
  bytes: Uint8Array,
  ranges: readonly (readonly [number, number])[],
): Producers | undefined {
  const language = new Set<string>();
  const processedBy = new Set<string>();
  for (const [start, end] of ranges) {
    if (end - start > MAX_SECTION_BYTES) continue;
    try {
      readSection(new Reader(bytes, start, end), language, processedBy);
    } catch {
      // Whatever was read before the damage stays: custom sections never make a component invalid.
    }
  }
  if (language.size === 0 && processedBy.size === 0) return undefined;
  return {
    ...(language.size === 0 ? {} : { language: [...language] }),
    ...(processedBy.size === 0 ? {} : { processedBy: [...processedBy] }),
  };
}

/** Byte ranges of the `producers` sections of a core module; none when its sections are malformed. */
export function producersOfModule(bytes: Uint8Array, offset: number, length: number): [number, number][] {
  const reader = new Reader(bytes, offset + CORE_PREAMBLE_BYTES, offset + length);
  const ranges: [number, number][] = [];
  try {
    while (!reader.done) {
      const id = reader.byte();
      const content = reader.window(reader.u32(), 'a section');
      if (id !== CUSTOM) continue;
      const { text, end } = content.nameSpan();
      if (end - text === 'producers'.length && decodeUtf8(bytes, text, end) === 'producers') {
        ranges.push([content.position, content.end]);
      }
    }
  } catch {
    // A damaged module is for the validator to refuse.
  }
  return ranges;
}

function readSection(reader: Reader, language: Set<string>, processedBy: Set<string>): void {
  const fields = reader.count('fields', 2);
  for (let field = 0; field < fields; field += 1) {
    const name = reader.name();
    const target = name === 'language' ? language : name === 'processed-by' ? processedBy : undefined;
    const values = reader.count('values', 2);
    for (let index = 0; index < values; index += 1) {
      const entry = printable(`${reader.name()} ${reader.name()}`);
      if (target !== undefined && entry !== '' && target.size < MAX_ENTRIES) target.add(entry);
    }
  }
}

function printable(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '')
    .trim()
    .slice(0, MAX_ENTRY_LENGTH);
}
