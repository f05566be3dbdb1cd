/** What a topic keeps of its deliveries and their subscribers, over `schema.ts`. Whoever calls opens the transaction. */
import type { Database, Row } from '../shared/database.ts';
import type { DeliveryRef } from './contract.ts';
import type { Courier, DeathReason, DeliveryState } from './transitions.ts';

export interface StoredDelivery extends DeliveryRef {
  readonly key: string | null;
  readonly state: DeliveryState;
}

/** Somebody who has deliveries. */
export interface Subscriber {
  readonly name: string;
  /** It is left alone until then. */
  readonly pausedUntil: number;
  /** How often in a row it took nothing. */
  readonly pauses: number;
}

interface DeliveryRow extends Row {
  readonly seq: number;
  readonly subscriber: string;
  readonly key: string | null;
  readonly kind: DeliveryState['kind'];
  readonly at: number | null;
  readonly attempts: number;
  readonly courier: Courier | null;
  readonly reason: DeathReason | null;
}

const SELECT = 'SELECT seq, subscriber, key, kind, at, attempts, courier, reason FROM delivery';

export class DeliveryStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  save({ seq, subscriber, key, state }: StoredDelivery): void {
    this.#db.run(
      `INSERT OR REPLACE INTO delivery (seq, subscriber, key, kind, at, attempts, courier, reason)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      seq,
      subscriber,
      key,
      state.kind,
      state.kind === 'behind' ? null : state.kind === 'running' ? state.until : state.at,
      state.kind === 'behind' ? 0 : state.attempts,
      state.kind === 'running' ? state.by : null,
      state.kind === 'dead' ? state.reason : null,
    );
  }

  remove({ seq, subscriber }: DeliveryRef): void {
    this.#db.run('DELETE FROM delivery WHERE seq = ? AND subscriber = ?', seq, subscriber);
  }

  find({ seq, subscriber }: DeliveryRef): StoredDelivery | undefined {
    return this.#read('WHERE seq = ? AND subscriber = ?', seq, subscriber)[0];
  }

  /** The first of a line: the oldest with this key that is not dead. Whoever comes waits behind it. */
  firstOfLine(subscriber: string, key: string): StoredDelivery | undefined {
    return this.#read("WHERE subscriber = ? AND key = ? AND kind <> 'dead' ORDER BY seq LIMIT 1", subscriber, key)[0];
  }

  /** What a subscriber may be given now, what has waited longest first. */
  due(subscriber: string, now: number, limit: number): StoredDelivery[] {
    return this.#read(
      "WHERE subscriber = ? AND kind = 'due' AND at <= ? ORDER BY at, seq LIMIT ?",
      subscriber,
      now,
      limit,
    );
  }

  runningCount(subscriber: string): number {
    return (
      this.#db.first<{ running: number }>(
        "SELECT COUNT(*) AS running FROM delivery WHERE subscriber = ? AND kind = 'running'",
        subscriber,
      )?.running ?? 0
    );
  }

  /** Attempts, or dead letters, whose time is not after `time`. */
  endedBy(kind: 'running' | 'dead', time: number, limit: number): StoredDelivery[] {
    return this.#read('WHERE kind = ? AND at <= ? ORDER BY at LIMIT ?', kind, time, limit);
  }

  /** All attempts that the object itself makes. */
  runningByObject(): StoredDelivery[] {
    return this.#read("WHERE kind = 'running' AND courier = 'object'");
  }

  /** Deliveries that wait, of messages that were not published after `time`. */
  waitingSince(time: number, limit: number): StoredDelivery[] {
    return this.#read(
      `WHERE kind IN ('due', 'behind') AND (SELECT published_at FROM message WHERE message.seq = delivery.seq) <= ?
       ORDER BY seq LIMIT ?`,
      time,
      limit,
    );
  }

  /** Dead letters behind `after`, by their messages' age. */
  dead(after: DeliveryRef, limit: number): StoredDelivery[] {
    return this.#read(
      "WHERE kind = 'dead' AND (seq, subscriber) > (?, ?) ORDER BY seq, subscriber LIMIT ?",
      after.seq,
      after.subscriber,
      limit,
    );
  }

  counts(): { readonly deliveries: number; readonly dead: number } {
    return (
      this.#db.first<{ deliveries: number; dead: number }>(
        "SELECT COUNT(*) AS deliveries, COALESCE(SUM(kind = 'dead'), 0) AS dead FROM delivery",
      ) ?? { deliveries: 0, dead: 0 }
    );
  }

  /** When an attempt's time is over, when the oldest dead letter died, and when each subscriber may be given something. */
  times(): { readonly running: number[]; readonly died: number[]; readonly due: number[] } {
    const first = (query: string) => this.#db.all<{ at: number }>(query).map(({ at }) => at);
    return {
      running: first("SELECT at FROM delivery WHERE kind = 'running' ORDER BY at LIMIT 1"),
      died: first("SELECT at FROM delivery WHERE kind = 'dead' ORDER BY at LIMIT 1"),
      due: first(
        `SELECT MAX(paused_until, at) AS at FROM
           (SELECT paused_until,
              (SELECT at FROM delivery WHERE subscriber = name AND kind = 'due' ORDER BY at LIMIT 1) AS at
            FROM subscriber)
         WHERE at IS NOT NULL`,
      ),
    };
  }

  subscribers(): Subscriber[] {
    return this.#db.all<{ name: string; pausedUntil: number; pauses: number }>(
      'SELECT name, paused_until AS pausedUntil, pauses FROM subscriber ORDER BY name',
    );
  }

  subscriber(name: string): Subscriber {
    return this.subscribers().find((known) => known.name === name) ?? { name, pausedUntil: 0, pauses: 0 };
  }

  saveSubscriber({ name, pausedUntil, pauses }: Subscriber): void {
    this.#db.run(
      'INSERT OR REPLACE INTO subscriber (name, paused_until, pauses) VALUES (?, ?, ?)',
      name,
      pausedUntil,
      pauses,
    );
  }

  /** Forgets a subscriber that has no deliveries. */
  dropIfIdle(name: string): void {
    this.#db.run(
      'DELETE FROM subscriber WHERE name = ? AND NOT EXISTS (SELECT 1 FROM delivery WHERE subscriber = ?)',
      name,
      name,
    );
  }

  #read(condition: string, ...bindings: (string | number)[]): StoredDelivery[] {
    return this.#db.all<DeliveryRow>(`${SELECT} ${condition}`, ...bindings).map(deliveryOf);
  }
}

function deliveryOf(row: DeliveryRow): StoredDelivery {
  return { seq: row.seq, subscriber: row.subscriber, key: row.key, state: stateOf(row) };
}

/** The columns of a state are written by `save` alone, so those of its kind are there. */
function stateOf({ kind, at, attempts, courier, reason }: DeliveryRow): DeliveryState {
  const time = at ?? 0;
  switch (kind) {
    case 'behind':
      return { kind };
    case 'due':
      return { kind, at: time, attempts };
    case 'running':
      return { kind, attempts, until: time, by: courier ?? 'object' };
    case 'dead':
      return { kind, attempts, at: time, reason: reason ?? 'platform' };
  }
}
