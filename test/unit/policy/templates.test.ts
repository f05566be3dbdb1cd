/** Templates in KV: stored as written, parsed again on every read. */

import { beforeEach, describe, expect, it } from 'vitest';
import {
  DEFAULT_MAXIMA,
  deleteTemplate,
  listTemplates,
  readTemplate,
  type TemplateStore,
  writeTemplate,
} from '../../../src/policy/index.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const TEXT = '# mine\nresources: {limits: {memory: 80Mi}}\n';

/** The part of KV that templates use, over a map. */
function memoryStore(entries: Map<string, { value: string; metadata: unknown }>): TemplateStore {
  const store = {
    get: async (key: string) => entries.get(key)?.value ?? null,
    getWithMetadata: async (key: string) => ({
      value: entries.get(key)?.value ?? null,
      metadata: entries.get(key)?.metadata ?? null,
      cacheStatus: null,
    }),
    put: async (key: string, value: string, options?: { metadata?: unknown }) => {
      entries.set(key, { value, metadata: options?.metadata ?? null });
    },
    delete: async (key: string) => {
      entries.delete(key);
    },
    list: async ({ prefix = '', limit = 1_000, cursor }: { prefix?: string; limit?: number; cursor?: string }) => {
      const names = [...entries.keys()].filter((key) => key.startsWith(prefix)).sort();
      const from = Number(cursor ?? 0);
      const keys = names.slice(from, from + limit).map((name) => ({ name, metadata: entries.get(name)?.metadata }));
      return from + limit < names.length
        ? { keys, list_complete: false, cursor: String(from + limit), cacheStatus: null }
        : { keys, list_complete: true, cacheStatus: null };
    },
  };
  // KVNamespace's overloads (streams, bulk reads) are not what templates use.
  return store as unknown as TemplateStore;
}

let entries: Map<string, { value: string; metadata: unknown }>;
let kv: TemplateStore;
beforeEach(() => {
  entries = new Map();
  kv = memoryStore(entries);
});

describe('templates', () => {
  it('are stored as written and read with their meaning', async () => {
    const written = await writeTemplate(kv, 'default', TEXT, DEFAULT_MAXIMA, NOW);
    expect(written).toMatchObject({ ok: true, value: { name: 'default', text: TEXT, updatedAt: NOW.toISOString() } });
    expect([...entries.keys()]).toEqual(['template:default']);
    expect(entries.get('template:default')?.value).toBe(TEXT);
    expect(await readTemplate(kv, 'default', DEFAULT_MAXIMA)).toEqual(written);
  });

  it('are not written when they do not parse', async () => {
    expect(await writeTemplate(kv, 'default', 'zzz: 1', DEFAULT_MAXIMA)).toMatchObject({
      ok: false,
      error: { kind: 'invalid', failures: [{ field: 'zzz', line: 1 }] },
    });
    expect(entries.size).toBe(0);
  });

  it('are reported, text included, when maxima were lowered below them', async () => {
    await writeTemplate(kv, 'default', TEXT, DEFAULT_MAXIMA, NOW);
    const lowered = { ...DEFAULT_MAXIMA, memoryBytes: 32 * 1024 * 1024 };
    expect(await readTemplate(kv, 'default', lowered)).toMatchObject({
      ok: false,
      error: {
        kind: 'invalid',
        name: 'default',
        text: TEXT,
        failures: [{ field: 'resources.limits.memory', line: 2 }],
      },
    });
  });

  it.each(['', 'Default', '9a', 'a_b', '../x', 'a'.repeat(64)])('have no name like %j', async (name) => {
    const refused = { ok: false, error: { kind: 'bad-name', name } };
    expect(await readTemplate(kv, name, DEFAULT_MAXIMA)).toEqual(refused);
    expect(await writeTemplate(kv, name, '', DEFAULT_MAXIMA)).toEqual(refused);
    expect(await deleteTemplate(kv, name)).toEqual(refused);
  });

  it('are deleted once', async () => {
    await writeTemplate(kv, 'a', '', DEFAULT_MAXIMA);
    expect(await deleteTemplate(kv, 'a')).toEqual({ ok: true, value: undefined });
    const missing = { ok: false, error: { kind: 'not-found', name: 'a' } };
    expect(await deleteTemplate(kv, 'a')).toEqual(missing);
    expect(await readTemplate(kv, 'a', DEFAULT_MAXIMA)).toEqual(missing);
  });

  it('are listed in pages, with what their metadata says', async () => {
    for (const name of ['a', 'b', 'c']) await writeTemplate(kv, name, '', DEFAULT_MAXIMA, NOW);
    entries.set('other:x', { value: '', metadata: null });
    entries.set('template:by-hand', { value: '', metadata: { hash: 5 } });
    const first = await listTemplates(kv, { limit: 2 });
    expect(first.items.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(first.items[0]).toMatchObject({ hash: expect.stringMatching(/^sha256:/), updatedAt: NOW.toISOString() });
    const second = await listTemplates(kv, { limit: 2, cursor: first.next });
    expect(second).toEqual({ items: [{ name: 'by-hand' }, expect.objectContaining({ name: 'c' })] });
  });
});
