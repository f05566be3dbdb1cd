/**
 * SQLite of a build object.
 *
 * | table | holds | lives |
 * | --- | --- | --- |
 * | `build` | one row: digest, builder version of the stored artifact (null: none), whether the source is in R2 | until the last reference goes |
 * | `reference` | a component that refers to the digest; provisional until confirmed | until released |
 */
import { type Database, migrate, schemaVersion } from '../shared/database.ts';

const MIGRATIONS = [
  `CREATE TABLE build (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     digest TEXT NOT NULL,
     has_source INTEGER NOT NULL DEFAULT 0,
     builder_version INTEGER
   );
   CREATE TABLE reference (
     component TEXT PRIMARY KEY,
     confirmed INTEGER NOT NULL,
     since INTEGER NOT NULL
   );`,
];

export interface Reference {
  readonly component: string;
  readonly confirmed: boolean;
  readonly since: number;
}

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

  hasSource(): boolean {
    return this.#db.first<{ has_source: number }>('SELECT has_source FROM build')?.has_source === 1;
  }

  sourceStored(): void {
    this.#db.run('UPDATE build SET has_source = 1');
  }

  /** Version of the builder that made the stored artifact. */
  builderVersion(): number | undefined {
    return (
      this.#db.first<{ builder_version: number | null }>('SELECT builder_version FROM build')?.builder_version ??
      undefined
    );
  }

  artifactStored(builderVersion: number): void {
    this.#db.run('UPDATE build SET builder_version = ?', builderVersion);
  }

  /** Notes a reference; one that is confirmed stays so. */
  refer(component: string, now: number): void {
    this.#db.run(
      'INSERT INTO reference (component, confirmed, since) VALUES (?, 0, ?) ON CONFLICT (component) DO UPDATE SET since = excluded.since',
      component,
      now,
    );
  }

  confirm(component: string, now: number): void {
    this.#db.run(
      'INSERT INTO reference (component, confirmed, since) VALUES (?, 1, ?) ON CONFLICT (component) DO UPDATE SET confirmed = 1',
      component,
      now,
    );
  }

  release(component: string): void {
    this.#db.run('DELETE FROM reference WHERE component = ?', component);
  }

  references(): Reference[] {
    return this.#db
      .all<{ component: string; confirmed: number; since: number }>('SELECT * FROM reference ORDER BY component')
      .map(({ component, confirmed, since }) => ({ component, confirmed: confirmed === 1, since }));
  }
}
