/**
 * SQLite of the catalogue.
 *
 * | table | holds | lives |
 * | --- | --- | --- |
 * | `component` | name, record number, the entry as JSON (null: removed) | for ever; a removed name keeps its number |
 * | `template` | one row: number and text (null: none) of the template `default` | for ever |
 * | `outbox` | template changes owed to supervisors | until delivered |
 * | the alarm | when to deliver them again | until delivered |
 */

import type { Page, PageRequest } from '../../src/core/page.ts';
import { type Database, migrate } from '../shared/database.ts';
import { OUTBOX_TABLE } from '../shared/outbox.ts';
import type { CatalogueEntry, TemplateCopy } from './contract.ts';

const MIGRATIONS = [
  `CREATE TABLE component (name TEXT PRIMARY KEY, number INTEGER NOT NULL, entry TEXT);
   CREATE TABLE template (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, text TEXT);
   ${OUTBOX_TABLE}`,
];

export class CatalogueStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    migrate(db, MIGRATIONS);
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  /** Stores the entry (null: removed) unless a newer one is there. */
  put(name: string, number: number, entry: CatalogueEntry | null): void {
    this.#db.run(
      `INSERT INTO component (name, number, entry) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET number = excluded.number, entry = excluded.entry
       WHERE excluded.number >= component.number`,
      name,
      number,
      entry === null ? null : JSON.stringify(entry),
    );
  }

  list({ limit, cursor }: PageRequest): Page<CatalogueEntry> {
    const rows = this.#db.all<{ entry: string }>(
      'SELECT entry FROM component WHERE entry IS NOT NULL AND name > ? ORDER BY name LIMIT ?',
      cursor ?? '',
      limit + 1,
    );
    // A cast: only `put` writes the column.
    const items = rows.slice(0, limit).map(({ entry }) => JSON.parse(entry) as CatalogueEntry);
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, next: last.name } : { items };
  }

  /** The entries of those that handle messages, by name. */
  subscriptions(): Pick<CatalogueEntry, 'name' | 'subscriptions'>[] {
    return this.#db
      .all<{ entry: string }>(
        `SELECT entry FROM component WHERE entry IS NOT NULL AND json_extract(entry, '$.subscriptions') IS NOT NULL
         ORDER BY name`,
      )
      .map(({ entry }) => JSON.parse(entry) as CatalogueEntry); // only `put` writes the column
  }

  template(): TemplateCopy | undefined {
    return this.#db.first<{ number: number; text: string | null }>('SELECT number, text FROM template');
  }

  /** The next copy. */
  putTemplate(text: string | null): TemplateCopy {
    const number = (this.template()?.number ?? 0) + 1;
    this.#db.run('INSERT OR REPLACE INTO template (id, number, text) VALUES (1, ?, ?)', number, text);
    return { number, text };
  }

  names(): string[] {
    return this.#db
      .all<{ name: string }>('SELECT name FROM component WHERE entry IS NOT NULL ORDER BY name')
      .map(({ name }) => name);
  }
}
