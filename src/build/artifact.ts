/**
 * The packed artifact: one R2 object per builder version and digest (keys: keys.ts), read once by a cold isolate.
 *
 * | bytes | hold |
 * | --- | --- |
 * | 0–3 | `SKRY` |
 * | 4–7 | format version, little endian |
 * | 8–11 | length of the header, little endian |
 * | 12… | header: JSON `{manifest, entries: [{name, offset, length}]}`, UTF-8 |
 * | then | entries, each at a multiple of 8 from the start of the object; padding is zero |
 *
 * Entries: `wit`, `typescript`, `tools` and `glue.js` are UTF-8, `*.wasm` are core modules. An entry's offset counts
 * from the end of the header, rounded up to 8: the header's own length does not change what is in it.
 */
import type { BuildTexts, Manifest } from './manifest.ts';

const MAGIC = 0x59524b53;
const FORMAT_VERSION = 1;
const PREFIX_BYTES = 12;
const ALIGNMENT = 8;

/** Largest header, in bytes: a manifest of tens of thousands of types. */
export const MAX_HEADER_BYTES = 16 * 1024 * 1024;

export const GLUE_ENTRY = 'glue.js';

/** Texts in the order in which they are packed: in front, so that one ranged read gets header and texts. */
export const TEXT_ENTRIES = ['wit', 'typescript', 'tools'] as const satisfies readonly (keyof BuildTexts)[];

export interface ArtifactEntry {
  readonly name: string;
  /** From the end of the padded header, in bytes. */
  readonly offset: number;
  readonly length: number;
}

export interface ArtifactHeader {
  readonly manifest: Manifest;
  readonly entries: readonly ArtifactEntry[];
  /** Where entries are counted from: end of the header, padded. */
  readonly base: number;
}

export interface ArtifactContent {
  readonly manifest: Manifest;
  readonly texts: BuildTexts;
  readonly glue: string;
  /** Core modules in the order of the manifest. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
}

export interface Artifact {
  readonly manifest: Manifest;
  readonly texts: BuildTexts;
  readonly glue: string;
  readonly modules: ReadonlyMap<string, ArrayBuffer>;
}

/** Bytes that are no artifact, or not a whole one. */
export class ArtifactError extends Error {}

/** Packs without copying the modules: `parts` joined are the object, `bytes` long. */
export function packArtifact(content: ArtifactContent): {
  readonly bytes: number;
  readonly parts: readonly Uint8Array[];
} {
  const encoder = new TextEncoder();
  const files: (readonly [string, Uint8Array])[] = [
    ...TEXT_ENTRIES.map((name) => [name, encoder.encode(content.texts[name])] as const),
    [GLUE_ENTRY, encoder.encode(content.glue)],
    ...content.modules,
  ];
  let offset = 0;
  const entries = files.map(([name, { length }]) => {
    const entry = { name, offset, length };
    offset = padded(offset + length);
    return entry;
  });
  const header = encoder.encode(JSON.stringify({ manifest: content.manifest, entries }));
  if (header.length > MAX_HEADER_BYTES) throw new ArtifactError('the manifest is too large');
  const front = new Uint8Array(padded(PREFIX_BYTES + header.length));
  const view = new DataView(front.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, FORMAT_VERSION, true);
  view.setUint32(8, header.length, true);
  front.set(header, PREFIX_BYTES);
  const parts: Uint8Array[] = [front];
  for (const [, bytes] of files) {
    parts.push(bytes);
    const padding = padded(bytes.length) - bytes.length;
    if (padding > 0) parts.push(new Uint8Array(padding));
  }
  return { bytes: front.length + offset, parts };
}

/** Length of the header and its prefix, from the first 12 bytes; says how much of the object `readHeader` needs. */
export function headerLength(bytes: Uint8Array): number {
  if (bytes.length < PREFIX_BYTES)
    throw new ArtifactError(`the artifact has ${bytes.length} bytes, which is no header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
  if (view.getUint32(0, true) !== MAGIC) throw new ArtifactError('these bytes are no artifact');
  const version = view.getUint32(4, true);
  if (version !== FORMAT_VERSION)
    throw new ArtifactError(`the artifact has format ${version}, this is for ${FORMAT_VERSION}`);
  const length = view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) throw new ArtifactError(`the artifact's header is ${length} bytes long`);
  return PREFIX_BYTES + length;
}

/** Reads the header from the start of an artifact, which may end anywhere after it. Throws `ArtifactError`. */
export function readHeader(bytes: Uint8Array): ArtifactHeader {
  const end = headerLength(bytes);
  if (bytes.length < end)
    throw new ArtifactError(`the artifact ends inside its header: ${bytes.length} of ${end} bytes`);
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(PREFIX_BYTES, end)),
    );
  } catch {
    throw new ArtifactError("the artifact's header is damaged");
  }
  if (!isHeader(header)) throw new ArtifactError("the artifact's header is damaged");
  return { ...header, base: padded(end) };
}

/** Reads a whole artifact. Throws `ArtifactError`. */
export function readArtifact(buffer: ArrayBuffer): Artifact {
  const { manifest, entries, base } = readHeader(new Uint8Array(buffer));
  const found = new Map(entries.map((entry) => [entry.name, entry]));
  const range = (name: string): readonly [number, number] => {
    const entry = found.get(name);
    if (entry === undefined) throw new ArtifactError(`the artifact lacks ${name}`);
    const start = base + entry.offset;
    const end = start + entry.length;
    if (end > buffer.byteLength) {
      throw new ArtifactError(`the artifact ends inside ${name}: ${buffer.byteLength} of at least ${end} bytes`);
    }
    return [start, end];
  };
  const text = (name: string): string => {
    const [start, end] = range(name);
    return new TextDecoder().decode(new Uint8Array(buffer, start, end - start));
  };
  return {
    manifest,
    texts: { wit: text('wit'), typescript: text('typescript'), tools: text('tools') },
    glue: text(GLUE_ENTRY),
    modules: new Map(manifest.modules.map(({ name }) => [name, buffer.slice(...range(name))])),
  };
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** The header was written by this file; the check is for damage, not for malice. */
function isHeader(value: unknown): value is Omit<ArtifactHeader, 'base'> {
  if (typeof value !== 'object' || value === null || !('manifest' in value) || !('entries' in value)) return false;
  const { manifest, entries } = value;
  if (typeof manifest !== 'object' || manifest === null || !('modules' in manifest)) return false;
  return Array.isArray(manifest.modules) && Array.isArray(entries) && entries.every(isEntry);
}

function isEntry(value: unknown): value is ArtifactEntry {
  if (typeof value !== 'object' || value === null || !('name' in value && 'offset' in value && 'length' in value))
    return false;
  return typeof value.name === 'string' && isCount(value.offset) && isCount(value.length);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
