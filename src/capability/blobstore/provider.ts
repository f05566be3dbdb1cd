/** `wasi:blobstore` over R2: everything but the bytes of objects, which `session.ts` moves. */
import { ok } from '../../core/result.ts';
import type { AccessRequest } from '../../policy/access.ts';
import type { BlobAccess } from '../../policy/document.ts';
import { metadataOf } from '../metadata.ts';
import { denied, done, invalid, type Provider, type ProviderAnswer, type ProviderUse } from '../provider.ts';
import { clearContainer, createContainer, deleteContainer, findContainer, listNames } from './containers.ts';
import type { BlobOperations, BlobResult } from './contract.ts';
import { type Reading, readContainer, readDelete, readList, readObject, readOpen } from './inputs.ts';
import { objectKey } from './keys.ts';
import { hasObject, objectInfo, openRange } from './objects.ts';
import { unreadable } from './unreadable.ts';

type Name = keyof BlobOperations;

/** One operation: how its input is read, which access it needs (one of them is enough), and what it does. */
interface Operation<K extends Name> {
  readonly read: (input: unknown) => Reading<BlobOperations[K]['input']>;
  readonly access: readonly [BlobAccess, ...BlobAccess[]];
  readonly run: (
    bucket: R2Bucket,
    input: BlobOperations[K]['input'],
  ) => Promise<BlobResult<BlobOperations[K]['value']>>;
}

const OPERATIONS: { readonly [K in Name]: Operation<K> } = {
  'create-container': {
    read: readContainer,
    access: ['write'],
    run: (bucket, { container }) => createContainer(bucket, container),
  },
  // Whoever may only write needs the container to write to.
  'get-container': {
    read: readContainer,
    access: ['read', 'write'],
    run: (bucket, { container }) => findContainer(bucket, container),
  },
  'container-exists': {
    read: readContainer,
    access: ['read', 'write'],
    run: async (bucket, { container }) => ok((await findContainer(bucket, container)).ok),
  },
  'container-info': {
    read: readContainer,
    access: ['read'],
    run: (bucket, { container }) => findContainer(bucket, container),
  },
  'delete-container': {
    read: readContainer,
    access: ['write'],
    run: (bucket, { container }) => deleteContainer(bucket, container),
  },
  clear: { read: readContainer, access: ['write'], run: (bucket, { container }) => clearContainer(bucket, container) },
  list: {
    read: readList,
    access: ['read'],
    run: (bucket, { container, after }) => listNames(bucket, container, after),
  },
  'has-object': {
    read: readObject,
    access: ['read'],
    run: async (bucket, input) => ok(await hasObject(bucket, input)),
  },
  'object-info': { read: readObject, access: ['read'], run: objectInfo },
  'delete-objects': {
    read: readDelete,
    access: ['write'],
    run: async (bucket, { container, objects }) => {
      if (objects.length > 0) await bucket.delete(objects.map((object) => objectKey(container, object)));
      return ok(null);
    },
  },
  open: { read: readOpen, access: ['read'], run: openRange },
  'admit-read': { read: readContainer, access: ['read'], run: async () => ok(null) },
  'admit-write': { read: readContainer, access: ['write'], run: async () => ok(null) },
};

export class BlobstoreProvider implements Provider {
  readonly metadata = metadataOf('blobstore');
  readonly #bucket: R2Bucket | undefined;

  constructor(bucket: R2Bucket | undefined) {
    this.#bucket = bucket;
  }

  async initialise(): Promise<void> {
    if (this.#bucket === undefined) throw new Error('the Worker has no R2 bucket bound as BLOBS');
  }

  async invoke(use: ProviderUse): Promise<ProviderAnswer> {
    const { operation } = use;
    if (!isOperation(operation) || this.#bucket === undefined) return invalid('the blobstore has no such operation');
    return perform(this.#bucket, OPERATIONS[operation] as Operation<Name>, use); // each operation reads its own input
  }

  async shutDown(): Promise<void> {}
}

async function perform(
  bucket: R2Bucket,
  { read, access: [access, ...others], run }: Operation<Name>,
  use: ProviderUse,
): Promise<ProviderAnswer> {
  const input = read(use.input);
  if (!input.ok) return unreadable(input);
  const { container } = input.value;
  const request = (wanted: BlobAccess): AccessRequest => ({ capability: 'blobstore', container, access: wanted });
  const decision = use.allowAny([request(access), ...others.map(request)]);
  if (!decision.allowed) return denied(decision);
  // What `read` made is what `run` takes: both belong to one operation.
  return done(await run(bucket, input.value as never));
}

function isOperation(name: string): name is Name {
  return Object.hasOwn(OPERATIONS, name);
}
