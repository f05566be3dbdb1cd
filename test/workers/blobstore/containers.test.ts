/** Containers and what is known of their objects, over R2. */
import { describe, expect, it } from 'vitest';
import { blobs, freshContainer, patterned, TestBlobstore } from '../../support/blobstore.ts';

describe('a container', () => {
  it('is there once it is made, empty, with its time', async () => {
    const store = new TestBlobstore();
    const container = freshContainer();
    expect(await store.ask('container-exists', { container })).toBe(false);
    await expect(store.ask('get-container', { container })).rejects.toThrow(`no-such-container: there is no container`);
    const { createdAt } = await store.ask<{ createdAt: number }>('create-container', { container });
    expect(Math.abs(createdAt - Date.now() / 1_000)).toBeLessThan(60);
    expect(await store.ask('container-info', { container })).toEqual({ createdAt });
    expect(await store.ask('container-exists', { container })).toBe(true);
    expect(await store.ask('list', { container })).toEqual({ names: [], last: true });
  });

  it('is made once only, also when many try', async () => {
    const store = new TestBlobstore();
    const container = freshContainer();
    const answers = await Promise.all(Array.from({ length: 5 }, () => store.use('create-container', { container })));
    const made = answers.filter((answer) => answer.kind === 'done' && (answer.value as { ok: boolean }).ok);
    expect(made).toHaveLength(1);
    await expect(store.ask('create-container', { container })).rejects.toThrow('container-exists');
  });

  it('goes with all its objects, and comes back empty', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const neighbour = `${container}-2`;
    await store.ask('create-container', { container: neighbour });
    for (const name of ['a', 'b/c']) await store.put(container, name, patterned(10));
    await store.put(neighbour, 'a', patterned(10));
    await store.ask('delete-container', { container });
    expect((await blobs().list({ prefix: `${container}/` })).objects).toEqual([]);
    await store.ask('create-container', { container });
    expect(await store.ask('list', { container })).toEqual({ names: [], last: true });
    expect(await store.ask('list', { container: neighbour })).toEqual({ names: ['a'], last: true });
  });

  it('is emptied and stays', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    await store.put(container, 'a', patterned(10));
    await store.ask('clear', { container });
    expect(await store.ask('list', { container })).toEqual({ names: [], last: true });
    expect(await store.ask('container-exists', { container })).toBe(true);
  });

  it('lists more names than R2 gives at once, each once', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    const names = Array.from({ length: 1_003 }, (_, index) => `n${String(index).padStart(5, '0')}`);
    await Promise.all(names.map((name) => blobs().put(`${container}/${name}`, 'x')));
    const first = await store.ask<{ names: string[]; last: boolean }>('list', { container });
    expect(first).toMatchObject({ last: false });
    const rest = await store.ask<{ names: string[]; last: boolean }>('list', { container, after: first.names.at(-1) });
    expect(rest).toMatchObject({ last: true });
    expect([...first.names, ...rest.names]).toEqual(names);
    await store.ask('clear', { container });
    expect(await store.ask('list', { container })).toEqual({ names: [], last: true });
  });
});

