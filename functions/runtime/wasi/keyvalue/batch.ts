/** `wasi:keyvalue/batch`: several keys of one bucket at a time. */
import { ask } from './ask.ts';
import { type Bucket, placeOf } from './store.ts';

type Entry = readonly [key: string, value: Uint8Array];

/** Writes are all or nothing where the bucket is kept in an object of its own. */
export const batch = {
  getMany(bucket: Bucket, keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const { capabilities, name } = placeOf(bucket);
    return ask(capabilities, 'getMany', { bucket: name, keys });
  },
  setMany(bucket: Bucket, entries: readonly Entry[]): Promise<undefined> {
    const { capabilities, name } = placeOf(bucket);
    return ask(capabilities, 'setMany', { bucket: name, entries });
  },
  deleteMany(bucket: Bucket, keys: readonly string[]): Promise<undefined> {
    const { capabilities, name } = placeOf(bucket);
    return ask(capabilities, 'deleteMany', { bucket: name, keys });
  },
};
