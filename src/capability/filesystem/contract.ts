/** What the isolate of a component may ask of the volume: operations of src/core/files, and what they come to. */

import type { FileErrorCode } from '../../core/files/file-error.ts';
import type { FileOperation, FileReplies, RequestOf } from '../../core/files/requests.ts';
import type { Result } from '../../core/result.ts';

/** A descriptor of the call: the number that `open` gave, or a directory that is open from the start. */
export type FileTarget = number | { readonly root: string };

/** The input of a use; its operation is that of the request. */
export interface FileUse<O extends FileOperation> {
  /** Descriptors that are not used any more. */
  readonly closed: readonly number[];
  readonly request: RequestOf<O, FileTarget>;
}

/** What a use comes to. */
export type FileAnswer<O extends FileOperation> = Result<FileReplies<number>[O], FileErrorCode>;
