/** Storage rules that every object keeps: nothing for made-up names, nothing over a newer schema, outbox until delivered. */
import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { PoolStore } from '../../durable/pool/store.ts';
import { pool, supervisor } from '../../durable/shared/bindings.ts';
import { migrate, openDatabase } from '../../durable/shared/database.ts';
import { OUTBOX_TABLE, Outbox } from '../../durable/shared/outbox.ts';
import { SupervisorStore } from '../../durable/supervisor/store.ts';
import { NO_GRANTS, POLICY_ALONE } from '../../src/policy/index.ts';
import { bindings, call, freshName, request, upload } from '../support/gateway-client.ts';

function tables(stub: DurableObjectStub): Promise<string[]> {
  return runInDurableObject(stub, (_instance, state) =>
    state.storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
      )
      .toArray()
      .map(({ name }) => name),
  );
}

describe('a made-up name', () => {
  it('leaves nothing in a pool shard or a supervisor', async () => {
    const name = freshName('ghost');
    expect((await call(name, 'f')).status).toBe(404);
    expect((await request(`/v1/components/${name}`)).status).toBe(404);
    expect(await tables(bindings.POOLS.getByName(`${name}/0`))).toEqual([]);
    expect(await tables(bindings.SUPERVISORS.getByName(name))).toEqual([]);
  });
});

describe('migrations', () => {
  it('run once and in order', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), (_instance, state) => {
      const db = openDatabase(state.storage);
      migrate(db, ['CREATE TABLE a (x)']);
      migrate(db, ['CREATE TABLE a (x)', 'ALTER TABLE a ADD COLUMN y']);
      db.run('INSERT INTO a (x, y) VALUES (1, 2)');
      expect(db.first('SELECT * FROM a')).toEqual({ x: 1, y: 2 });
    });
  });

  it('refuse a schema that a newer release wrote', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), (_instance, state) => {
      const db = openDatabase(state.storage);
      migrate(db, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)']);
      expect(() => migrate(db, ['CREATE TABLE a (x)'])).toThrow(/newer than this release/);
    });
  });

  it('leave the table as it was when one fails', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), (_instance, state) => {
      const db = openDatabase(state.storage);
      migrate(db, ['CREATE TABLE a (x)']);
      expect(() => migrate(db, ['CREATE TABLE a (x)', 'ALTER TABLE a ADD COLUMN y; NONSENSE'])).toThrow();
      expect(() => db.all('SELECT y FROM a')).toThrow();
    });
  });
});

describe('outbox', () => {
  it('keeps a message until it is delivered, in order for one target', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), async (_instance, state) => {
      const db = openDatabase(state.storage);
      migrate(db, [OUTBOX_TABLE]);
      const delivered: string[] = [];
      let down = true;
      const outbox = new Outbox<string>(db, async (message) => {
        if (down && message.startsWith('a')) throw new Error('down');
        delivered.push(message);
      });
      outbox.add('a', 'a1');
      outbox.add('a', 'a2');
      outbox.add('b', 'b1');
      expect(await outbox.flush()).toBe(false);
      expect(delivered).toEqual(['b1']);
      expect(outbox.retryDelayMs()).toBeGreaterThan(0);
      down = false;
      expect(await outbox.flush()).toBe(true);
      expect(delivered).toEqual(['b1', 'a1', 'a2']);
    });
  });
});

