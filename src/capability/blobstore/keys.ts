/**
 * Every key in the R2 bucket `BLOBS`, with its lifetime. A container's name has no `/`, and the prefix with its `/` is put
 * in front of an object's name as it is: whatever an object is called, `../` included, it stays in its container.
 *
 * | key | holds | lives |
 * | --- | --- | --- |
 * | `{container}/` | nothing: it says that the container exists, and since when | until `delete-container` |
 * | `{container}/{object}` | an object's bytes | until it is deleted, or its container is |
 * | `/uploads/{uuid}` | which multipart upload is open, as JSON | until that ends; an abandoned one is swept after an hour |
 */
import { err, ok } from '../../core/result.ts';
import type { BlobResult } from './contract.ts';

/** No container has an empty name, so nothing of a component is below it. */
export const UPLOADS_PREFIX = '/uploads/';

/** Longest key that R2 takes, in bytes of UTF-8. */
const MAX_R2_KEY_BYTES = 1_024;

/** As policies spell containers. */
const CONTAINER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

const encoder = new TextEncoder();

/** The key that stands for a container, and begins all keys of its objects. */
export function containerKey(container: string): string {
  return `${container}/`;
}

/** The key of an object whose name was read by `readObjectName`. */
export function objectKey(container: string, object: string): string {
  return `${containerKey(container)}${object}`;
}

/** The key of the record of an upload in parts. */
export function uploadKey(uuid: string): string {
  return `${UPLOADS_PREFIX}${uuid}`;
}

/** A name that a container can have. */
export function readContainerName(given: unknown): BlobResult<string> {
  if (typeof given === 'string' && CONTAINER_NAME.test(given)) return ok(given);
  const message =
    'a container has a name of letters, digits, ".", "_" and "-", at most 63, the first a letter or digit';
  return err({ code: 'invalid-name', message });
}

/** A name that an object of `container` can have: any text that R2 can keep under it. */
export function readObjectName(container: string, given: unknown): BlobResult<string> {
  const invalid = (message: string) => err({ code: 'invalid-name', message } as const);
  if (typeof given !== 'string' || given === '') return invalid('an object has a name of at least one character');
  const maxBytes = MAX_R2_KEY_BYTES - encoder.encode(containerKey(container)).length;
  if (given.length > maxBytes || encoder.encode(given).length > maxBytes) {
    return invalid(`the name of an object of this container has at most ${maxBytes} bytes of UTF-8`);
  }
  if (!given.isWellFormed() || given.includes('\0'))
    return invalid('the name of an object is text without NUL characters');
  return ok(given);
}
