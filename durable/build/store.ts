/**
 * SQLite of a build object. What is in R2 is asked of R2.
 *
 * | table | holds | lives |
 * | --- | --- | --- |
 * | `build` | one row: digest, version of the builder whose artifact passed its smoke run (null: none did) | until the last reference goes |
 * | `reference` | a stored version that needs the bytes; provisional until confirmed | until released |
 * | the alarm | when a provisional reference is to be checked, or bytes to be deleted | until nothing is left to do |
 */
import { type Database, migrate, schemaVersion } from '../shared/database.ts';
import type { ReferenceKey } from './contract.ts';
import type { Reference } from './references.ts';

const MIGRATIONS = [
  `CREATE TABLE build (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     digest TEXT NOT NULL,
     builder_version INTEGER
   );
   CREATE TABLE reference (
     reference TEXT PRIMARY KEY,
     component TEXT NOT NULL,
     confirmed INTEGER NOT NULL,
     since INTEGER NOT NULL
   );`,
];

export class BuildStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Creates the tables; called before the first write, so that a made-up digest leaves nothing. */
  open(digest: string): void {
    migrate(this.#db, MIGRATIONS);
    this.#db.run('INSERT OR IGNORE INTO build (id, digest) VALUES (1, ?)', digest);
  }

  digest(): string | undefined {
    if (schemaVersion(this.#db) === 0) return undefined;
    return this.#db.first<{ digest: string }>('SELECT digest FROM build')?.digest;
  }

  /** Version of the builder whose artifact passed its smoke run. */
  builderVersion(): number | undefined {
    return (
      this.#db.first<{ builder_version: number | null }>('SELECT builder_version FROM build')?.builder_version ??
      undefined
    );
  }

  artifactPassed(builderVersion: number): void {
    this.#db.run('UPDATE build SET builder_version = ?', builderVersion);
  }

  /** Notes a provisional reference; one that is confirmed stays so. */
  refer({ component, reference }: ReferenceKey, now: number): void {
    this.#db.run(
      'INSERT INTO reference (reference, component, confirmed, since) VALUES (?, ?, 0, ?) ON CONFLICT (reference) DO UPDATE SET since = excluded.since',
      reference,
      component,
      now,
    );
  }

  /** Notes a reference for good, whether it was known or not. */
  confirm({ component, reference }: ReferenceKey, now: number): void {
    this.#db.run(
      'INSERT INTO reference (reference, component, confirmed, since) VALUES (?, ?, 1, ?) ON CONFLICT (reference) DO UPDATE SET confirmed = 1',
      reference,
      component,
      now,
    );
  }

  /** Confirms a reference if it is still there. */
  confirmKnown(reference: string): void {
    this.#db.run('UPDATE reference SET confirmed = 1 WHERE reference = ?', reference);
  }

  release(reference: string): void {
    this.#db.run('DELETE FROM reference WHERE reference = ?', reference);
  }

  /** Drops a reference that nobody has confirmed. */
  dropProvisional(reference: string): void {
    this.#db.run('DELETE FROM reference WHERE reference = ? AND confirmed = 0', reference);
  }

  references(): Reference[] {
    return this.#db
      .all<{ component: string; reference: string; confirmed: number; since: number }>(
        'SELECT component, reference, confirmed, since FROM reference ORDER BY reference',
      )
      .map((row) => ({ ...row, confirmed: row.confirmed === 1 }));
  }
}
