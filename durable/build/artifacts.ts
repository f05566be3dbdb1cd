/** The bytes of one digest in R2: its source and its artifacts. */
import { artifactKey, artifactPrefix, builderVersionOf, sourceKey } from '../../src/build/keys.ts';
import { BUILDER_VERSION } from '../../src/build/manifest.ts';

/** Copies the staged bytes to their lasting key unless they are there; whoever staged them removes them. */
export async function keepSource(bucket: R2Bucket, digest: string, stagingKey: string): Promise<void> {
  const key = sourceKey(digest);
  if ((await bucket.head(key)) !== null) return;
  const staged = await bucket.get(stagingKey);
  if (staged === null) throw new Error('the staged upload is gone');
  await bucket.put(key, staged.body);
}

/** A new stream of the source. */
export async function openSource(bucket: R2Bucket, digest: string): Promise<ReadableStream<Uint8Array>> {
  const source = await bucket.get(sourceKey(digest));
  if (source === null) throw new Error('the source went away while it was built');
  return source.body;
}

export async function storeArtifact(
  bucket: R2Bucket,
  digest: string,
  { artifact, bytes }: { readonly artifact: ReadableStream<Uint8Array>; readonly bytes: number },
): Promise<void> {
  const { readable, writable } = new FixedLengthStream(bytes);
  await Promise.all([artifact.pipeTo(writable), bucket.put(artifactKey(digest), readable)]);
}

/** Deletes what older builders made. What a newer one made stays: another release may be running it. */
export async function deleteOlderArtifacts(bucket: R2Bucket, digest: string): Promise<void> {
  const older = (await artifactKeys(bucket, digest)).filter((key) => builderVersionOf(key) < BUILDER_VERSION);
  if (older.length > 0) await bucket.delete(older);
}

/** Deletes the source and every artifact. */
export async function deleteBytes(bucket: R2Bucket, digest: string): Promise<void> {
  await bucket.delete([sourceKey(digest), ...(await artifactKeys(bucket, digest))]);
}

/** One page: there are as many as there were releases with a new builder. */
async function artifactKeys(bucket: R2Bucket, digest: string): Promise<string[]> {
  return (await bucket.list({ prefix: artifactPrefix(digest) })).objects.map(({ key }) => key);
}