describe('objects', () => {
  it('are known by size and time, and gone when they are deleted', async () => {
    const store = new TestBlobstore();
    const container = await store.container();
    await store.put(container, 'a', patterned(10));
    expect(await store.ask('object-info', { container, object: 'a' })).toMatchObject({ bytes: 10 });
    expect(await store.ask('has-object', { container, object: 'a' })).toBe(true);
    await store.ask('delete-objects', { container, objects: ['a', 'never there'] });
    expect(await store.ask('has-object', { container, object: 'a' })).toBe(false);
    await expect(store.ask('object-info', { container, object: 'a' })).rejects.toThrow('no-such-object');
  });

  it.each(['../other/secret', '/abs', '..', '.', '%2e%2e/x', 'a//b', 'ä\u{1F600}', 'x'.repeat(900)])(
    'may be called %s, and stay in their container',
    async (object) => {
      const store = new TestBlobstore();
      const container = await store.container();
      await store.put(container, object, patterned(3));
      expect(await store.ask('list', { container })).toEqual({ names: [object], last: true });
      expect((await blobs().list({ prefix: `${container}/` })).objects.map(({ key }) => key)).toEqual([
        `${container}/`,
        `${container}/${object}`,
      ]);
      expect(await store.read(container, object)).toEqual(patterned(3));
    },
  );

  it.each([
    ['', 'at least one character'],
    ['x'.repeat(1_024), 'bytes of UTF-8'],
    ['ä'.repeat(510), 'bytes of UTF-8'],
    ['nul\0', 'NUL'],
    ['half \ud800', 'NUL'],
  ])('are not called %j', async (object, reason) => {
    const store = new TestBlobstore();
    const container = await store.container();
    await expect(store.ask('has-object', { container, object })).rejects.toThrow(reason);
    await expect(store.upload(container, object)).rejects.toThrow(reason);
  });

  it.each(['', 'a/b', '../x', '/uploads', '.hidden', 'ä', 'x'.repeat(64)])(
    'are in no container called %j',
    async (container) => {
      const store = new TestBlobstore();
      await expect(store.ask('create-container', { container })).rejects.toThrow('invalid-name');
      await expect(store.ask('has-object', { container, object: 'a' })).rejects.toThrow('invalid-name');
      expect(store.asked).toEqual([]);
    },
  );
});

describe('the grants', () => {
  it.each([
    ['create-container', {}, 'write'],
    ['delete-container', {}, 'write'],
    ['clear', {}, 'write'],
    ['delete-objects', { objects: ['a'] }, 'write'],
    ['admit-write', {}, 'write'],
    ['container-info', {}, 'read'],
    ['list', {}, 'read'],
    ['has-object', { object: 'a' }, 'read'],
    ['object-info', { object: 'a' }, 'read'],
    ['open', { object: 'a', start: 0n, end: 1n }, 'read'],
    ['admit-read', {}, 'read'],
  ])('decide %s by the right to %s', async (operation, input, access) => {
    const store = new TestBlobstore();
    const container = await store.container();
    const other = access === 'read' ? 'write' : 'read';
    store.granted = new Set([`${other} ${container}`, `${access} another`]);
    expect(await store.use(operation, { container, ...input })).toMatchObject({ kind: 'refused', reason: 'denied' });
    store.granted = new Set([`${access} ${container}`]);
    expect(await store.use(operation, { container, ...input })).toMatchObject({ kind: 'done' });
  });

  it.each(['get-container', 'container-exists'])('let either right %s', async (operation) => {
    const store = new TestBlobstore();
    const container = await store.container();
    for (const access of ['read', 'write']) {
      store.granted = new Set([`${access} ${container}`]);
      expect(await store.use(operation, { container })).toMatchObject({ kind: 'done' });
    }
    store.granted = new Set();
    expect(await store.use(operation, { container })).toMatchObject({ kind: 'refused', reason: 'denied' });
  });
});

describe('what an isolate sends', () => {
  it.each([
    ['create-container', undefined],
    ['create-container', { container: 7 }],
    [
      'create-container',
      {
        get container() {
          throw new Error('no');
        },
      },
    ],
    ['list', { container: 'box', after: 7 }],
    ['delete-objects', { container: 'box', objects: 'a' }],
    ['delete-objects', { container: 'box', objects: Array.from({ length: 1_001 }, () => 'a') }],
    ['open', { container: 'box', object: 'a', start: 0, end: 1 }],
    ['open', { container: 'box', object: 'a', start: -1n, end: 1n }],
    ['constructor', { container: 'box' }],
    ['toString', {}],
  ])('is refused when %s is asked with nonsense', async (operation, input) => {
    const store = new TestBlobstore();
    expect(await store.use(operation, input)).toMatchObject({ kind: 'refused', reason: 'invalid' });
    expect(store.asked).toEqual([]);
  });
});
