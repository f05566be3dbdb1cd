/**
 * SQLite of a supervisor.
 *
 * | table | holds | lives |
 * | --- | --- | --- |
 * | `component` | one row: the record as JSON | for ever; a removed component keeps its numbers |
 * | `version` | a version's key, and all that is known about it as JSON | until purged or surplus |
 * | `fact` | lifecycle facts, the newest `MAX_FACTS_PER_COMPONENT` | until pushed out by newer ones |
 * | `counters` | one row: calls since the component was loaded, as JSON | until it is removed |
 * | `secret` | sealed secrets | until deleted, or the component is removed |
 * | `report` | the last report taken from each shard | until it is removed |
 * | `outbox` | what is owed to shards, catalogue, directory, builds, the volume | until delivered |
 * | the alarm | when to deliver again, to bring the catalogue's counters up to date, or to finish a stop | until none of it is due |
 */
import type { Fact, FactBody } from '../../src/core/facts.ts';
import { EMPTY_HISTOGRAM } from '../../src/core/histogram.ts';
import { MAX_FACTS_PER_COMPONENT } from '../../src/core/limits.ts';
import type { Page, PageRequest } from '../../src/core/page.ts';
import { type Database, migrate, schemaVersion } from '../shared/database.ts';
import { OUTBOX_TABLE } from '../shared/outbox.ts';
import type { ComponentRecord, Counters, SecretRecord, VersionKey, VersionRecord } from './record.ts';

const MIGRATIONS = [
  `CREATE TABLE component (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL);
   CREATE TABLE version (
     version TEXT PRIMARY KEY,
     digest TEXT NOT NULL,
     reference TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     record TEXT NOT NULL
   );
   CREATE TABLE report (shard INTEGER PRIMARY KEY, run TEXT NOT NULL, sequence INTEGER NOT NULL);
   CREATE TABLE fact (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, body TEXT NOT NULL);
   CREATE TABLE counters (id INTEGER PRIMARY KEY CHECK (id = 1), counters TEXT NOT NULL);
   ${OUTBOX_TABLE}`,
  // Components know since when they run, versions the pages that they start with (unknown: 0), counters the outcomes.
  `UPDATE component SET record = json_set(record, '$.startedAt', json_extract(record, '$.since'))
     WHERE json_extract(record, '$.presence') = 'present';
   UPDATE version SET record = json_set(record, '$.startPages', 0);
   UPDATE counters SET counters = json_set(counters, '$.outcomes', json('{}'));`,
  // What was granted and revoked at run time is part of a component.
  `UPDATE component SET record = json_set(record, '$.runtime', json('{"granted": [], "revoked": []}'))
     WHERE json_extract(record, '$.presence') = 'present';`,
  // Components can import what others export.
  `UPDATE component SET record = json_set(record, '$.links', json('{}'))
     WHERE json_extract(record, '$.presence') = 'present';
   UPDATE version SET record = json_set(record, '$.componentImports', json('[]'));`,
  `CREATE TABLE secret (
     key TEXT PRIMARY KEY,
     nonce TEXT NOT NULL,
     sealed TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     created_at INTEGER NOT NULL,
     updated_at INTEGER NOT NULL
   );`,
];

const NO_CALLS: Counters = { total: 0, failed: 0, outcomes: {}, durations: EMPTY_HISTOGRAM };

// The casts below are sound: each row is written by this class alone, from a value of the type it is read as.
export class SupervisorStore {
  readonly #db: Database;
  #open: boolean;

