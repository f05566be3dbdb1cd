/** What a bucket object promises: the entries of one bucket, strongly consistent; what it acknowledged is durable. */
import type { BucketStore } from '../../src/capability/keyvalue/bucket-store.ts';

/** The entries, for who uses them more than once. It is over when it is disposed of, or its object goes away. */
export type BucketSession = BucketStore & Disposable;

/** Asked by providers only, which have checked the grants and the sizes of keys and values. */
export interface BucketContract {
  /** The session can be used before it is open. */
  open(): BucketSession & Promise<BucketSession>;
}
