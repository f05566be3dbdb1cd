/**
 * Every key in the R2 bucket `ARTIFACTS`, with its lifetime.
 *
 * | key | holds | lives |
 * | --- | --- | --- |
 * | `incoming/{uuid}` | an upload in progress | until the build object takes it; an orphan is swept after an hour |
 * | `source/{hex}` | a component as it was uploaded | while a component refers to the digest |
 * | `artifact/{builder version}/{hex}` | a packed artifact (see artifact.ts) | as its source |
 */
import { BUILDER_VERSION } from './manifest.ts';

export const INCOMING_PREFIX = 'incoming/';

export function incomingKey(uuid: string): string {
  return `${INCOMING_PREFIX}${uuid}`;
}

/** `digest` as the platform writes it everywhere: `sha256:{64 hex digits}`. */
export function sourceKey(digest: string): string {
  return `source/${hexOf(digest)}`;
}

export function artifactKey(digest: string, builderVersion: number = BUILDER_VERSION): string {
  return `artifact/${builderVersion}/${hexOf(digest)}`;
}

function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new Error(`not a digest: ${digest}`);
  return hex;
}
