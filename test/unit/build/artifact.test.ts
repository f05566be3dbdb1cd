/** The packed artifact: round trip, damage, truncation. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ArtifactContent,
  ArtifactError,
  headerLength,
  packArtifact,
  readArtifact,
  readHeader,
} from '../../../src/build/artifact.ts';
import type { Manifest } from '../../../src/build/manifest.ts';
import { DIGEST } from '../../support/build-fixtures.ts';

function manifest(modules: ReadonlyMap<string, Uint8Array>): Manifest {
  return {
    builderVersion: 1,
    digest: DIGEST,
    sourceBytes: 10,
    functions: [],
    imports: [],
    componentImports: [],
    exports: ['greet'],
    features: [],
    suspends: false,
    modules: Array.from(modules, ([name, { length }]) => ({ name, bytes: length })),
    linking: { glue: 'jco', reason: 'test', exportPaths: [{ function: 'greet', path: ['greet'] }] },
  };
}

function content(glue: string, modules: readonly Uint8Array[]): ArtifactContent {
  const named = new Map(modules.map((bytes, index) => [`c.core${index}.wasm`, bytes]));
  const texts = { wit: 'world w {}', typescript: '', tools: '{"items":[]}' };
  return { manifest: manifest(named), texts, glue, modules: named };
}

function packed(artifact: ArtifactContent): Uint8Array<ArrayBuffer> {
  const { bytes, parts } = packArtifact(artifact);
  const joined = new Uint8Array(bytes);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  expect(offset).toBe(bytes);
  return joined;
}

const SAMPLE = content('glue ü', [Uint8Array.of(1, 2, 3), new Uint8Array(), new Uint8Array(64).fill(9)]);

describe('a packed artifact', () => {
  test('P1: gives back what was packed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 }),
        (glue, modules) => {
          const before = content(glue, modules);
          const after = readArtifact(packed(before).buffer);
          expect(after.manifest).toEqual(before.manifest);
          expect(after.texts).toEqual(before.texts);
          expect(after.glue).toBe(glue);
          expect(Array.from(after.modules, ([name, buffer]) => [name, new Uint8Array(buffer)])).toEqual([
            ...before.modules,
          ]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('starts every entry at a multiple of eight bytes', () => {
    const { base, entries } = readHeader(packed(SAMPLE));
    for (const { offset } of entries) expect((base + offset) % 8).toBe(0);
  });

  test('shows its manifest from its first bytes alone', () => {
    const bytes = packed(SAMPLE);
    expect(readHeader(bytes.subarray(0, headerLength(bytes))).manifest).toEqual(SAMPLE.manifest);
  });

  test('says that it was cut off, wherever that is', () => {
    const bytes = packed(SAMPLE);
    for (let end = 0; end < bytes.length; end++) {
      expect(() => readArtifact(bytes.slice(0, end).buffer), `cut at ${end}`).toThrow(ArtifactError);
    }
    expect(() => readArtifact(bytes.slice(0, 200).buffer)).toThrow('ends inside its header: 200 of');
    expect(() => readArtifact(bytes.slice(0, -1).buffer)).toThrow('ends inside c.core2.wasm');
  });

  test('P2: damage is an ArtifactError or goes unseen, never anything else', () => {
    const bytes = packed(SAMPLE);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        try {
          readArtifact(damaged.buffer);
        } catch (error) {
          expect(error).toBeInstanceOf(ArtifactError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['other bytes', (bytes: Uint8Array) => bytes.set([1], 0), 'no artifact'],
    ['another format', (bytes: Uint8Array) => bytes.set([9], 4), 'format 9'],
    ['a huge header', (bytes: Uint8Array) => bytes.set([255], 11), 'bytes long'],
  ])('refuses %s', (_, damage, reason) => {
    const bytes = packed(SAMPLE);
    damage(bytes);
    expect(() => readArtifact(bytes.buffer)).toThrow(reason);
  });
});
