/** The volume object in workerd: the suite of all stores, and what only an object can show. */
import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { volume } from '../../../durable/shared/bindings.ts';
import { openDatabase } from '../../../durable/shared/database.ts';
import { VolumeStore } from '../../../durable/volume/store.ts';
import type { VolumeRequest } from '../../../src/capability/filesystem/volume.ts';
import type { OpenNode } from '../../../src/core/files/requests.ts';
import { describeFiles } from '../../support/file-conformance.ts';
import { bindings, freshName } from '../../support/gateway-client.ts';
import { storageGrants } from '../../support/storage-grants.ts';

const grants = storageGrants('{allow: [{uri: "fs://work/**", access: [read, write]}]}');
const at = { root: '/work', mutate: true, granted: true };
const nothing = { follow: true, exclusive: false, truncate: false, directory: false };

/** A request of the call `call`. */
function asked(request: VolumeRequest['request'], more: Partial<VolumeRequest> = {}): VolumeRequest {
  return { call: 'call', grants, request, closed: [], ...more };
}

function opening(path: string): VolumeRequest['request'] {
  return { op: 'open', at, path, create: true, read: true, write: true, ...nothing };
}

async function opened(name: string, path: string): Promise<OpenNode> {
  const answer = await volume(bindings, name).perform(asked(opening(path)));
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value as OpenNode; // that is what `open` answers with
}

/** Ends the object as an eviction does: its memory goes, its storage stays. */
async function evict(name: string): Promise<void> {
  await runInDurableObject(bindings.VOLUMES.getByName(name), (_instance, state) => {
    state.abort('evicted by a test');
  }).catch(() => undefined);
}

describe('files in the SQLite of an object', () => {
  describeFiles((body) =>
    runInDurableObject(bindings.VOLUMES.getByName(freshName()), (_instance, state) =>
      body(() => new VolumeStore(openDatabase(state.storage))),
    ),
  );
});

describe('a volume', () => {
  it('that was never used stores nothing', async () => {
    const name = freshName();
    await volume(bindings, name).release('call');
    const tables = await runInDurableObject(bindings.VOLUMES.getByName(name), (_instance, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'node'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it('has what was acknowledged after it was evicted, and descriptors go on', async () => {
    const name = freshName();
    const file = await opened(name, 'file');
    const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
    expect(await volume(bindings, name).perform(asked({ op: 'write', at: file, offset: 0, bytes }))).toMatchObject({
      ok: true,
    });
    await evict(name);
    const read = await volume(bindings, name).perform(asked({ op: 'read', at: file, offset: 0, length: 300_000 }));
    expect(read).toEqual({ ok: true, value: { bytes, end: true } });
  });

  it('has all of a write or nothing when it is ended in the middle of many', async () => {
    const name = freshName();
    const file = await opened(name, 'file');
    const size = 150_000;
    // Each write is of one number only, over the borders of pieces: a mixture would be half a write.
    const writes = Array.from({ length: 40 }, (_, index) =>
      volume(bindings, name)
        .perform(asked({ op: 'write', at: file, offset: 0, bytes: new Uint8Array(size).fill(index + 1) }))
        .then(
          ({ ok }) => (ok ? index + 1 : 0),
          () => 0,
        ),
    );
    await writes[10];
    await evict(name);
    const acknowledged = Math.max(...(await Promise.all(writes)));
    const read = await volume(bindings, name).perform(asked({ op: 'read', at: file, offset: 0, length: size }));
    if (!read.ok) throw new Error(read.error.code);
    const { bytes } = read.value as { readonly bytes: Uint8Array }; // what `read` answers with
    expect(bytes.length).toBe(size);
    expect(new Set(bytes).size).toBe(1);
    expect(bytes[0]).toBeGreaterThanOrEqual(acknowledged);
  });

  it('removes a file without a name once the call that has it open is over', async () => {
    const name = freshName();
    await opened(name, 'file');
    await volume(bindings, name).perform(asked({ op: 'unlink-file', at, path: 'file' }));
    const nodes = () =>
      runInDurableObject(bindings.VOLUMES.getByName(name), (_instance, state) =>
        state.storage.sql.exec('SELECT id FROM node WHERE links = 0').toArray(),
      );
    expect(await nodes()).toHaveLength(1);
    await volume(bindings, name).release('call');
    expect(await nodes()).toHaveLength(0);
  });

  it('forgets who had a file open when it is evicted, and its alarm removes what has no name', async () => {
    const name = freshName();
    await opened(name, 'file');
    await volume(bindings, name).perform(asked({ op: 'unlink-file', at, path: 'file' }));
    await evict(name);
    const left = await runInDurableObject(bindings.VOLUMES.getByName(name), async (instance, state) => {
      expect(await state.storage.getAlarm()).not.toBeNull();
      await (instance as unknown as { alarm(): Promise<void> }).alarm(); // every volume has one
      return state.storage.sql.exec('SELECT id FROM node WHERE links = 0').toArray();
    });
    expect(left).toEqual([]);
  });

  it('makes the directory of a rule, and refuses a root that no rule is about', async () => {
    const name = freshName();
    const listed = (root: string, granted: boolean) =>
      volume(bindings, name).perform(asked({ op: 'read-directory', at: { root, mutate: false, granted }, after: '' }));
    expect(await listed('/work', true)).toEqual({ ok: true, value: { entries: [] } });
    expect(await listed('/other', false)).toMatchObject({ ok: false, error: { refused: { path: '/other' } } });
    expect(await listed('/', false)).toMatchObject({ ok: false, error: { code: 'access' } });
  });

  it('is empty after it was destroyed, and can be used again', async () => {
    const name = freshName();
    await opened(name, 'file');
    await volume(bindings, name).destroy();
    const listed = await volume(bindings, name).perform(asked({ op: 'read-directory', at, after: '' }));
    expect(listed).toEqual({ ok: true, value: { entries: [] } });
  });
});
