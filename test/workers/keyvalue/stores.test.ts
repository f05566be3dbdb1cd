/** What every back end of buckets does, and what only the strongly consistent one does. */
import { evictAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { EntryStore } from '../../../durable/bucket/store.ts';
import { bucket } from '../../../durable/shared/bindings.ts';
import { migrate, openDatabase } from '../../../durable/shared/database.ts';
import type { BucketStore } from '../../../src/capability/keyvalue/bucket-store.ts';
import { KvBucket, type KvNamespace } from '../../../src/capability/keyvalue/workers-kv.ts';
import { MAX_BATCH_BYTES, MAX_KEYS_PER_PAGE, MAX_VALUE_BYTES } from '../../../src/core/limits.ts';
import { bindings, freshName } from '../../support/gateway-client.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const done = (value: unknown = undefined) => ({ ok: true, value });
const refused = (error: string) => ({ ok: false, error });
const LEAST = -(2n ** 63n);

const opened: Disposable[] = [];

/** A session of the object, which is not evicted before that is let go. */
function openBucket(name: string): BucketStore {
  const session = bucket(bindings, name).open();
  opened.push(session);
  return session;
}

function closeAll(): void {
  for (const session of opened.splice(0)) session[Symbol.dispose]();
}

afterEach(closeAll);

const STORES: Readonly<Record<string, (name: string) => BucketStore>> = {
  durable: openBucket,
  kv: (name) => new KvBucket(bindings.KEYVALUE, name),
};

describe.each(Object.entries(STORES))('a bucket in the store %s', (_, open) => {
  const fresh = () => open(freshName('b'));

  it('gets what was set, and nothing of what was deleted', async () => {
    const store = fresh();
    expect(await store.get('a')).toEqual(done());
    await store.setMany([['a', bytes('1')]]);
    await store.setMany([['a', bytes('2')]]);
    expect(await store.get('a')).toEqual(done(bytes('2')));
    expect(await store.exists('a')).toEqual(done(true));
    expect(await store.deleteMany(['a', 'never there'])).toEqual(done());
    expect(await store.get('a')).toEqual(done());
    expect(await store.exists('a')).toEqual(done(false));
  });

  it.each(['/', 'ä/ö', '..', 'a\nb', "'; DROP TABLE entry;--", ' ', '\u{1f600}', '%00', 'x'.repeat(400)])(
    'takes the key %j',
    async (key) => {
      const store = fresh();
      expect(await store.setMany([[key, bytes(key)]])).toEqual(done());
      expect(await store.get(key)).toEqual(done(bytes(key)));
      expect(await store.listKeys(undefined)).toEqual(done({ keys: [key] }));
    },
  );

  it('keeps any bytes, none included, and as many as a value may have', async () => {
    const store = fresh();
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    const large = new Uint8Array(MAX_VALUE_BYTES).fill(7);
    await store.setMany([
      ['all', all],
      ['none', new Uint8Array()],
      ['large', large],
    ]);
    expect(await store.getMany(['none', 'all', 'gone', 'all'])).toEqual(done([new Uint8Array(), all, undefined, all]));
    const read = await store.get('large');
    expect(read.ok && read.value?.length).toBe(MAX_VALUE_BYTES);
  });

  it('gives a key that is twice in a batch its last value', async () => {
    const store = fresh();
    await store.setMany([
      ['a', bytes('1')],
      ['a', bytes('2')],
    ]);
    expect(await store.get('a')).toEqual(done(bytes('2')));
    expect(await store.deleteMany(['a', 'a'])).toEqual(done());
    expect(await store.listKeys(undefined)).toEqual(done({ keys: [] }));
  });

  it('refuses to answer with more bytes than a batch may have', async () => {
    const store = fresh();
    const keys = Array.from({ length: MAX_BATCH_BYTES / MAX_VALUE_BYTES + 1 }, (_, index) => `k${index}`);
    for (const key of keys) await store.setMany([[key, new Uint8Array(MAX_VALUE_BYTES)]]);
    expect(await store.getMany(keys)).toEqual(refused('batch-too-large'));
    expect((await store.getMany(keys.slice(1))).ok).toBe(true);
  });

  it('lists all keys, page by page, each once', async () => {
    const store = fresh();
    const keys = Array.from({ length: MAX_KEYS_PER_PAGE + 5 }, (_, index) => `k${index}`);
    await store.setMany(keys.slice(0, 600).map((key) => [key, bytes('1')]));
    await store.setMany(keys.slice(600).map((key) => [key, bytes('1')]));
    const first = await store.listKeys(undefined);
    if (!first.ok || first.value.cursor === undefined) throw new Error('there is one page only');
    expect(first.value.keys).toHaveLength(MAX_KEYS_PER_PAGE);
    const second = await store.listKeys(first.value.cursor);
    if (!second.ok) throw new Error(second.error);
    expect(second.value).not.toHaveProperty('cursor');
    expect([...first.value.keys, ...second.value.keys].sort()).toEqual(keys.sort());
  });

  it('shares nothing with a bucket whose name begins with its own', async () => {
    const name = freshName('b');
    const [short, long] = [open(name), open(`${name}-2`)];
    await long.setMany([['a', bytes('1')]]);
    expect(await short.listKeys(undefined)).toEqual(done({ keys: [] }));
    expect(await short.get('-2/a')).toEqual(done());
  });
});

describe('the object of a bucket', () => {
  it('sums up increments that come at the same time', async () => {
    const store = openBucket(freshName('b'));
    const sums = await Promise.all(Array.from({ length: 50 }, () => store.increment('n', 2n, LEAST)));
    expect(new Set(sums.map((sum) => sum.ok && sum.value)).size).toBe(50);
    expect(await store.get('n')).toEqual(done(bytes('100')));
    expect(await store.increment('n', -101n, 0n)).toEqual(refused('count-out-of-range'));
    expect(await store.increment('n', -101n, LEAST)).toEqual(done(-1n));
  });

  it('leaves what is no count as it is', async () => {
    const store = openBucket(freshName('b'));
    await store.setMany([['n', bytes('seven')]]);
    expect(await store.increment('n', 1n, LEAST)).toEqual(refused('not-a-count'));
    expect(await store.get('n')).toEqual(done(bytes('seven')));
  });

  it('lets one of two swaps win, and tells the other what is there', async () => {
    const store = openBucket(freshName('b'));
    const read = await store.read('a');
    expect(read).toEqual(done({ version: 0 }));
    const ends = await Promise.all(['1', '2'].map((value) => store.swap('a', 0, bytes(value))));
    expect(ends).toEqual([done({}), done({ newer: { version: expect.any(Number), value: bytes('1') } })]);
  });

  it('knows a value that went and came back for another one', async () => {
    const store = openBucket(freshName('b'));
    await store.setMany([['a', bytes('1')]]);
    const before = await store.read('a');
    await store.deleteMany(['a']);
    await store.setMany([['a', bytes('1')]]);
    if (!before.ok) throw new Error(before.error);
    expect(await store.swap('a', before.value.version, bytes('2'))).toMatchObject({ value: { newer: {} } });
  });

  it('goes on with a list where keys come and go', async () => {
    const store = openBucket(freshName('b'));
    const keys = Array.from({ length: MAX_KEYS_PER_PAGE }, (_, index) => `k${index}`);
    await store.setMany([...keys, 'last'].map((key) => [key, bytes('1')]));
    const first = await store.listKeys(undefined);
    if (!first.ok) throw new Error(first.error);
    await store.deleteMany(['k0', 'last', `k${MAX_KEYS_PER_PAGE - 1}`]);
    await store.setMany([['new', bytes('1')]]);
    expect(await store.listKeys(first.value.cursor)).toEqual(done({ keys: ['new'] }));
  });

  it('takes no cursor that it has not given', async () => {
    const store = openBucket(freshName('b'));
    for (const cursor of ['x', '-1', '1.5', '9'.repeat(30), '']) {
      expect(await store.listKeys(cursor)).toEqual(refused('unknown-cursor'));
    }
  });

  it('has what it acknowledged after an eviction', async () => {
    const name = freshName('b');
    const store = openBucket(name);
    await store.setMany([['a', bytes('1')]]);
    await store.increment('n', 41n, LEAST);
    closeAll();
    await evictAllDurableObjects();
    const again = openBucket(name);
    expect(await again.getMany(['a', 'n'])).toEqual(done([bytes('1'), bytes('41')]));
    expect(await again.increment('n', 1n, LEAST)).toEqual(done(42n));
  });

  it('writes nothing where it is only read', async () => {
    const name = freshName('b');
    const store = openBucket(name);
    await store.get('a');
    await store.getMany(['a']);
    await store.exists('a');
    await store.listKeys(undefined);
    await store.read('a');
    await store.deleteMany(['a']);
    const tables = await runInDurableObject(bindings.BUCKETS.getByName(name), (_instance, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });
});

describe('the entries of a bucket', () => {
  const inStore = <T>(test: (store: EntryStore, db: ReturnType<typeof openDatabase>) => T): Promise<T> =>
    runInDurableObject(bindings.BUCKETS.getByName(freshName('b')), (_instance, state) => {
      const db = openDatabase(state.storage);
      return test(new EntryStore(db, { keys: 3, bytes: 20 }), db);
    });

  it('are set all or not at all, when they do not fit', async () => {
    await inStore((store) => {
      expect(
        store.set([
          ['a', bytes('1')],
          ['b', bytes('1')],
        ]),
      ).toEqual(done());
      expect(
        store.set([
          ['a', bytes('2')],
          ['c', bytes('1')],
          ['d', bytes('1')],
        ]),
      ).toEqual(refused('too-many-keys'));
      expect(
        store.set([
          ['a', bytes('2')],
          ['c', new Uint8Array(20)],
        ]),
      ).toEqual(refused('too-many-bytes'));
      expect(store.read('a').value).toEqual(bytes('1'));
      expect(store.exists('c')).toBe(false);
    });
  });

  it('are set all or not at all, when the database fails in the middle', async () => {
    await inStore((store, db) => {
      store.set([['a', bytes('1')]]);
      db.run(
        "CREATE TRIGGER broken BEFORE INSERT ON entry WHEN NEW.key = 'c' BEGIN SELECT RAISE(ABORT, 'broken'); END",
      );
      expect(() =>
        store.set([
          ['a', bytes('2')],
          ['b', bytes('1')],
          ['c', bytes('1')],
        ]),
      ).toThrow('broken');
      expect(store.read('a').value).toEqual(bytes('1'));
      expect(store.list(undefined)).toEqual(done({ keys: ['a'] }));
    });
  });

  it('are deleted all or not at all', async () => {
    await inStore((store, db) => {
      store.set([
        ['a', bytes('1')],
        ['b', bytes('1')],
      ]);
      db.run(
        "CREATE TRIGGER broken BEFORE DELETE ON entry WHEN OLD.key = 'b' BEGIN SELECT RAISE(ABORT, 'broken'); END",
      );
      expect(() => store.delete(['a', 'b'])).toThrow('broken');
      expect(store.exists('a')).toBe(true);
    });
  });

  it('count for what they are: deleting makes room', async () => {
    await inStore((store) => {
      for (let round = 0; round < 5; round += 1) {
        expect(
          store.set([
            ['a', bytes('123456789')],
            ['ü', bytes('12345678')],
          ]),
        ).toEqual(done());
        expect(store.set([['b', bytes('1')]])).toEqual(refused('too-many-bytes'));
        store.delete(['a', 'ü', 'ü']);
        expect(store.set([['c', new Uint8Array(19)]])).toEqual(done());
        store.delete(['c']);
      }
    });
  });

  it('are not touched by a release that is older than they are', async () => {
    await inStore((store, db) => {
      store.set([['a', bytes('1')]]);
      db.run('UPDATE schema_version SET version = version + 1');
      expect(() => new EntryStore(db)).toThrow(/newer than this release/);
    });
  });

  it('of the first schema are read', async () => {
    await inStore((_store, db) => {
      migrate(db, [
        `CREATE TABLE entry (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value BLOB NOT NULL, version INTEGER NOT NULL);
         CREATE TABLE bucket (id INTEGER PRIMARY KEY CHECK (id = 1), keys INTEGER NOT NULL, bytes INTEGER NOT NULL, last INTEGER NOT NULL);
         INSERT INTO bucket VALUES (1, 1, 2, 4);`,
      ]);
      db.run("INSERT INTO entry VALUES (4, 'a', ?, 4)", bytes('1'));
      const store = new EntryStore(db);
      expect(store.read('a')).toEqual({ version: 4, value: bytes('1') });
      expect(store.increment('a', 1n, LEAST)).toEqual(done(2n));
      expect(store.read('a').version).toBe(5);
    });
  });
});

describe('Workers KV', () => {
  it('does nothing that has to be atomic', async () => {
    const store = new KvBucket(bindings.KEYVALUE, freshName('b'));
    expect([await store.increment(), await store.read(), await store.swap()]).toEqual(
      Array(3).fill(refused('not-atomic')),
    );
  });

  it('takes no key that is too long for it, also in a batch, of which nothing is done then', async () => {
    const store = new KvBucket(bindings.KEYVALUE, freshName('b'));
    const long = 'x'.repeat(512);
    expect(
      await store.setMany([
        ['a', bytes('1')],
        [long, bytes('1')],
      ]),
    ).toEqual(refused('unsuitable-key'));
    expect(await store.get('a')).toEqual(done());
    expect(await store.get(long)).toEqual(refused('unsuitable-key'));
  });

  it('shows no keys of other buckets, wherever a cursor leads', async () => {
    const names = ['other/secret', 'b/own'];
    const led = { list: async () => ({ keys: names.map((name) => ({ name })), list_complete: true }) };
    // A cast: only `list` is asked for.
    const store = new KvBucket(led as unknown as KvNamespace, 'b');
    expect(await store.listKeys('made up')).toEqual(done({ keys: ['own'] }));
  });

  it('that is written too often says so', async () => {
    const busy = { put: async () => Promise.reject(new Error('KV PUT failed: 429 Too Many Requests')) };
    // A cast: only `put` is asked for.
    const store = new KvBucket(busy as unknown as KvNamespace, 'b');
    expect(await store.setMany([['a', bytes('1')]])).toEqual(refused('too-often'));
  });
});
