/**
 * SQLite of a bucket.
 *
 * | table | holds | lives |
 * | --- | --- | --- |
 * | `entry` | one row per key: its number (grows with each new key), value, version (grows with each write) | until the key is deleted |
 * | `bucket` | one row: keys and bytes of all entries, and the last number that was given out | for ever |
 */
import type { StoreResult } from '../../src/capability/keyvalue/bucket-store.ts';
import type { KeyPage, SwapEnd, VersionedValue } from '../../src/capability/keyvalue/contract.ts';
import { MAX_KEYS_PER_PAGE } from '../../src/core/limits.ts';
import { err, ok } from '../../src/core/result.ts';
import { type Database, migrate, schemaVersion } from '../shared/database.ts';
import { addToCount } from './count.ts';
import { ROOM, resized, type Usage } from './room.ts';

const MIGRATIONS = [
  `CREATE TABLE entry (
     number INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE,
     value BLOB NOT NULL,
     version INTEGER NOT NULL
   );
   CREATE TABLE bucket (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     keys INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     last INTEGER NOT NULL
   );
   INSERT INTO bucket (id, keys, bytes, last) VALUES (1, 0, 0, 0);`,
];

type Entry = readonly [key: string, value: Uint8Array];

/** The `bucket` row. */
interface Totals extends Usage {
  readonly last: number;
}

const encoder = new TextEncoder();

export class EntryStore {
  readonly #db: Database;
  readonly #room: Usage;
  /** A bucket that was never written has no tables: whoever may read may name any bucket. */
  #hasTables: boolean;

  constructor(db: Database, room: Usage = ROOM) {
    this.#db = db;
    this.#room = room;
    this.#hasTables = schemaVersion(db) > 0;
    if (this.#hasTables) migrate(db, MIGRATIONS);
  }

  read(key: string): VersionedValue {
    if (!this.#hasTables) return { version: 0 };
    const row = this.#db.first<{ value: ArrayBuffer; version: number }>(
      'SELECT value, version FROM entry WHERE key = ?',
      key,
    );
    return row === undefined ? { version: 0 } : { version: row.version, value: new Uint8Array(row.value) };
  }

  exists(key: string): boolean {
    return this.#hasTables && this.#db.first('SELECT 1 FROM entry WHERE key = ?', key) !== undefined;
  }

  /** In the order in which the keys came in. The cursor is the number of the last one. */
  list(cursor: string | undefined): StoreResult<KeyPage> {
    if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) return err('unknown-cursor');
    if (!this.#hasTables) return ok({ keys: [] });
    const rows = this.#db.all<{ number: number; key: string }>(
      'SELECT number, key FROM entry WHERE number > ? ORDER BY number LIMIT ?',
      Number(cursor ?? 0),
      MAX_KEYS_PER_PAGE + 1,
    );
    const page = rows.slice(0, MAX_KEYS_PER_PAGE);
    const keys = page.map(({ key }) => key);
    const last = page.at(-1);
    return ok(rows.length > page.length && last !== undefined ? { keys, cursor: String(last.number) } : { keys });
  }

  set(entries: readonly Entry[]): StoreResult<undefined> {
    return this.#write(() => this.#put(entries));
  }

  delete(keys: readonly string[]): void {
    if (!this.#hasTables) return;
    this.#db.transaction(() => {
      const { last, ...totals } = this.#totals();
      let { keys: count, bytes } = totals;
      for (const key of keys) {
        const size = this.#sizeOf(key);
        if (size === undefined) continue;
        this.#db.run('DELETE FROM entry WHERE key = ?', key);
        count -= 1;
        bytes -= size;
      }
      if (count !== totals.keys) this.#keep({ keys: count, bytes, last });
    });
  }

  increment(key: string, delta: bigint, least: bigint): StoreResult<bigint> {
    return this.#write(() => {
      const added = addToCount(this.read(key).value, delta, least);
      if (!added.ok) return added;
      const { sum, value } = added.value;
      const put = this.#put([[key, value]]);
      return put.ok ? ok(sum) : put;
    });
  }

  swap(key: string, version: number, value: Uint8Array): StoreResult<SwapEnd> {
    return this.#write(() => {
      const current = this.read(key);
      if (current.version !== version) return ok({ newer: current });
      const put = this.#put([[key, value]]);
      return put.ok ? ok({}) : put;
    });
  }

  #write<T>(body: () => StoreResult<T>): StoreResult<T> {
    if (!this.#hasTables) migrate(this.#db, MIGRATIONS);
    this.#hasTables = true;
    return this.#db.transaction(body);
  }

  /** Puts all of them, or none. */
  #put(entries: readonly Entry[]): StoreResult<undefined> {
    const latest = new Map(entries);
    const { last, ...usage } = this.#totals();
    const resizes = Array.from(latest, ([key, value]) => ({ before: this.#sizeOf(key), after: sizeOf(key, value) }));
    const after = resized(usage, resizes, this.#room);
    if (!after.ok) return after;
    let number = last;
    for (const [key, value] of latest) {
      number += 1;
      this.#db.run(
        `INSERT INTO entry (number, key, value, version) VALUES (?1, ?2, ?3, ?1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version`,
        number,
        key,
        value,
      );
    }
    this.#keep({ ...after.value, last: number });
    return ok(undefined);
  }

  /** Bytes of an entry; undefined when it is not there. */
  #sizeOf(key: string): number | undefined {
    const row = this.#db.first<{ size: number }>('SELECT length(value) AS size FROM entry WHERE key = ?', key);
    return row === undefined ? undefined : encoder.encode(key).length + row.size;
  }

  #totals(): Totals {
    const row = this.#db.first<{ keys: number; bytes: number; last: number }>('SELECT keys, bytes, last FROM bucket');
    if (row === undefined) throw new Error('the bucket has lost its totals');
    return row;
  }

  #keep({ keys, bytes, last }: Totals): void {
    this.#db.run('UPDATE bucket SET keys = ?, bytes = ?, last = ?', keys, bytes, last);
  }
}

function sizeOf(key: string, value: Uint8Array): number {
  return encoder.encode(key).length + value.length;
}
