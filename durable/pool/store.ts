/**
 * SQLite of a pool shard.
 *
 * | table | holds | lives |
 * | --- | --- | --- |
 * | `config` | one row: the pushed config as JSON | until a newer one replaces it |
 * | `isolate` | one row once an isolate has failed: the number of the attempt at another one | for ever |
 */
import { type Database, migrate, schemaVersion } from '../shared/database.ts';
import type { ShardConfig } from './contract.ts';

const MIGRATIONS = [
  `CREATE TABLE config (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     number INTEGER NOT NULL,
     config TEXT NOT NULL
   );`,
  // Fuel became part of the config: what every call had until then, until the supervisor pushes what its policy says.
  `UPDATE config SET config = json_set(config, '$.fuel', 4000000000) WHERE json_extract(config, '$.state') = 'serving';`,
  // So did more limits; the defaults of a policy hold until the supervisor pushes again.
  `UPDATE config SET config = json_set(config, '$.memoryBytes', 67108864, '$.capabilityUses', 10000, '$.subrequests', 50,
     '$.startPages', 0) WHERE json_extract(config, '$.state') = 'serving';`,
  // And so did what a component may do: nothing, until the supervisor pushes again.
  `UPDATE config SET config = json_set(config, '$.grants', json('{
     "permissions": {
       "network": {"allow": [], "deny": []}, "storage": {"allow": [], "deny": []},
       "environment": {"allow": [], "deny": []}, "keyvalue": {"allow": [], "deny": []},
       "blobstore": {"allow": [], "deny": []}, "messaging": {"allow": [], "deny": []},
       "components": {"allow": [], "deny": []}, "logging": {"level": "off"}
     },
     "runtime": {"granted": [], "revoked": []}
   }')) WHERE json_extract(config, '$.state') <> 'removed';`,
  `UPDATE config SET config = json_set(config, '$.secrets', json('[]')) WHERE json_extract(config, '$.state') <> 'removed';`,
  // By what it can be entered beside its functions: nothing, until the supervisor pushes again, where it never said.
  `UPDATE config SET config = json_set(config, '$.entrances', json('[]'))
     WHERE json_extract(config, '$.state') <> 'removed' AND json_type(config, '$.entrances') IS NULL;`,
  'CREATE TABLE isolate (id INTEGER PRIMARY KEY CHECK (id = 1), attempt INTEGER NOT NULL);',
];

export class PoolStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    // An object that was never configured stays empty: anybody can ask for a made-up name.
    if (schemaVersion(db) > 0) migrate(db, MIGRATIONS);
  }

  config(): ShardConfig | undefined {
    if (schemaVersion(this.#db) === 0) return undefined;
    const row = this.#db.first<{ config: string }>('SELECT config FROM config');
    // A cast: only `replace` writes the row.
    return row === undefined ? undefined : (JSON.parse(row.config) as ShardConfig);
  }

  /** Stores `config` unless a newer one is there; true when it was stored. */
  replace(config: ShardConfig): boolean {
    migrate(this.#db, MIGRATIONS);
    return this.#db.transaction(() => {
      const current = this.#db.first<{ number: number }>('SELECT number FROM config');
      if (current !== undefined && current.number >= config.number) return false;
      this.#db.run(
        'INSERT OR REPLACE INTO config (id, number, config) VALUES (1, ?, ?)',
        config.number,
        JSON.stringify(config),
      );
      return true;
    });
  }

  /** The attempt at an isolate that is under way; what the platform remembers of earlier ones is that they failed. */
  attempt(): number {
    if (schemaVersion(this.#db) === 0) return 0;
    return this.#db.first<{ attempt: number }>('SELECT attempt FROM isolate')?.attempt ?? 0;
  }

  saveAttempt(attempt: number): void {
    this.#db.run('INSERT OR REPLACE INTO isolate (id, attempt) VALUES (1, ?)', attempt);
  }
}
