/** Which uploads in parts are open: R2 does not tell, and their parts cost money until somebody ends them. */
import type { PartObserver } from '../../build/part-upload.ts';
import { ownFields } from '../../isolate/untrusted.ts';
import { UPLOADS_PREFIX, uploadKey } from './keys.ts';

/** Age after which an upload counts as abandoned, in milliseconds: no call lasts longer than five minutes. */
const ABANDONED_MS = 3_600_000;

/** Records an upload for as long as it is open. */
export function uploadRecord(bucket: R2Bucket): PartObserver {
  const key = uploadKey(crypto.randomUUID());
  return {
    began: async ({ key: object, uploadId }) => void (await bucket.put(key, JSON.stringify({ object, uploadId }))),
    ended: () => bucket.delete(key),
  };
}

/** Ends the uploads that nobody will finish any more, and says how many. Called by the cron trigger. */
export async function sweepAbandonedBlobs(bucket: R2Bucket, now: number): Promise<number> {
  let cursor: string | undefined;
  let swept = 0;
  do {
    const page = await bucket.list({ prefix: UPLOADS_PREFIX, ...(cursor === undefined ? {} : { cursor }) });
    for (const { key, uploaded } of page.objects) {
      if (uploaded.getTime() >= now - ABANDONED_MS) continue;
      await endUpload(bucket, key);
      swept += 1;
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return swept;
}

async function endUpload(bucket: R2Bucket, key: string): Promise<void> {
  const record = ownFields(await (await bucket.get(key))?.json());
  const [object, uploadId] = [record.get('object'), record.get('uploadId')];
  if (typeof object === 'string' && typeof uploadId === 'string') {
    // One that ended a moment ago has nothing left to end.
    await bucket
      .resumeMultipartUpload(object, uploadId)
      .abort()
      .catch((error: unknown) => console.warn({ message: 'an upload could not be ended', key, error: String(error) }));
  }
  await bucket.delete(key);
}
