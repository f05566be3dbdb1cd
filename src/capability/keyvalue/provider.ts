/** The provider `keyvalue`: checks each use of a bucket against the grants of the moment, and has it done where the bucket is kept. */

import { MAX_BATCH_BYTES, MAX_BYTES_PER_BUCKET, MAX_KEYS_PER_BUCKET } from '../../core/limits.ts';
import { err } from '../../core/result.ts';
import { Turns } from '../../core/turns.ts';
import { KEY_VALUE_ACCESS } from '../../policy/document.ts';
import type { AccessRequest, Decision, KeyValueAccess, KeyValueStore } from '../../policy/index.ts';
import { metadataOf } from '../metadata.ts';
import {
  denied,
  done,
  invalid,
  type Provider,
  type ProviderAnswer,
  type ProviderUse,
  unavailable,
} from '../provider.ts';
import type { BucketStore, StoreRefusal, StoreResult } from './bucket-store.ts';
import { type Asked, readUse } from './operations.ts';

/** Has `body` done in a bucket, for a call that goes on. */
export type UseBucket = <T>(
  bucket: string,
  use: Pick<ProviderUse, 'life' | 'onEnd'>,
  body: (store: BucketStore) => Promise<T>,
) => Promise<T>;

/** The back ends; one that the Worker has no binding for is not there. */
export type BucketStores = Readonly<Partial<Record<KeyValueStore, UseBucket>>>;

/** Batches at a time, of all calls of a shard: a shard has them in its memory, up to `MAX_BATCH_BYTES` each. */
const MAX_BATCHES = 4;

/** Batches that wait for others: more than all calls of a shard can ask for at a time. */
const MAX_WAITING_BATCHES = 1_024;

/** What guests are told; `wasi:keyvalue` has no errors of its own for any of it. */
const TEXTS: Readonly<Record<StoreRefusal, string>> = {
  'not-a-count': 'the value is not a count: the decimal text of a signed integer of 64 bits',
  'count-out-of-range': 'the count would not fit: it stays as it is',
  'too-many-keys': `the bucket is full: it has ${MAX_KEYS_PER_BUCKET} keys`,
  'too-many-bytes': `the bucket is full: it holds at most ${MAX_BYTES_PER_BUCKET} bytes`,
  'batch-too-large': `the values have more than ${MAX_BATCH_BYTES} bytes: ask for fewer at a time`,
  'unknown-cursor': 'the cursor is not one of this bucket',
  'not-atomic':
    'the bucket is kept in Workers KV, which is not atomic: counts and compare-and-swap need store: durable',
  'unsuitable-key': 'the bucket is kept in Workers KV, which does not take this key',
  'too-often': 'the bucket is kept in Workers KV, which takes one write a second for a key: try again',
};

export class KeyValueProvider implements Provider {
  readonly metadata = metadataOf('keyvalue');
  readonly #stores: BucketStores;
  readonly #batches = new Turns(MAX_BATCHES, MAX_WAITING_BATCHES);

  constructor(stores: BucketStores) {
    this.#stores = stores;
  }

  async initialise(): Promise<void> {}

  async invoke(use: ProviderUse): Promise<ProviderAnswer> {
    const asked = readUse(use.operation, use.input);
    if (!asked.ok) return invalid(asked.error);
    const decision = allowed(use, asked.value);
    if (!decision.allowed) return denied(decision);
    if (asked.value.wrong !== undefined) return done(err(asked.value.wrong));
    const kept = decision.store ?? 'durable';
    const useBucket = this.#stores[kept];
    if (useBucket === undefined) return unavailable(`there is no back end for buckets with store: ${kept}`);
    const answer = await this.#run(asked.value, (body) => useBucket(asked.value.bucket, use, body));
    if (answer === undefined) return unavailable('too many batches of keys wait');
    return done(answer.ok ? answer : err(TEXTS[answer.error]));
  }

  async shutDown(): Promise<void> {}

  /** Undefined: it was not done, for there are too many. */
  async #run(
    asked: Asked,
    useBucket: (body: Asked['run']) => Promise<StoreResult<unknown>>,
  ): Promise<StoreResult<unknown> | undefined> {
    const run = () => useBucket((store) => asked.run(store));
    if (!asked.isBatch) return run();
    if (!(await this.#batches.enter())) return undefined;
    try {
      return await run();
    } finally {
      this.#batches.leave();
    }
  }
}

/** The first refusal, or the permission. */
function allowed(use: ProviderUse, { bucket, needs }: Asked): Decision {
  const request = (access: KeyValueAccess): AccessRequest => ({ capability: 'keyvalue', bucket, access });
  if (needs === 'any') {
    const [first, ...others] = KEY_VALUE_ACCESS;
    return use.allowAny([request(first), ...others.map(request)]);
  }
  const [first, ...others] = needs;
  let decision = use.allow(request(first));
  for (const access of others) if (decision.allowed) decision = use.allow(request(access));
  return decision;
}
