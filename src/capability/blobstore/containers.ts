/** Containers in R2: each is an empty object under the prefix of its objects. */
import { err, ok } from '../../core/result.ts';
import type { BlobResult, ContainerInfo, NamePage } from './contract.ts';
import { containerKey, objectKey } from './keys.ts';

/** Makes an empty container, unless there is one of that name. */
export async function createContainer(bucket: R2Bucket, container: string): Promise<BlobResult<ContainerInfo>> {
  const made = await bucket.put(containerKey(container), '', { onlyIf: { etagDoesNotMatch: '*' } });
  if (made === null) {
    return err({ code: 'container-exists', message: `there is a container ${container} already` });
  }
  // What an upload left that ended while an earlier container of this name was deleted.
  await deleteWhere(bucket, container, (object) => object.uploaded < made.uploaded);
  return ok(infoOf(made));
}

/** Since when there is a container; an error where there is none. */
export async function findContainer(bucket: R2Bucket, container: string): Promise<BlobResult<ContainerInfo>> {
  const found = await bucket.head(containerKey(container));
  return found === null ? err(noSuchContainer(container)) : ok(infoOf(found));
}

/** The name is free at once, and no upload into the container can finish any more; its objects go after it. */
export async function deleteContainer(bucket: R2Bucket, container: string): Promise<BlobResult<null>> {
  const found = await findContainer(bucket, container);
  if (!found.ok) return found;
  await bucket.delete(containerKey(container));
  await deleteWhere(bucket, container, () => true);
  return ok(null);
}

/** Removes all objects; the container stays. */
export async function clearContainer(bucket: R2Bucket, container: string): Promise<BlobResult<null>> {
  const found = await findContainer(bucket, container);
  if (!found.ok) return found;
  await deleteWhere(bucket, container, () => true);
  return ok(null);
}

/** The names after `after`, in the order of their bytes; at most as many as R2 lists at once. */
export async function listNames(bucket: R2Bucket, container: string, after?: string): Promise<BlobResult<NamePage>> {
  if (after === undefined) {
    const found = await findContainer(bucket, container);
    if (!found.ok) return found;
  }
  const page = await listAfter(bucket, container, after);
  const prefix = containerKey(container).length;
  return ok({ names: page.objects.map(({ key }) => key.slice(prefix)), last: !page.truncated });
}

/** The error for a container that is not there. */
export function noSuchContainer(container: string) {
  return { code: 'no-such-container', message: `there is no container ${container}` } as const;
}

async function deleteWhere(bucket: R2Bucket, container: string, which: (object: R2Object) => boolean): Promise<void> {
  const prefix = containerKey(container).length;
  let after: string | undefined;
  for (;;) {
    const page = await listAfter(bucket, container, after);
    const keys = page.objects.filter(which).map(({ key }) => key);
    if (keys.length > 0) await bucket.delete(keys);
    after = page.objects.at(-1)?.key.slice(prefix);
    if (!page.truncated || after === undefined) return;
  }
}

/** A name to begin after is safe in anyone's hands, as a cursor of R2 may not be. The container's own key is before all others. */
function listAfter(bucket: R2Bucket, container: string, after = ''): Promise<R2Objects> {
  return bucket.list({ prefix: containerKey(container), startAfter: objectKey(container, after) });
}

function infoOf({ uploaded }: R2Object): ContainerInfo {
  return { createdAt: secondsOf(uploaded) };
}

/** Seconds since 1970. */
export function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}
