/**
 * Every key in the R2 bucket `ARTIFACTS`, with its lifetime.
 *
 * | key | holds | lives |
 * | --- | --- | --- |
 * | `incoming/{uuid}` | an upload in progress | until the build object takes it; an orphan is swept after an hour |
 * | `source/{hex}` | a component as it was uploaded | while a component refers to the digest |
 * | `artifact/{hex}/{builder version}` | a packed artifact (see artifact.ts) | as its source; until a newer builder has made another |
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
  return `${artifactPrefix(digest)}${builderVersion}`;
}

/** What the keys of a digest's artifacts begin with, whichever builder made them. */
export function artifactPrefix(digest: string): string {
  return `artifact/${hexOf(digest)}/`;
}

/** The builder version that an artifact's key names. */
export function builderVersionOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1));
}

function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new Error(`not a digest: ${digest}`);
  return hex;
}
