/** The bytes of objects: ranges, uploads that end well or not, copies. */
import { describe, expect, it, vi } from 'vitest';
import { sweepAbandonedBlobs } from '../../../src/capability/blobstore/upload-records.ts';
import { blobs, patterned, TestBlobstore } from '../../support/blobstore.ts';

const MIB = 1024 * 1024;
const CHUNK = 256 * 1024;

describe('a range', () => {
  it.each([
    [0n, 9n, 0, 10],
    [3n, 3n, 3, 4],
    [8n, 2n ** 64n - 1n, 8, 10],
    [0n, 0n, 0, 1],
  ])('from %s to %s has both its ends', async (start, end, from, to) => {
    const store = new TestBlobstore();
    const container = await store.container();
    await store.put(container, 'a', patterned(10));
    expect(await store.read(container, 'a', start, end)).toEqual(patterned(10).slice(from, to));
  });

  it.each([
    [10n, 20n],
    [5n, 4n],
    [2n ** 63n, 2n ** 64n - 1n],
  ])('from %s to %s is not in ten bytes', async (start, end) => {
    const store = new TestBlobstore();
    const container = await store.container();
    await store.put(container, 'a', patterned(10));
    await expect(store.read(container, 'a', start, end)).rejects.toThrow('invalid-range');
  });

  it('of an empty object is empty', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    await store.put(container, 'a', patterned(0));
    expect(await store.ask('open', { container, object: 'a', start: 0n, end: 2n ** 64n - 1n })).toMatchObject({
      length: 0,
    });
  });

  it('is not read from another state of the object than the one that was opened', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    await store.put(container, 'a', patterned(10));
    const range = await store.ask<object>('open', { container, object: 'a', start: 0n, end: 9n });
    await store.put(container, 'a', new Uint8Array(10));
    const answer = await store.carrier.readBlob({ container, object: 'a', ...range });
    expect(answer).toMatchObject({ value: { ok: false, error: { code: 'changed' } } });
  });
});

describe('an upload', () => {
  it('of 20 MiB comes back byte for byte, and leaves no record', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const bytes = patterned(20 * MIB + 7);
    await store.put(container, 'large', bytes);
    const back = await store.read(container, 'large');
    expect(back.length).toBe(bytes.length);
    expect(Buffer.compare(back, bytes)).toBe(0);
    expect((await blobs().list({ prefix: '/uploads/' })).objects).toEqual([]);
  });

  it('shows nothing before it is finished, and the old object stays until then', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    await store.put(container, 'a', patterned(5));
    const upload = await store.upload(container, 'a');
    for (let sent = 0; sent < 6 * MIB; sent += CHUNK) await upload.write(new Uint8Array(CHUNK));
    expect(await store.read(container, 'a')).toEqual(patterned(5));
    await upload.finish();
    expect(await store.ask('object-info', { container, object: 'a' })).toMatchObject({ bytes: 6 * MIB });
  });

  it.each([1, 6])('of %i MiB that is dropped leaves nothing', async (mib) => {
    const store = new TestBlobstore();
    const container = await store.container();
    const upload = await store.upload(container, 'a');
    for (let sent = 0; sent < mib * MIB; sent += CHUNK) await upload.write(new Uint8Array(CHUNK));
    upload[Symbol.dispose]();
    await store.settled();
    expect(await store.ask('list', { container })).toEqual({ names: [], last: true });
    expect((await blobs().list({ prefix: '/uploads/' })).objects).toEqual([]);
    expect(await upload.write(new Uint8Array(1))).toMatchObject({ ok: false });
    expect(await upload.finish()).toMatchObject({ kind: 'refused' });
  });

  it('that is dropped while it is finished is there whole or not at all', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const upload = await store.upload(container, 'a');
    await upload.write(patterned(10));
    const finishing = upload.finish();
    upload[Symbol.dispose]();
    const answer = await finishing;
    await store.settled();
    const there = await store.ask('has-object', { container, object: 'a' });
    expect(answer).toMatchObject({ value: { ok: there } });
  });

  it('is refused at its end when the right was taken away meanwhile', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const upload = await store.upload(container, 'a');
    await upload.write(patterned(10));
    store.granted = new Set([`read ${container}`]);
    expect(await upload.finish()).toMatchObject({ kind: 'refused', reason: 'denied' });
    await store.settled();
    expect(await store.ask('has-object', { container, object: 'a' })).toBe(false);
  });

  it('is refused at its end when the container is gone', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const upload = await store.upload(container, 'a');
    await store.ask('delete-container', { container });
    expect(await upload.finish()).toMatchObject({ value: { ok: false, error: { code: 'no-such-container' } } });
    expect((await blobs().list({ prefix: `${container}/` })).objects).toEqual([]);
  });

  it('takes one chunk at a time, and none that is too long', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const upload = await store.upload(container, 'a');
    const answers = await Promise.all([upload.write(patterned(1)), upload.write(patterned(1))]);
    expect(answers).toMatchObject([{ ok: true }, { ok: false }]);
    expect(await upload.write(new Uint8Array(CHUNK + 1))).toMatchObject({ ok: false });
    expect(await upload.finish()).toMatchObject({ kind: 'refused' });
  });

  it('is refused while its component holds too much, and is taken later', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const uploads = await Promise.all(Array.from({ length: 5 }, (_, index) => store.upload(container, `o${index}`)));
    const results = [];
    for (const upload of uploads) {
      for (let sent = 0; sent < 4 * MIB; sent += CHUNK) results.push(await upload.write(new Uint8Array(CHUNK)));
    }
    expect(results.filter(({ ok }) => !ok)[0]).toMatchObject({ error: { code: 'busy' } });
    for (const upload of uploads) upload[Symbol.dispose]();
    await store.settled();
    await store.put(container, 'later', patterned(10));
  });

  it('that nobody ended is ended by the sweep, and no other', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const upload = await store.upload(container, 'a');
    for (let sent = 0; sent < 6 * MIB; sent += CHUNK) await upload.write(new Uint8Array(CHUNK));
    expect(await sweepAbandonedBlobs(blobs(), Date.now())).toBe(0);
    expect(await sweepAbandonedBlobs(blobs(), Date.now() + 2 * 3_600_000)).toBe(1);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await upload.finish()).toMatchObject({ value: { ok: false, error: { code: 'unavailable' } } });
    await store.settled();
    expect(await store.ask('list', { container })).toEqual({ names: [], last: true });
  });
});

