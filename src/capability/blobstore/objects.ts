/** Single objects in R2: what is known of them, ranges of them, copies. */
import { err, ok } from '../../core/result.ts';
import { noSuchContainer, secondsOf } from './containers.ts';
import type {
  BlobBody,
  BlobResult,
  CopyInput,
  ObjectInfo,
  ObjectInput,
  OpenedRange,
  OpenInput,
  ReadInput,
} from './contract.ts';
import { containerKey, objectKey } from './keys.ts';

/** Whether it is there; false also where its container is not. */
export async function hasObject(bucket: R2Bucket, { container, object }: ObjectInput): Promise<boolean> {
  return (await bucket.head(objectKey(container, object))) !== null;
}

/** Its size and time, without its bytes. */
export async function objectInfo(bucket: R2Bucket, input: ObjectInput): Promise<BlobResult<ObjectInfo>> {
  const found = await bucket.head(objectKey(input.container, input.object));
  return found === null ? err(noSuchObject(input)) : ok({ createdAt: secondsOf(found.uploaded), bytes: found.size });
}

/** Which bytes of which state of the object a guest is about to read. */
export async function openRange(bucket: R2Bucket, input: OpenInput): Promise<BlobResult<OpenedRange>> {
  const found = await bucket.head(objectKey(input.container, input.object));
  return found === null ? err(noSuchObject(input)) : rangeOf(input, found);
}

/** PURE: the range of an object that two inclusive offsets mean. All of an empty object is a range without bytes. */
export function rangeOf(
  { start, end }: Pick<OpenInput, 'start' | 'end'>,
  { size, etag }: Pick<R2Object, 'size' | 'etag'>,
): BlobResult<OpenedRange> {
  if (size === 0 && start === 0n) return ok({ etag, offset: 0, length: 0 });
  if (start > end || start >= BigInt(size)) {
    return err({ code: 'invalid-range', message: `bytes ${start} to ${end} are not in an object of ${size} bytes` });
  }
  const offset = Number(start);
  const last = end < BigInt(size) ? Number(end) : size - 1;
  return ok({ etag, offset, length: last - offset + 1 });
}

/** The bytes of a range, as a stream; an object that was replaced since it was opened is not read. */
export async function readObjectRange(bucket: R2Bucket, input: ReadInput): Promise<BlobResult<BlobBody>> {
  const { etag, offset, length } = input;
  const found = await bucket.get(objectKey(input.container, input.object), {
    range: { offset, length },
    onlyIf: { etagMatches: etag },
  });
  if (found === null) return err(noSuchObject(input));
  if (!('body' in found)) {
    return err({ code: 'changed', message: `the object ${input.object} was replaced while it was read` });
  }
  return ok({ body: found.body });
}

/** Copies within R2's own stream: its length is known, so that nothing is held here. */
export async function copyObject(bucket: R2Bucket, { from, to }: CopyInput): Promise<BlobResult<null>> {
  if ((await bucket.head(containerKey(to.container))) === null) return err(noSuchContainer(to.container));
  const found = await bucket.get(objectKey(from.container, from.object));
  if (found === null) return err(noSuchObject(from));
  await bucket.put(objectKey(to.container, to.object), found.body);
  return ok(null);
}

/** Copies, and then deletes the source: whoever looks in between sees both. */
export async function moveObject(bucket: R2Bucket, input: CopyInput): Promise<BlobResult<null>> {
  const { from, to } = input;
  const source = objectKey(from.container, from.object);
  if (source === objectKey(to.container, to.object)) {
    return (await hasObject(bucket, from)) ? ok(null) : err(noSuchObject(from));
  }
  const copied = await copyObject(bucket, input);
  if (copied.ok) await bucket.delete(source);
  return copied;
}

function noSuchObject({ container, object }: ObjectInput) {
  return { code: 'no-such-object', message: `there is no object ${object} in the container ${container}` } as const;
}
