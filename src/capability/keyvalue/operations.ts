/** What each operation of `wasi:keyvalue` needs, takes and does: one entry for each. */
import type * as z from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import type { KeyValueAccess } from '../../policy/index.ts';
import type { BucketStore, StoreResult } from './bucket-store.ts';
import type { KeyValueOperation, KeyValueOperations } from './contract.ts';
import { INPUTS, wrongBatch, wrongKey, wrongValue } from './input.ts';

/** The input of an operation after its schema. */
type Input<O extends KeyValueOperation> = z.output<(typeof INPUTS)[O]>;

interface Operation<O extends KeyValueOperation> {
  /** Each of these has to be allowed; `any`: one of them is enough. */
  readonly needs: readonly [KeyValueAccess, ...KeyValueAccess[]] | 'any';
  /** Why the platform does not do it, whatever the store; undefined when it does. */
  readonly wrong?: (input: Input<O>) => string | undefined;
  readonly run: (store: BucketStore, input: Input<O>) => Promise<StoreResult<KeyValueOperations[O]['value']>>;
}

const keyOf = ({ key }: { readonly key: string }) => wrongKey(key);
const keysOf = ({ keys }: { readonly keys: readonly string[] }) => wrongBatch(keys.map((key) => [key]));
const LEAST_SIGNED = -(2n ** 63n);

const OPERATIONS: { readonly [O in KeyValueOperation]: Operation<O> } = {
  open: { needs: 'any', run: async () => ok(undefined) },
  get: { needs: ['read'], wrong: keyOf, run: (store, { key }) => store.get(key) },
  exists: { needs: ['read'], wrong: keyOf, run: (store, { key }) => store.exists(key) },
  listKeys: { needs: ['read'], run: (store, { cursor }) => store.listKeys(cursor) },
  getMany: { needs: ['read'], wrong: keysOf, run: getMany },
  set: {
    needs: ['write'],
    wrong: ({ key, value }) => wrongKey(key) ?? wrongValue(value),
    run: (store, { key, value }) => store.setMany([[key, value]]),
  },
  setMany: {
    needs: ['write'],
    wrong: ({ entries }) => wrongBatch(entries),
    run: (store, { entries }) => store.setMany(entries),
  },
  delete: { needs: ['delete'], wrong: keyOf, run: (store, { key }) => store.deleteMany([key]) },
  deleteMany: { needs: ['delete'], wrong: keysOf, run: (store, { keys }) => store.deleteMany(keys) },
  increment: {
    needs: ['read', 'write'],
    wrong: keyOf,
    run: (store, { key, delta, unsigned }) => store.increment(key, delta, unsigned ? 0n : LEAST_SIGNED),
  },
  read: { needs: ['read', 'write'], wrong: keyOf, run: (store, { key }) => store.read(key) },
  swap: {
    needs: ['read', 'write'],
    wrong: ({ key, value }) => wrongKey(key) ?? wrongValue(value),
    run: (store, { key, version, value }) => store.swap(key, version, value),
  },
};

/** One use: what it is about, what has to be allowed, and how it is done in a store once it is. */
export interface Asked {
  readonly bucket: string;
  readonly needs: Operation<KeyValueOperation>['needs'];
  readonly wrong: string | undefined;
  /** It may hold as much as a batch may. */
  readonly isBatch: boolean;
  run(store: BucketStore): Promise<StoreResult<unknown>>;
}

/** Reads a use; an error when it is none of these operations or not what it takes. */
export function readUse(name: string, given: unknown): Result<Asked, string> {
  return isOperation(name) ? read(name, given) : err(`keyvalue has no operation ${name}`);
}

function read<O extends KeyValueOperation>(name: O, given: unknown): Result<Asked, string> {
  const operation: Operation<O> = OPERATIONS[name];
  const parsed = INPUTS[name].safeParse(given);
  if (!parsed.success) return err(`not what ${name} takes`);
  const input = parsed.data as Input<O>; // the schema of this very operation
  const { bucket } = parsed.data;
  return ok({
    bucket,
    needs: operation.needs,
    wrong: operation.wrong?.(input),
    isBatch: name === 'getMany' || name === 'setMany',
    run: (store) => operation.run(store, input),
  });
}

function isOperation(name: string): name is KeyValueOperation {
  return Object.hasOwn(OPERATIONS, name);
}

/** As the interface has it: each value with its key. */
async function getMany(
  store: BucketStore,
  { keys }: Input<'getMany'>,
): Promise<StoreResult<KeyValueOperations['getMany']['value']>> {
  const values = await store.getMany(keys);
  if (!values.ok) return values;
  return ok(keys.map((key, index) => pair(key, values.value[index])));
}

function pair(key: string, value: Uint8Array | undefined): readonly [string, Uint8Array] | undefined {
  return value === undefined ? undefined : [key, value];
}
