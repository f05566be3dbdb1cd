/** The `Database` of objects over Node's own SQLite, so that stores can be tested without a runtime. */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import type { Database, Row, SqlBinding, SqlValue } from '../../durable/shared/database.ts';

/** A database in memory. */
export function sqliteDatabase(): Database {
  const db = new DatabaseSync(':memory:');
  const rows = (query: string, bindings: readonly SqlBinding[]): Row[] =>
    db
      .prepare(query)
      .all(...bindings.map(inputOf))
      .map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, outputOf(value)])));
  return {
    // Casts: the caller knows its columns, as with the storage of an object.
    all: <T extends Row>(query: string, ...bindings: SqlBinding[]) => rows(query, bindings) as T[],
    first: <T extends Row>(query: string, ...bindings: SqlBinding[]) => rows(query, bindings)[0] as T | undefined,
    run: (query, ...bindings) => {
      if (bindings.length === 0) db.exec(query);
      else db.prepare(query).run(...bindings.map(inputOf));
    },
    transaction: (body) => {
      db.exec('SAVEPOINT nested');
      try {
        const result = body();
        db.exec('RELEASE nested');
        return result;
      } catch (error) {
        db.exec('ROLLBACK TO nested; RELEASE nested');
        throw error;
      }
    },
  };
}

/** Objects take and give BLOBs as buffers, Node as views. */
function inputOf(value: SqlBinding): SQLInputValue {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value;
}

function outputOf(value: SQLOutputValue): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Uint8Array ? value.slice().buffer : value;
}
