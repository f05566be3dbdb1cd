/** The interfaces of `wasi:blobstore` as a guest uses them, over R2: containers, ranges, streams, errors. */
import { describe, expect, it } from 'vitest';
import { blobs, freshContainer, patterned, TestBlobstore } from '../../support/blobstore.ts';
import { payloadOf, WasiGuest } from '../../support/wasi-guest.ts';

const ALL = 2n ** 64n - 1n;
const STORE = 'wasi:blobstore/blobstore#';
const CONTAINER = 'wasi:blobstore/container#[method]container.';
const NAMES = 'wasi:blobstore/container#[method]stream-object-names.';
const NEW_VALUE = 'wasi:blobstore/types#[static]outgoing-value.new-outgoing-value';
const WRITE_BODY = 'wasi:blobstore/types#[method]outgoing-value.outgoing-value-write-body';
const FINISH = 'wasi:blobstore/types#[static]outgoing-value.finish';
const CONSUME_SYNC = 'wasi:blobstore/types#[static]incoming-value.incoming-value-consume-sync';
const CONSUME_ASYNC = 'wasi:blobstore/types#[static]incoming-value.incoming-value-consume-async';
const SIZE = 'wasi:blobstore/types#[method]incoming-value.size';
const WRITE = 'wasi:io/streams#[method]output-stream.blocking-write-and-flush';
const READ = 'wasi:io/streams#[method]input-stream.blocking-read';

class BlobGuest extends WasiGuest {
  readonly store: TestBlobstore;

  constructor(store = new TestBlobstore()) {
    super({ use: ({ operation, input }) => store.use(operation, input), carrier: store.carrier });
    this.store = store;
  }

  /** A container that the guest has made. */
  made(): Promise<unknown> {
    return this.call(`${STORE}create-container`, freshContainer());
  }

  value(): Promise<Disposable> {
    return this.call(NEW_VALUE);
  }

  /** The value of a whole object. */
  get(container: unknown, name: string, start = 0n, end = ALL): Promise<unknown> {
    return this.call(`${CONTAINER}get-data`, container, name, start, end);
  }

  /** Stores bytes as most programs do: body, `write-data`, `finish`. */
  async put(container: unknown, name: string, bytes: Uint8Array, order: 'before' | 'after' = 'after'): Promise<void> {
    const value = await this.value();
    const body = await this.call(WRITE_BODY, value);
    if (order === 'before') await this.#write(body, bytes);
    await this.call(`${CONTAINER}write-data`, container, name, value);
    if (order === 'after') await this.#write(body, bytes);
    await this.call(FINISH, value);
  }

  /** Reads a stream to its end. */
  async readAll(value: unknown): Promise<Uint8Array> {
    const stream = await this.call(CONSUME_ASYNC, value);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (;;) {
      const part = await this.call<Uint8Array<ArrayBuffer>>(READ, stream, 100_000n).catch(payloadOf);
      if (!(part instanceof Uint8Array)) {
        expect(part).toEqual({ tag: 'closed' });
        return new Uint8Array(await new Blob(parts).arrayBuffer());
      }
      parts.push(part.slice());
    }
  }

  async #write(body: unknown, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += 4_096) await this.call(WRITE, body, bytes.subarray(at, at + 4_096));
  }
}

describe('a guest', () => {
  it.each(['before', 'after'] as const)('stores bytes that it writes %s write-data, and reads them', async (order) => {
    const guest = new BlobGuest();
    const container = await guest.made();
    await guest.put(container, 'a', patterned(100_000), order);
    const value = await guest.get(container, 'a');
    expect(await guest.call(SIZE, value)).toBe(100_000n);
    expect(await guest.call(CONSUME_SYNC, value)).toEqual(patterned(100_000));
  });

  it('streams 20 MiB in and out, and reads a part of it at once', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    const bytes = patterned(20 * 1024 * 1024 + 3);
    await guest.put(container, 'large', bytes);
    expect(await guest.failure(CONSUME_SYNC, await guest.get(container, 'large'))).toMatch(/^too-large: /);
    expect(Buffer.compare(await guest.readAll(await guest.get(container, 'large')), bytes)).toBe(0);
    const part = await guest.get(container, 'large', 10_000_000n, 10_000_009n);
    expect(await guest.call(CONSUME_SYNC, part)).toEqual(bytes.slice(10_000_000, 10_000_010));
  });

  it('reads an empty object', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    await guest.put(container, 'empty', new Uint8Array());
    expect(await guest.readAll(await guest.get(container, 'empty'))).toEqual(new Uint8Array());
  });

  it('learns of containers and objects what there is to know', async () => {
    const guest = new BlobGuest();
    const name = freshContainer();
    const container = await guest.call(`${STORE}create-container`, name);
    const createdAt = expect.any(BigInt);
    expect(await guest.call(`${STORE}container-exists`, name)).toBe(true);
    expect(await guest.call(`${CONTAINER}name`, container)).toBe(name);
    expect(await guest.call(`${CONTAINER}info`, container)).toEqual({ name, createdAt });
    await guest.put(container, 'a', patterned(7));
    const info = { name: 'a', container: name, createdAt, size: 7n };
    expect(await guest.call(`${CONTAINER}object-info`, container, 'a')).toEqual(info);
    const object = (each: string) => ({ container: name, object: each });
    await guest.call(`${STORE}copy-object`, object('a'), object('b'));
    await guest.call(`${STORE}move-object`, object('a'), object('c'));
    const names = await guest.call(`${CONTAINER}list-objects`, container);
    expect(await guest.call(`${NAMES}read-stream-object-names`, names, 1n)).toEqual([['b'], false]);
    expect(await guest.call(`${NAMES}skip-stream-object-names`, names, 5n)).toEqual([1n, true]);
    expect(await guest.call(`${NAMES}read-stream-object-names`, names, 5n)).toEqual([[], true]);
    await guest.call(`${CONTAINER}delete-objects`, container, ['b', 'never there']);
    expect(await guest.call(`${CONTAINER}has-object`, container, 'b')).toBe(false);
    await guest.call(`${CONTAINER}clear`, container);
    expect(await guest.call(`${CONTAINER}has-object`, container, 'c')).toBe(false);
    await guest.call(`${STORE}delete-container`, name);
    expect(await guest.failure(`${STORE}get-container`, name)).toMatch(/^no-such-container: /);
  });

  it('is refused with a text, without a trap', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    guest.store.granted = new Set();
    const denied = 'access-denied: the test';
    const object = { container: 'other', object: 'a' };
    expect(await guest.failure(`${STORE}get-container`, 'other')).toBe(denied);
    expect(await guest.failure(`${CONTAINER}write-data`, container, 'a', await guest.value())).toBe(denied);
    expect(await guest.failure(`${STORE}copy-object`, object, object)).toBe(denied);
  });

  it('hears that nothing is there when nobody answers', async () => {
    const guest = new WasiGuest();
    const object = { container: 'other', object: 'a' };
    expect(await guest.failure(`${STORE}create-container`, 'box')).toMatch(/^unavailable: /);
    expect(await guest.failure(`${STORE}copy-object`, object, object)).toMatch(/^unavailable: /);
  });
});

