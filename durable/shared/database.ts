/**
 * The one way objects talk to their SQLite: a narrow interface over `ctx.storage`, and migrations that run forward
 * only. A store takes a `Database`, so it can be read without knowing Durable Objects.
 */

/** A BLOB is an `ArrayBuffer`. */
export type SqlValue = string | number | ArrayBuffer | null;
/** What a query is given: bytes may be a view. */
export type SqlBinding = SqlValue | Uint8Array;
export type Row = Record<string, SqlValue>;

export interface Database {
  all<T extends Row>(query: string, ...bindings: SqlBinding[]): T[];
  /** The first row, or undefined. */
  first<T extends Row>(query: string, ...bindings: SqlBinding[]): T | undefined;
  run(query: string, ...bindings: SqlBinding[]): void;
  /** All or nothing; must not await. */
  transaction<T>(body: () => T): T;
}

export function openDatabase(storage: DurableObjectStorage): Database {
  const { sql } = storage;
  return {
    all<T extends Row>(query: string, ...bindings: SqlBinding[]): T[] {
      return sql.exec<T>(query, ...bindings).toArray();
    },
    first<T extends Row>(query: string, ...bindings: SqlBinding[]): T | undefined {
      const [row] = sql.exec<T>(query, ...bindings);
      return row;
    },
    run: (query, ...bindings) => {
      sql.exec(query, ...bindings);
    },
    transaction: (body) => storage.transactionSync(body),
  };
}

/** The schema's version: 0 for an object that has never written anything. Reading it writes nothing. */
export function schemaVersion(db: Database): number {
  const table = db.first("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'");
  if (table === undefined) return 0;
  return db.first<{ version: number }>('SELECT version FROM schema_version')?.version ?? 0;
}

/**
 * Brings the schema to the last of `migrations`, each applied once and in order.
 * Throws when the stored schema is newer than this code: an older release must not write what it does not understand.
 */
export function migrate(db: Database, migrations: readonly string[]): void {
  const from = schemaVersion(db);
  if (from > migrations.length) {
    throw new Error(
      `stored schema ${from} is newer than this release understands (${migrations.length}): deploy a newer one`,
    );
  }
  if (from === migrations.length) return;
  db.transaction(() => {
    if (from === 0) {
      db.run('CREATE TABLE schema_version (version INTEGER NOT NULL)');
      db.run('INSERT INTO schema_version (version) VALUES (0)');
    }
    for (const migration of migrations.slice(from)) db.run(migration);
    db.run('UPDATE schema_version SET version = ?', migrations.length);
  });
}
