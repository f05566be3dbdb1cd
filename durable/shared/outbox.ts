/**
 * The transactional outbox of an object: what it owes to others is written in the same transaction as the change that
 * causes it, delivered at once where possible, and again by alarm until it arrives. Table `outbox`, rows live until
 * delivered; messages to one target arrive in order.
 */
import type { Database } from './database.ts';

/** SQL of the table, for an object's first migration. */
export const OUTBOX_TABLE = `CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  message TEXT NOT NULL
);`;

/** First and longest wait before a failed delivery is tried again, in milliseconds. */
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 300_000;

/** Targets that are served at a time: an object has six connections. */
const MAX_PARALLEL_TARGETS = 4;

/** Delivers one message; throws when it must be tried again. */
export type Deliver<M> = (message: M) => Promise<void>;

export class Outbox<M> {
  readonly #db: Database;
  readonly #deliver: Deliver<M>;
  #flushing: Promise<boolean> | undefined;
  #failures = 0;

  constructor(db: Database, deliver: Deliver<M>) {
    this.#db = db;
    this.#deliver = deliver;
  }

  /** To be called inside the transaction that makes the message true. */
  add(target: string, message: M): void {
    this.#db.run('INSERT INTO outbox (target, message) VALUES (?, ?)', target, JSON.stringify(message));
  }

  isEmpty(): boolean {
    return this.#db.first('SELECT id FROM outbox LIMIT 1') === undefined;
  }

  /** Delivers what is there; true when nothing is left. A target that fails does not hold up the others. */
  async flush(): Promise<boolean> {
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.isEmpty()) return true;
    this.#flushing = this.#drain().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** When to call `flush` again after it returned false, in milliseconds from now. */
  retryDelayMs(): number {
    return Math.min(RETRY_MS * 2 ** Math.max(0, this.#failures - 1), RETRY_MAX_MS);
  }

  async #drain(): Promise<boolean> {
    const rows = this.#db.all<{ id: number; target: string; message: string }>(
      'SELECT id, target, message FROM outbox ORDER BY id',
    );
    const targets = Array.from(Map.groupBy(rows, ({ target }) => target));
    let failed = false;
    const worker = async () => {
      for (let next = targets.shift(); next !== undefined; next = targets.shift()) {
        if (!(await this.#deliverAll(...next))) failed = true;
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_PARALLEL_TARGETS, targets.length) }, worker));
    this.#failures = failed ? this.#failures + 1 : 0;
    return this.isEmpty();
  }

  /** In order, up to the first that fails. */
  async #deliverAll(
    target: string,
    rows: readonly { readonly id: number; readonly message: string }[],
  ): Promise<boolean> {
    for (const { id, message } of rows) {
      try {
        // A cast: the row was written by `add` of this class.
        await this.#deliver(JSON.parse(message) as M);
        this.#db.run('DELETE FROM outbox WHERE id = ?', id);
      } catch (error) {
        console.warn({ message: 'outbox delivery failed', target, error: String(error) });
        return false;
      }
    }
    return true;
  }
}
