/** What a bucket object promises: the entries of one bucket, strongly consistent; what it acknowledged is durable. */
import type { BucketStore } from '../../src/capability/keyvalue/bucket-store.ts';

/** Asked by providers only, which have checked the grants and the sizes of keys and values. */
export type BucketContract = BucketStore;