describe('an outgoing value', () => {
  it('that is dropped before finish stores nothing', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    const value = await guest.value();
    const body = await guest.call(WRITE_BODY, value);
    await guest.call(`${CONTAINER}write-data`, container, 'a', value);
    await guest.call(WRITE, body, patterned(10));
    value[Symbol.dispose]();
    await guest.store.settled();
    expect(await guest.call(`${CONTAINER}has-object`, container, 'a')).toBe(false);
    expect(await guest.failure(WRITE, body, patterned(1))).toEqual({ tag: 'closed' });
  });

  it('stores nothing when its right is taken away before finish', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    const value = await guest.value();
    await guest.call(`${CONTAINER}write-data`, container, 'a', value);
    guest.store.granted = new Set();
    expect(await guest.failure(FINISH, value)).toBe('access-denied: the test');
    guest.store.granted = undefined;
    expect(await guest.call(`${CONTAINER}has-object`, container, 'a')).toBe(false);
  });

  it('has one body, and is for one object, which it needs', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    const value = await guest.value();
    await guest.call(WRITE_BODY, value);
    expect(await guest.failure(WRITE_BODY, value)).toBeUndefined();
    await guest.call(`${CONTAINER}write-data`, container, 'a', value);
    expect(await guest.failure(`${CONTAINER}write-data`, container, 'b', value)).toMatch(/^invalid: /);
    await guest.call(FINISH, value);
    expect(await guest.failure(FINISH, await guest.value())).toMatch(/^invalid: /);
  });

  it('takes no more than 2 MiB before it knows its object', async () => {
    const guest = new BlobGuest();
    const body = await guest.call(WRITE_BODY, await guest.value());
    const page = new Uint8Array(4_096);
    for (let written = 0; written < 2 * 1024 * 1024; written += page.length) await guest.call(WRITE, body, page);
    expect(await guest.failure(WRITE, body, page)).toMatchObject({ tag: 'last-operation-failed' });
  });

  it('is one of eight at a time', async () => {
    const guest = new BlobGuest();
    const values = await Promise.all(Array.from({ length: 8 }, () => guest.value()));
    for (const value of values) await guest.call(WRITE_BODY, value);
    const ninth = await guest.value();
    expect(await guest.failure(WRITE_BODY, ninth)).toBeUndefined();
    values[0]?.[Symbol.dispose]();
    expect(await guest.call(WRITE_BODY, ninth)).toBeDefined();
  });
});

describe('an incoming value', () => {
  it('breaks off when its right is taken away, before the next segment', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    const name = await guest.call(`${CONTAINER}name`, container);
    await blobs().put(`${name}/large`, new Uint8Array(20 * 1024 * 1024));
    const stream = await guest.call(CONSUME_ASYNC, await guest.get(container, 'large'));
    let bytes = (await guest.call<Uint8Array>(READ, stream, 1n)).length;
    guest.store.granted = new Set();
    for (;;) {
      const part = await guest.call(READ, stream, 1_000_000n).catch(payloadOf);
      if (part instanceof Uint8Array) bytes += part.length;
      else {
        expect(part).toMatchObject({ tag: 'last-operation-failed' });
        break;
      }
    }
    expect(bytes).toBe(8 * 1024 * 1024);
  });

  it('breaks off when its object is replaced', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    await guest.put(container, 'a', patterned(10));
    const value = await guest.get(container, 'a');
    await guest.put(container, 'a', patterned(20));
    expect(await guest.failure(CONSUME_SYNC, value)).toMatch(/^changed: /);
  });

  it('lets go of a guest that waits when the call is over', async () => {
    const guest = new BlobGuest();
    const container = await guest.made();
    await guest.put(container, 'a', patterned(10));
    const reading = guest.call(CONSUME_SYNC, await guest.get(container, 'a'));
    guest.lifetime.end();
    await expect(reading).rejects.toThrow('the call is over');
  });
});
