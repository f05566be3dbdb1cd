/** The provider `keyvalue`: what has to be allowed for what, what it refuses, and where it goes. */
import { describe, expect, it } from 'vitest';
import type { BucketStore } from '../../../../src/capability/keyvalue/bucket-store.ts';
import { KeyValueProvider, type UseBucket } from '../../../../src/capability/keyvalue/provider.ts';
import type { ProviderUse } from '../../../../src/capability/provider.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../../../../src/core/limits.ts';
import { ok } from '../../../../src/core/result.ts';
import type { AccessRequest, Decision, KeyValueStore } from '../../../../src/policy/index.ts';
import { CALL_LIFE } from '../../../support/call-life.ts';

const VALUE = Uint8Array.of(1);

/** A store that answers everything with its own name. */
function store(name: string): UseBucket {
  return (bucket, _, body) => {
    const answer = async () => ok(`${name}:${bucket}`);
    // A cast: the provider passes on what a store answers, whatever it is.
    return body(new Proxy({}, { get: () => answer }) as BucketStore);
  };
}

/** A use by a component that may do this much with every bucket. */
function use(operation: string, input: unknown, access: readonly string[], kept: KeyValueStore = 'durable') {
  const asked: string[] = [];
  const decide = (request: AccessRequest): Decision => {
    if (request.capability !== 'keyvalue') throw new Error(request.capability);
    asked.push(request.access);
    const allowed = access.includes(request.access);
    return { allowed, rule: 'test', ...(allowed ? { store: kept } : {}) };
  };
  const unexpected = (): never => {
    throw new Error('not of keyvalue');
  };
  const made: ProviderUse = {
    life: CALL_LIFE,
    refuse: unexpected,
    subrequest: unexpected,
    grants: unexpected,
    onEnd: unexpected,
    operation,
    input,
    caller: { component: 'c', version: 'v1', instance: 'i', request: 'r' },
    allow: decide,
    allowAny: (requests) => requests.map(decide).find(({ allowed }) => allowed) ?? { allowed: false, rule: 'test' },
  };
  return { made, asked };
}

const provider = new KeyValueProvider({ durable: store('durable'), kv: store('kv') });

async function answered(operation: string, input: object, access: readonly string[], kept?: KeyValueStore) {
  return provider.invoke(use(operation, { bucket: 'b', ...input }, access, kept).made);
}

describe('access', () => {
  it.each<[operation: string, input: object, needs: readonly string[]]>([
    ['get', { key: 'k' }, ['read']],
    ['exists', { key: 'k' }, ['read']],
    ['listKeys', {}, ['read']],
    ['set', { key: 'k', value: VALUE }, ['write']],
    ['setMany', { entries: [['k', VALUE]] }, ['write']],
    ['delete', { key: 'k' }, ['delete']],
    ['deleteMany', { keys: ['k'] }, ['delete']],
    ['increment', { key: 'k', delta: 1n, unsigned: false }, ['read', 'write']],
    ['read', { key: 'k' }, ['read', 'write']],
    ['swap', { key: 'k', version: 0, value: VALUE }, ['read', 'write']],
  ])('%s needs no more and no less', async (operation, input, needs) => {
    expect(await answered(operation, input, needs)).toEqual({
      kind: 'done',
      value: { ok: true, value: 'durable:b' },
    });
    for (const missing of needs) {
      const others = ['read', 'write', 'delete'].filter((each) => each !== missing);
      expect(await answered(operation, input, others)).toMatchObject({ kind: 'refused', reason: 'denied' });
    }
  });

  it('of any kind is enough to open a bucket', async () => {
    for (const access of ['read', 'write', 'delete']) expect((await answered('open', {}, [access])).kind).toBe('done');
    expect(await answered('open', {}, [])).toMatchObject({ kind: 'refused', reason: 'denied' });
  });

  it('is asked for before anything else is said about the use', async () => {
    expect(await answered('get', { key: '' }, [])).toMatchObject({ reason: 'denied' });
    const nowhere = new KeyValueProvider({});
    expect(await nowhere.invoke(use('get', { bucket: 'b', key: 'k' }, []).made)).toMatchObject({ reason: 'denied' });
  });

  it('decides where the bucket is kept', async () => {
    const answer = await answered('get', { key: 'k' }, ['read'], 'kv');
    expect(answer).toEqual({ kind: 'done', value: { ok: true, value: 'kv:b' } });
  });
});

it('a back end that is not there is unavailable', async () => {
  const nowhere = new KeyValueProvider({});
  expect(await nowhere.invoke(use('get', { bucket: 'b', key: 'k' }, ['read']).made)).toMatchObject({
    reason: 'unavailable',
    message: expect.stringMatching(/^PROVIDER_UNAVAILABLE/),
  });
});

describe('what an isolate sends', () => {
  it.each<[string, string, unknown]>([
    ['an operation that there is not', 'constructor', { bucket: 'b' }],
    ['nothing', 'get', undefined],
    ['no bucket', 'get', { key: 'k' }],
    ['a bucket that is no text', 'get', { bucket: 7, key: 'k' }],
    ['no key', 'get', { bucket: 'b' }],
    ['a value that is no bytes', 'set', { bucket: 'b', key: 'k', value: [1, 2] }],
    ['a number where a bigint belongs', 'increment', { bucket: 'b', key: 'k', delta: 1, unsigned: false }],
    ['a version that is none', 'swap', { bucket: 'b', key: 'k', version: -1, value: VALUE }],
    ['entries that are none', 'setMany', { bucket: 'b', entries: [['k']] }],
  ])('is refused when it is %s', async (_, operation, input) => {
    const { made, asked } = use(operation, input, ['read', 'write', 'delete']);
    expect(await provider.invoke(made)).toMatchObject({ kind: 'refused', reason: 'invalid' });
    expect(asked).toEqual([]);
  });

  it.each<[string, string, object]>([
    ['a key without characters', 'get', { key: '' }],
    ['half a character', 'get', { key: '\ud800' }],
    ['a key that is too long', 'get', { key: 'x'.repeat(MAX_KEY_BYTES + 1) }],
    ['a key that is too long in bytes', 'get', { key: 'ü'.repeat(MAX_KEY_BYTES / 2 + 1) }],
    ['a value that is too large', 'set', { key: 'k', value: new Uint8Array(MAX_VALUE_BYTES + 1) }],
    ['too many keys', 'getMany', { keys: Array(MAX_BATCH_ENTRIES + 1).fill('k') }],
    ['a long key among others', 'deleteMany', { keys: ['k', 'x'.repeat(MAX_KEY_BYTES + 1)] }],
    [
      'too many bytes',
      'setMany',
      { entries: Array(MAX_BATCH_BYTES / MAX_VALUE_BYTES).fill(['k', new Uint8Array(MAX_VALUE_BYTES)]) },
    ],
  ])('is an error of the interface when it is %s', async (_, operation, input) => {
    expect(await answered(operation, input, ['read', 'write', 'delete'])).toMatchObject({
      kind: 'done',
      value: { ok: false, error: expect.stringMatching(/^a (key|value|batch) /) },
    });
  });

  it('may be as large as the limits say', async () => {
    const largest = { key: 'ü'.repeat(MAX_KEY_BYTES / 2), value: new Uint8Array(MAX_VALUE_BYTES) };
    expect(await answered('set', largest, ['write'])).toMatchObject({ value: { ok: true } });
  });
});