  constructor(db: Database) {
    this.#db = db;
    this.#open = schemaVersion(db) > 0;
    if (this.#open) migrate(db, MIGRATIONS);
  }

  /** Creates the tables; called before the first write, so that asking for a made-up name leaves nothing. */
  open(): void {
    if (this.#open) return;
    migrate(this.#db, MIGRATIONS);
    this.#open = true;
  }

  isOpen(): boolean {
    return this.#open;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  record(): ComponentRecord | undefined {
    if (!this.#open) return undefined;
    const row = this.#db.first<{ record: string }>('SELECT record FROM component');
    return row === undefined ? undefined : (JSON.parse(row.record) as ComponentRecord);
  }

  saveRecord(record: ComponentRecord): void {
    this.#db.run('INSERT OR REPLACE INTO component (id, record) VALUES (1, ?)', JSON.stringify(record));
  }

  /** Oldest first. */
  versions(): VersionRecord[] {
    if (!this.#open) return [];
    return this.#db
      .all<{ record: string }>('SELECT record FROM version ORDER BY created_at, rowid')
      .map((row) => JSON.parse(row.record) as VersionRecord);
  }

  /** Oldest first, without what is known about them. */
  versionKeys(): VersionKey[] {
    if (!this.#open) return [];
    return this.#db
      .all<{ version: string; digest: string; reference: string; created_at: number }>(
        'SELECT version, digest, reference, created_at FROM version ORDER BY created_at, rowid',
      )
      .map(({ created_at: createdAt, ...key }) => ({ ...key, createdAt }));
  }

  version(label: string): VersionRecord | undefined {
    const row = this.#db.first<{ record: string }>('SELECT record FROM version WHERE version = ?', label);
    return row === undefined ? undefined : (JSON.parse(row.record) as VersionRecord);
  }

  saveVersion(version: VersionRecord): void {
    this.#db.run(
      'INSERT OR REPLACE INTO version (version, digest, reference, created_at, record) VALUES (?, ?, ?, ?, ?)',
      version.version,
      version.digest,
      version.reference,
      version.createdAt,
      JSON.stringify(version),
    );
  }

  deleteVersion(label: string): void {
    this.#db.run('DELETE FROM version WHERE version = ?', label);
  }

  /** By key. */
  secrets(): SecretRecord[] {
    if (!this.#open) return [];
    return this.#db
      .all<{ key: string; nonce: string; sealed: string; bytes: number; created_at: number; updated_at: number }>(
        'SELECT key, nonce, sealed, bytes, created_at, updated_at FROM secret ORDER BY key',
      )
      .map(({ created_at: createdAt, updated_at: updatedAt, ...secret }) => ({ ...secret, createdAt, updatedAt }));
  }

  saveSecret({ key, nonce, sealed, bytes, createdAt, updatedAt }: SecretRecord): void {
    this.#db.run(
      'INSERT OR REPLACE INTO secret (key, nonce, sealed, bytes, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
      ...[key, nonce, sealed, bytes, createdAt, updatedAt],
    );
  }

  deleteSecret(key: string): void {
    this.#db.run('DELETE FROM secret WHERE key = ?', key);
  }

  deleteSecrets(): void {
    this.#db.run('DELETE FROM secret');
  }

  addFact(time: number, body: FactBody): void {
    this.#db.run('INSERT INTO fact (time, body) VALUES (?, ?)', time, JSON.stringify(body));
  }

  trimFacts(): void {
    this.#db.run('DELETE FROM fact WHERE id <= (SELECT MAX(id) FROM fact) - ?', MAX_FACTS_PER_COMPONENT);
  }

  /** Newest first; the cursor is the id of the last fact of the page before. */
  facts(component: string, { limit, cursor }: PageRequest): Page<Fact> {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
    const rows = this.#db.all<{ id: number; time: number; body: string }>(
      'SELECT id, time, body FROM fact WHERE id < ? ORDER BY id DESC LIMIT ?',
      before,
      limit + 1,
    );
    const items = rows.slice(0, limit).map(({ id, time, body }): Fact => {
      return { id, time: new Date(time).toISOString(), component, ...(JSON.parse(body) as FactBody) };
    });
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, next: String(last.id) } : { items };
  }

  counters(): Counters {
    const row = this.#db.first<{ counters: string }>('SELECT counters FROM counters');
    return row === undefined ? NO_CALLS : (JSON.parse(row.counters) as Counters);
  }

  saveCounters(counters: Counters): void {
    this.#db.run('INSERT OR REPLACE INTO counters (id, counters) VALUES (1, ?)', JSON.stringify(counters));
  }

  resetCounters(): void {
    this.#db.run('DELETE FROM counters');
    this.#db.run('DELETE FROM report');
  }

  /** Notes that a report was taken; false when it, or a later one of the same run, was taken before. */
  takeReport(shard: number, run: string, sequence: number): boolean {
    const last = this.#db.first<{ run: string; sequence: number }>(
      'SELECT run, sequence FROM report WHERE shard = ?',
      shard,
    );
    if (last?.run === run && last.sequence >= sequence) return false;
    this.#db.run('INSERT OR REPLACE INTO report (shard, run, sequence) VALUES (?, ?, ?)', shard, run, sequence);
    return true;
  }
}