describe('a copy', () => {
  it('has the same bytes, and replaces what was there', async () => {
    const store = new TestBlobstore();
    const [from, to] = [await store.container(), await store.container()];
    await store.put(from, 'a', patterned(6 * MIB));
    await store.put(to, 'b', patterned(3));
    const answer = await store.carrier.copyBlob({
      from: { container: from, object: 'a' },
      to: { container: to, object: 'b' },
    });
    expect(answer).toMatchObject({ value: { ok: true } });
    expect(Buffer.compare(await store.read(to, 'b'), patterned(6 * MIB))).toBe(0);
    expect(await store.ask('has-object', { container: from, object: 'a' })).toBe(true);
  });

  it('moves: the source is gone, but not when it is the target', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    await store.put(container, 'a', patterned(3));
    const [a, b] = [
      { container, object: 'a' },
      { container, object: 'b' },
    ];
    await store.carrier.moveBlob({ from: a, to: b });
    await store.carrier.moveBlob({ from: b, to: b });
    expect(await store.ask('list', { container })).toEqual({ names: ['b'], last: true });
    expect(await store.carrier.moveBlob({ from: a, to: b })).toMatchObject({
      value: { error: { code: 'no-such-object' } },
    });
    const nowhere = { from: b, to: { container: `${container}-x`, object: 'a' } };
    expect(await store.carrier.moveBlob(nowhere)).toMatchObject({ value: { error: { code: 'no-such-container' } } });
  });

  it('needs its rights on both sides', async () => {
    const store = new TestBlobstore();
    const [from, to] = [await store.container(), await store.container()];
    await store.put(from, 'a', patterned(3));
    const input = { from: { container: from, object: 'a' }, to: { container: to, object: 'a' } };
    for (const granted of [[`read ${from}`], [`write ${to}`], [`read ${to}`, `write ${from}`]]) {
      store.granted = new Set(granted);
      expect(await store.carrier.copyBlob(input)).toMatchObject({ kind: 'refused', reason: 'denied' });
    }
    store.granted = new Set([`read ${from}`, `write ${to}`]);
    expect(await store.carrier.moveBlob(input)).toMatchObject({ kind: 'refused', reason: 'denied' });
    expect(await store.carrier.copyBlob(input)).toMatchObject({ kind: 'done' });
  });
});

it('is given up with the call, whoever holds it', async () => {
  const store = new TestBlobstore();
  const container = await store.container();
  const upload = await store.upload(container, 'a');
  await upload.write(patterned(10));
  store.carrier.close();
  expect(await upload.finish()).toMatchObject({ kind: 'refused' });
  expect(await store.carrier.writeBlob({ container, object: 'a' })).toMatchObject({ kind: 'refused' });
  expect(await store.ask('list', { container })).toEqual({ names: [], last: true });
});
