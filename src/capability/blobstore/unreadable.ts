/** The answer to an input that cannot be used. */
import { err } from '../../core/result.ts';
import { done, invalid, type ProviderAnswer } from '../provider.ts';
import type { BlobError } from './contract.ts';

/** A name that cannot be is the guest's mistake, and its to hear; an input of another shape is the isolate's. */
export function unreadable({ error }: { readonly error: BlobError | undefined }): ProviderAnswer {
  return error === undefined ? invalid('not an input of the blobstore') : done(err(error));
}
