/** What a topic keeps of its messages, over `schema.ts`. Every method is one statement or two; whoever calls opens the transaction. */
import { type Database, migrate, type Row, schemaVersion } from '../shared/database.ts';
import type { NewMessage } from './contract.ts';
import { TOPIC_MIGRATIONS } from './schema.ts';

export interface StoredMessage extends NewMessage {
  readonly seq: number;
  readonly id: string;
  readonly key: string | null;
  readonly bytes: number;
  readonly inbox: string | null;
  readonly publishedAt: number;
}

export interface Totals {
  readonly messages: number;
  readonly bytes: number;
}

interface MessageRow extends Row {
  readonly seq: number;
  readonly id: string;
  readonly key: string | null;
  readonly content_type: string | null;
  readonly metadata: string;
  readonly data: ArrayBuffer;
  readonly bytes: number;
  readonly publisher: string;
  readonly request: string;
  readonly hops: number;
  readonly inbox: string | null;
  readonly published_at: number;
}

export class MessageStore {
  readonly #db: Database;
  #isOpen: boolean;

  constructor(db: Database) {
    this.#db = db;
    // A topic that nobody published to stays empty: anybody with a token can ask for a made-up name.
    this.#isOpen = schemaVersion(db) > 0;
    if (this.#isOpen) migrate(db, TOPIC_MIGRATIONS);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(name: string): void {
    if (this.#isOpen) return;
    migrate(this.#db, TOPIC_MIGRATIONS);
    this.#db.run('INSERT INTO topic (id, name, messages, bytes) VALUES (1, ?, 0, 0)', name);
    this.#isOpen = true;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  topic(): string {
    return this.#db.first<{ name: string }>('SELECT name FROM topic')?.name ?? '';
  }

  totals(): Totals {
    return this.#db.first<{ messages: number; bytes: number }>('SELECT messages, bytes FROM topic') ?? NOTHING;
  }

  add({ data, contentType, metadata, publisher, request, hops, ...rest }: Omit<StoredMessage, 'seq'>): void {
    const { id, key, bytes, inbox, publishedAt } = rest;
    this.#db.run(
      `INSERT INTO message (id, key, content_type, metadata, data, bytes, publisher, request, hops, inbox, published_at, routed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
      id,
      key,
      contentType ?? null,
      JSON.stringify(metadata),
      bufferOf(data),
      bytes,
      publisher,
      request,
      hops,
      inbox,
      publishedAt,
    );
    this.#db.run('UPDATE topic SET messages = messages + 1, bytes = bytes + ?', bytes);
  }

  find(seq: number): StoredMessage | undefined {
    const row = this.#db.first<MessageRow>(
      `SELECT seq, id, key, content_type, metadata, data, bytes, publisher, request, hops, inbox, published_at
       FROM message WHERE seq = ?`,
      seq,
    );
    if (row === undefined) return undefined;
    const { content_type: contentType, metadata, data, published_at: publishedAt, ...same } = row;
    return {
      ...same,
      publishedAt,
      data: new Uint8Array(data),
      // A cast: only `add` writes the column.
      metadata: JSON.parse(metadata) as StoredMessage['metadata'],
      ...(contentType === null ? {} : { contentType }),
    };
  }

  /** Number of the newest message, routed or not; 0 when there is none. */
  lastSeq(): number {
    if (!this.#isOpen) return 0;
    return this.#db.first<{ seq: number }>('SELECT seq FROM message ORDER BY seq DESC LIMIT 1')?.seq ?? 0;
  }

  /** Messages without deliveries up to `lastSeq`, in order. */
  unrouted(lastSeq: number, limit: number): { readonly seq: number; readonly key: string | null }[] {
    return this.#db.all<{ seq: number; key: string | null }>(
      'SELECT seq, key FROM message WHERE routed = 0 AND seq <= ? ORDER BY seq LIMIT ?',
      lastSeq,
      limit,
    );
  }

  hasUnrouted(): boolean {
    return this.#db.first('SELECT seq FROM message WHERE routed = 0 LIMIT 1') !== undefined;
  }

  setRouted(seq: number): void {
    this.#db.run('UPDATE message SET routed = 1 WHERE seq = ?', seq);
  }

  /** Forgets a message of which nothing is left to be delivered. */
  dropIfDone(seq: number): void {
    const isKept = this.#db.first('SELECT seq FROM delivery WHERE seq = ? LIMIT 1', seq) !== undefined;
    const message = this.#db.first<{ bytes: number }>('SELECT bytes FROM message WHERE seq = ?', seq);
    if (isKept || message === undefined) return;
    this.#db.run('DELETE FROM message WHERE seq = ?', seq);
    this.#db.run('UPDATE topic SET messages = messages - 1, bytes = bytes - ?', message.bytes);
  }

  /** When the oldest message of which something waits was published. */
  oldestWaiting(): number | undefined {
    return this.#db.first<{ at: number }>(
      `SELECT published_at AS at FROM delivery JOIN message USING (seq)
       WHERE kind IN ('due', 'behind') ORDER BY seq LIMIT 1`,
    )?.at;
  }
}

const NOTHING: Totals = { messages: 0, bytes: 0 };

/** The bytes in a buffer of their own. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer; // what comes over RPC is never shared
}
