/** A plain Worker with the bindings in hand: reads a key, sends a request, stores a message, as often as it is told. */
import { DurableObject } from 'cloudflare:workers';

interface Bindings {
  readonly BUCKETS: DurableObjectNamespace<PlainBucket>;
  readonly TOPICS: DurableObjectNamespace<PlainTopic>;
}

interface Order {
  readonly count: number;
  readonly authority?: string;
}

export class PlainBucket extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID');
  }

  get(key: string): ArrayBuffer | undefined {
    const [row] = this.ctx.storage.sql.exec<{ value: ArrayBuffer }>('SELECT value FROM entries WHERE key = ?', key);
    return row?.value;
  }

  set(key: string, value: Uint8Array): void {
    this.ctx.storage.sql.exec('INSERT OR REPLACE INTO entries (key, value) VALUES (?, ?)', key, value);
  }
}

export class PlainTopic extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB)');
  }

  publish(data: Uint8Array): void {
    this.ctx.storage.sql.exec('INSERT INTO messages (data) VALUES (?)', data);
  }
}

const VALUE = new TextEncoder().encode('bench');

async function get({ BUCKETS }: Bindings, { count }: Order): Promise<void> {
  const bucket = BUCKETS.getByName('bench');
  await bucket.set('bench', VALUE);
  for (let i = 0; i < count; i += 1) {
    if ((await bucket.get('bench'))?.byteLength !== VALUE.length) throw new Error('the value is not there');
  }
}

async function fetchAll(_env: Bindings, { count, authority }: Order): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const response = await fetch(`http://${authority}/`);
    if (response.status !== 200) throw new Error(`the origin answered ${response.status}`);
    await response.body?.cancel();
  }
}

async function send({ TOPICS }: Bindings, { count }: Order): Promise<void> {
  const topic = TOPICS.getByName('bench');
  for (let i = 0; i < count; i += 1) await topic.publish(VALUE);
}

const RUNS = { get, fetch: fetchAll, send };

export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    const name = new URL(request.url).pathname.split('/')[2];
    if (request.method === 'GET') return new Response('ok');
    if (name !== 'get' && name !== 'fetch' && name !== 'send') return new Response('unknown', { status: 404 });
    await RUNS[name](env, await request.json());
    return Response.json({ result: null });
  },
};
