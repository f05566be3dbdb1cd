/** Reads parts of a stored artifact without fetching its core modules. */
import { type ArtifactHeader, headerLength, readHeader } from './artifact.ts';
import { artifactKey } from './keys.ts';
import type { BuildTexts, Manifest } from './manifest.ts';

/** Bytes of the first read: enough for the header of nearly every component. */
const FIRST_READ_BYTES = 64 * 1024;

/** The manifest of this builder version's artifact; undefined when there is none. Throws `ArtifactError` on damage. */
export async function readManifest(bucket: R2Bucket, digest: string): Promise<Manifest | undefined> {
  return (await readStart(bucket, digest))?.manifest;
}

/** One of the texts made at build time; undefined when there is no artifact. */
export async function readText(bucket: R2Bucket, digest: string, name: keyof BuildTexts): Promise<string | undefined> {
  const header = await readStart(bucket, digest);
  const entry = header?.entries.find((each) => each.name === name);
  if (header === undefined || entry === undefined) return undefined;
  if (entry.length === 0) return '';
  const range = { offset: header.base + entry.offset, length: entry.length };
  return (await bucket.get(artifactKey(digest), { range }))?.text();
}

async function readStart(bucket: R2Bucket, digest: string): Promise<ArtifactHeader | undefined> {
  const key = artifactKey(digest);
  const first = await read(bucket, key, FIRST_READ_BYTES);
  if (first === undefined) return undefined;
  const needed = headerLength(first);
  if (needed <= first.length) return readHeader(first);
  const whole = await read(bucket, key, needed);
  return whole === undefined ? undefined : readHeader(whole);
}

async function read(bucket: R2Bucket, key: string, length: number): Promise<Uint8Array | undefined> {
  const body = await bucket.get(key, { range: { offset: 0, length } });
  return body === null ? undefined : new Uint8Array(await body.arrayBuffer());
}
