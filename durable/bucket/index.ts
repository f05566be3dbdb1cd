/** The bucket object, one per bucket name: a shell around its entries. */
import { DurableObject } from 'cloudflare:workers';
import type { Bindings } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { BucketEntries } from './session.ts';
import { EntryStore } from './store.ts';

/** Implements `BucketContract`, whose `open` a caller need not wait for. */
export class Bucket extends DurableObject<Bindings> {
  readonly #entries: BucketEntries;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#entries = new BucketEntries(new EntryStore(openDatabase(ctx.storage)));
  }

  open(): BucketEntries {
    return this.#entries;
  }
}
