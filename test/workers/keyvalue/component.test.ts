/** A real component and its buckets: what it sets, it gets, whatever happens to objects in between. */
import { evictAllDurableObjects } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { freshName, request } from '../../support/gateway-client.ts';
import { DENIED, keyvalueComponent, ok, other, take } from './steps.ts';

const ALL = 'access: [read, write, delete]';

describe('a component with a bucket', () => {
  it('gets what it has set, in this call and in the next', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    expect(await take(name, bucket, ['get', 'a'], ['set', 'a', 'Müsli'], ['get', 'a'], ['exists', 'a'])).toEqual([
      ok(),
      ok(),
      ok('Müsli'),
      ok(true),
    ]);
    expect(await take(name, bucket, ['get', 'a'], ['delete', 'a'], ['exists', 'a'])).toEqual([
      ok('Müsli'),
      ok(),
      ok(false),
    ]);
  });

  it('finds what was acknowledged after everything was evicted', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    expect(await take(name, bucket, ['set', 'a', '1'])).toEqual([ok()]);
    await evictAllDurableObjects();
    expect(await take(name, bucket, ['get', 'a'])).toEqual([ok('1')]);
  });

  it('cannot open a bucket that no rule names', async () => {
    const name = await keyvalueComponent(`{bucket: mine-*, ${ALL}}`);
    expect(await take(name, 'yours')).toEqual([DENIED]);
  });
});

describe('what a policy says', () => {
  it('holds for each access by itself', async () => {
    const bucket = freshName('b');
    const writer = await keyvalueComponent(`{bucket: ${bucket}, access: [write]}`);
    const steps = [
      ['set', 'a', '1'],
      ['get', 'a'],
      ['exists', 'a'],
      ['list'],
      ['delete', 'a'],
      ['increment', 'a', '1'],
      ['cas', 'a'],
    ] as const;
    expect(await take(writer, bucket, ...steps)).toEqual([ok(), ...Array(6).fill(DENIED)]);
    const reader = await keyvalueComponent(`{bucket: ${bucket}, access: [read]}`);
    expect(await take(reader, bucket, ['get', 'a'], ['set', 'a', '2'], ['delete', 'a'], ['get', 'a'])).toEqual([
      ok('1'),
      DENIED,
      DENIED,
      ok('1'),
    ]);
  });

  it('keeps a bucket from a component that it does not name, there or not, and the refusal is a fact', async () => {
    const bucket = freshName('b');
    const owner = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    await take(owner, bucket, ['set', 'secret', 'value']);
    const other = await keyvalueComponent(`{bucket: another, ${ALL}}`);
    expect(await take(other, bucket)).toEqual(await take(other, freshName('b')));
    expect(await take(other, bucket)).toEqual([DENIED]);
    const events = async () => (await (await request(`/v1/components/${other}/events?limit=500`)).json<Events>()).items;
    await expect.poll(async () => (await events()).filter(({ type }) => type === 'CapabilityDenied')).not.toEqual([]);
    const denials = (await events()).filter(({ type }) => type === 'CapabilityDenied');
    expect(denials).toContainEqual(
      expect.objectContaining({ capability: 'keyvalue', resource: `read ${bucket}`, rule: 'nothing allows it' }),
    );
    expect(JSON.stringify(denials)).not.toContain('secret');
  });

  it.each(['', '*', '../b', 'b/c', 'B'.repeat(64), '\u0000'])(
    'lets nobody open the bucket %j, which is none',
    async (name) => {
      expect(await take(await keyvalueComponent(`{bucket: "*", ${ALL}}`), name)).toEqual([DENIED]);
    },
  );

  it('can keep a bucket in Workers KV, where nothing is atomic', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}, store: kv}`);
    const answers = await take(
      name,
      bucket,
      ['set', 'a', 'Müsli'],
      ['get', 'a'],
      ['list'],
      ['increment', 'n', '1'],
      ['cas', 'a'],
    );
    expect(answers).toMatchObject([
      ok(),
      ok('Müsli'),
      ok({ keys: ['a'], cursor: null }),
      other(expect.stringContaining('not atomic')),
      other(expect.stringContaining('not atomic')),
    ]);
    // It is somewhere else than the object of that name.
    const durable = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    expect(await take(durable, bucket, ['get', 'a'])).toEqual([ok()]);
  });

  it('counts each use, and refuses those that are too many', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    const text = `permissions: {keyvalue: {allow: [{bucket: ${bucket}, ${ALL}}]}}\nresources: {limits: {capabilityUses: 2}}\n`;
    expect((await request(`/v1/components/${name}/policy`, { method: 'PUT', body: text })).status).toBe(200);
    expect(await take(name, bucket, ['set', 'a', '1'], ['set', 'b', '1'])).toMatchObject([
      ok(),
      other(expect.stringContaining('its 2 uses')),
    ]);
  });
});

describe('atomics', () => {
  it('count exactly, however many calls count', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    await Promise.all(Array.from({ length: 50 }, () => take(name, bucket, ['increment', 'n', '3'])));
    expect(await take(name, bucket, ['get', 'n'], ['increment', 'n', '-200'])).toEqual([ok('150'), ok('-50')]);
  });

  it('swap what has not changed, and hand over what has', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    const answers = await take(
      name,
      bucket,
      ['set', 'a', '1'],
      ['cas', 'a'],
      ['set', 'a', '2'],
      ['swap', '3'],
      ['swap', '3'],
      ['get', 'a'],
    );
    expect(answers).toEqual([ok(), ok('1'), ok(), { err: { tag: 'cas-failed', current: '2' } }, ok(), ok('3')]);
  });
});

describe('batches and lists', () => {
  it('give what is there in the order that was asked for', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    const answers = await take(
      name,
      bucket,
      ['setMany', ['a', '1'], ['b', '2']],
      ['getMany', 'b', 'gone', 'a'],
      ['deleteMany', 'a', 'gone'],
      ['list'],
    );
    expect(answers).toEqual([ok(), ok([['b', '2'], null, ['a', '1']]), ok(), ok({ keys: ['b'], cursor: null })]);
  });

  it('tell what is wrong with a key or a value', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    const answers = await take(
      name,
      bucket,
      ['get', ''],
      ['fill', 'a', 1_048_577],
      ['fill', 'a', 1_048_576],
      ['size', 'a'],
    );
    expect(answers).toMatchObject([
      other(expect.stringContaining('at least one character')),
      other(expect.stringContaining('1048576')),
      ok(),
      ok(1_048_576),
    ]);
  });
});

describe('the first draft', () => {
  it('links, with numbers for cursors and counts without sign', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`, 'keyvalueDraft1');
    const keys = Array.from({ length: 1_001 }, (_, index) => [`k${index}`, '1'] as const);
    const [, , page] = await take(
      name,
      bucket,
      ['setMany', ...keys.slice(1)],
      ['setMany', ...keys.slice(0, 1)],
      ['list'],
    );
    expect(page).toMatchObject(ok({ cursor: 1_000 }));
    expect(await take(name, bucket, ['list', 1_000], ['increment', 'n', '5'])).toEqual([
      ok({ keys: ['k0'], cursor: null }),
      ok('5'),
    ]);
    const second = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    expect(await take(second, bucket, ['increment', 'n', '-9'])).toEqual([ok('-4')]);
    expect(await take(name, bucket, ['increment', 'n', '1'], ['increment', 'n', '4'])).toMatchObject([
      other(expect.stringContaining('count')),
      ok('0'),
    ]);
  });
});

interface Events {
  readonly items: readonly { readonly type: string }[];
}
