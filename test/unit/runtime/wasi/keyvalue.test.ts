/** `wasi:keyvalue` in the isolate: what it asks the platform for, and what it makes of the answers. */
import { describe, expect, it } from 'vitest';
import { CapabilityClient } from '../../../../functions/runtime/capabilities.ts';
import { CallLifetime } from '../../../../functions/runtime/lifetime.ts';
import { createWasi } from '../../../../functions/runtime/wasi/index.ts';
import type { CapabilityAnswer, CapabilityUse } from '../../../../src/isolate/protocol.ts';
import { rejectionOf, testContext } from './context.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests call what the glue would, which has no types
type Interface = any;

const done = (value: unknown): CapabilityAnswer => ({ kind: 'done', value: { ok: true, value } });

/** The interfaces of one call whose platform answers so; what it was asked goes to `asked`. */
function keyvalue(answer: (use: CapabilityUse) => CapabilityAnswer, draft = '') {
  const asked: CapabilityUse[] = [];
  const lifetime = new CallLifetime();
  const capabilities = new CapabilityClient(async (use) => {
    asked.push(use);
    return use.operation === 'open' ? done(undefined) : answer(use);
  }, lifetime);
  const names = [`wasi:keyvalue/store${draft}`, `wasi:keyvalue/atomics${draft}`, 'wasi:keyvalue/batch'];
  const wasi = createWasi(names, testContext({ lifetime, capabilities }));
  const [store, atomics, batch] = names.map((name): Interface => wasi[name]);
  return { store, atomics, batch, asked };
}

describe('an error value', () => {
  it.each<[string, CapabilityAnswer, unknown]>([
    ['denied', { kind: 'refused', reason: 'denied', message: 'nothing allows it' }, { tag: 'access-denied' }],
    [
      'exhausted',
      { kind: 'refused', reason: 'exhausted', message: 'no more uses' },
      { tag: 'other', val: 'no more uses' },
    ],
    [
      'unavailable',
      { kind: 'refused', reason: 'unavailable', message: 'PROVIDER_UNAVAILABLE: not there' },
      { tag: 'other', val: 'PROVIDER_UNAVAILABLE: not there' },
    ],
    [
      'a failure of the store',
      { kind: 'done', value: { ok: false, error: 'the bucket is full' } },
      { tag: 'other', val: 'the bucket is full' },
    ],
  ])('stands for %s', async (_, answer, payload) => {
    const { store } = keyvalue(() => answer);
    const bucket = await store.open('cache');
    expect(await rejectionOf(bucket.get('a'))).toEqual(payload);
  });

  it('of swap has that of the store in it', async () => {
    const { store, atomics } = keyvalue(({ operation }) =>
      operation === 'read' ? done({ version: 3 }) : { kind: 'refused', reason: 'denied', message: '' },
    );
    const cas = await atomics.Cas.new(await store.open('cache'), 'a');
    expect(await rejectionOf(atomics.swap(cas, Uint8Array.of(1)))).toEqual({
      tag: 'store-error',
      val: { tag: 'access-denied' },
    });
  });
});

describe('compare-and-swap', () => {
  it('names the version that it has read, and comes with a handle of the newer one when there is one', async () => {
    const { store, atomics, asked } = keyvalue(({ operation, input }) => {
      if (operation === 'read') return done({ version: 3, value: Uint8Array.of(1) });
      const { version } = input as { version: number }; // what swap sends
      return done(version === 3 ? { newer: { version: 8, value: Uint8Array.of(2) } } : {});
    });
    const cas = await atomics.Cas.new(await store.open('cache'), 'a');
    expect(cas.current()).toEqual(Uint8Array.of(1));
    const failed = (await rejectionOf(atomics.swap(cas, Uint8Array.of(9)))) as { tag: string; val: Interface };
    expect(failed.tag).toBe('cas-failed');
    expect(failed.val.current()).toEqual(Uint8Array.of(2));
    expect(await atomics.swap(failed.val, Uint8Array.of(9))).toBeUndefined();
    expect(asked.at(-1)).toEqual({
      provider: 'keyvalue',
      operation: 'swap',
      input: { bucket: 'cache', key: 'a', version: 8, value: Uint8Array.of(9) },
    });
  });
});

describe('the first draft', () => {
  it('has numbers for cursors', async () => {
    const { store, asked } = keyvalue(() => done({ keys: ['a'], cursor: '17' }), '@0.2.0-draft');
    const bucket = await store.open('cache');
    expect(await bucket.listKeys(undefined)).toEqual({ keys: ['a'], cursor: 17n });
    await bucket.listKeys(17n);
    expect(asked.at(-1)?.input).toEqual({ bucket: 'cache', cursor: '17' });
  });

  it('says so where a bucket has others', async () => {
    const { store } = keyvalue(() => done({ keys: ['a'], cursor: 'AAA=' }), '@0.2.0-draft');
    const bucket = await store.open('cache');
    expect(await rejectionOf(bucket.listKeys(undefined))).toMatchObject({ tag: 'other' });
  });

  it('counts without a sign', async () => {
    const { store, atomics, asked } = keyvalue(() => done(1n), '@0.2.0-draft');
    await atomics.increment(await store.open('cache'), 'a', 1n);
    expect(asked.at(-1)?.input).toEqual({ bucket: 'cache', key: 'a', delta: 1n, unsigned: true });
  });
});

it('the second draft has texts for cursors', async () => {
  const { store, asked } = keyvalue(() => done({ keys: ['a'], cursor: '17' }));
  const bucket = await store.open('cache');
  expect(await bucket.listKeys(undefined)).toEqual({ keys: ['a'], cursor: '17' });
  await bucket.listKeys('17');
  expect(asked.at(-1)?.input).toEqual({ bucket: 'cache', cursor: '17' });
});