describe('a pool shard', () => {
  it('reads a config from before fuel and the other limits were part of it', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), (_instance, state) => {
      const db = openDatabase(state.storage);
      const tableOnly = `CREATE TABLE config (
        id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, config TEXT NOT NULL);`;
      migrate(db, [tableOnly]);
      const old = { state: 'serving', number: 3, component: 'old', timeoutMs: 5 };
      db.run('INSERT INTO config (id, number, config) VALUES (1, 3, ?)', JSON.stringify(old));
      const limits = { memoryBytes: 67_108_864, capabilityUses: 10_000, subrequests: 50, startPages: 0 };
      expect(new PoolStore(db).config()).toEqual({
        ...old,
        fuel: 4_000_000_000,
        ...limits,
        grants: NO_GRANTS,
        secrets: [],
        entrances: [],
      });
    });
  });

  it.each(['serving', 'draining', 'stopped'])(
    'allows nothing under a %s config from before there were grants',
    async (state) => {
      await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), (_instance, { storage }) => {
        const db = openDatabase(storage);
        migrate(db, [
          'CREATE TABLE config (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, config TEXT NOT NULL);',
          'SELECT 1;',
          'SELECT 1;',
        ]);
        db.run('INSERT INTO config (id, number, config) VALUES (1, 3, ?)', JSON.stringify({ state, number: 3 }));
        expect(new PoolStore(db).config()).toEqual({ state, number: 3, grants: NO_GRANTS, secrets: [], entrances: [] });
      });
    },
  );

  it('keeps the entrances of a config that has them', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), (_instance, { storage }) => {
      const db = openDatabase(storage);
      const table =
        'CREATE TABLE config (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, config TEXT NOT NULL);';
      migrate(db, [table, 'SELECT 1;', 'SELECT 1;', 'SELECT 1;', 'SELECT 1;']);
      const config = { state: 'serving', number: 3, entrances: ['http'] };
      db.run('INSERT INTO config (id, number, config) VALUES (1, 3, ?)', JSON.stringify(config));
      expect(new PoolStore(db).config()).toEqual(config);
    });
  });

  it('ignores a config that is older than the one it has', async () => {
    const name = freshName();
    await upload(name, 'adder');
    await pool(bindings, name).configure({ state: 'removed', number: 0, component: name });
    expect((await call(name, 'add', { a: 1, b: 1 })).status).toBe(200);
  });
});

describe('a supervisor', () => {
  it('reads what it stored before it knew start times, start pages, outcomes and grants', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), (_instance, state) => {
      const db = openDatabase(state.storage);
      migrate(db, [
        `CREATE TABLE component (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL);
         CREATE TABLE version (version TEXT PRIMARY KEY, digest TEXT, reference TEXT, created_at INTEGER, record TEXT NOT NULL);
         CREATE TABLE counters (id INTEGER PRIMARY KEY CHECK (id = 1), counters TEXT NOT NULL);`,
      ]);
      db.run('INSERT INTO component VALUES (1, ?)', JSON.stringify({ presence: 'present', since: 7 }));
      db.run("INSERT INTO version VALUES ('v1', 'd', 'r', 1, ?)", JSON.stringify({ version: 'v1' }));
      db.run('INSERT INTO counters VALUES (1, ?)', JSON.stringify({ total: 2, failed: 1, durations: {} }));
      const store = new SupervisorStore(db);
      expect(store.record()).toEqual({ presence: 'present', since: 7, startedAt: 7, runtime: POLICY_ALONE, links: {} });
      expect(store.version('v1')).toEqual({ version: 'v1', startPages: 0, componentImports: [] });
      expect(store.secrets()).toEqual([]);
      expect(store.counters()).toEqual({ total: 2, failed: 1, durations: {}, outcomes: {} });
    });
  });

  it('leaves the record of a removed component as it is', async () => {
    await runInDurableObject(bindings.SUPERVISORS.getByName(freshName()), (_instance, state) => {
      const db = openDatabase(state.storage);
      migrate(db, [
        `CREATE TABLE component (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL);
         CREATE TABLE version (record TEXT NOT NULL);
         CREATE TABLE counters (counters TEXT NOT NULL);`,
      ]);
      db.run('INSERT INTO component VALUES (1, ?)', JSON.stringify({ presence: 'removed', number: 3 }));
      expect(new SupervisorStore(db).record()).toEqual({ presence: 'removed', number: 3 });
    });
  });
});

describe('facts', () => {
  it('tell what happened, newest first, page by page, without arguments or results', async () => {
    const name = freshName();
    await upload(name, 'adder');
    await call(name, 'add', { a: 12345, b: 1 });
    await expect
      .poll(async () => (await (await request(`/v1/components/${name}/events`)).text()).includes('FunctionCalled'))
      .toBe(true);
    const first = await (await request(`/v1/components/${name}/events?limit=1`)).json<{
      items: unknown[];
      next: string;
    }>();
    expect(first.items).toMatchObject([{ type: 'FunctionCalled', function: 'add', outcome: 'ok', component: name }]);
    expect(JSON.stringify(first)).not.toContain('12345');
    const rest = await (await request(`/v1/components/${name}/events?cursor=${first.next}`)).json<{
      items: { type: string }[];
    }>();
    expect(rest.items.map(({ type }) => type)).toEqual(['StateChanged', 'VersionActivated', 'ComponentLoaded']);
    const status = await supervisor(bindings, name).status();
    expect(status).toMatchObject({ ok: true, value: { state: 'running', calls: { total: 1, failed: 0 } } });
  });
});
