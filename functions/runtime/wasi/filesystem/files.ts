/** The files behind descriptors, wherever they are kept: what a descriptor of the guest asks of them. */

import type { FileTarget } from '../../../../src/capability/filesystem/contract.ts';
import type { FileErrorCode } from '../../../../src/core/files/file-error.ts';
import type { FileOperation, FileReplies, RequestOf } from '../../../../src/core/files/requests.ts';
import type { Result } from '../../../../src/core/result.ts';
import { WasiFailure } from '../failure.ts';
import type { ByteSink, ByteSource } from '../streams.ts';
import { streamFailed } from '../streams.ts';

/** What an operation comes to, at once or later. */
export type Answer<T> = T | Promise<T>;

/** What an operation on files comes to. */
export type FileOutcome<O extends FileOperation> = Result<FileReplies<number>[O], FileErrorCode>;

/** One file system, as the descriptors of one call use it. */
export interface Files {
  /** Tells it from others: an object is known by this and its node. */
  readonly device: bigint;
  /** Never rejects but with `CallOver`. */
  perform<O extends FileOperation>(request: RequestOf<O, FileTarget>): Answer<FileOutcome<O>>;
  /** The guest let a descriptor go. */
  close(target: FileTarget): void;
  /** All that streams have taken is where it belongs, or its failure is told: for `sync`. */
  settled(target: FileTarget): Answer<Result<null, FileErrorCode>>;
  reader(target: FileTarget, offset: number): ByteSource;
  /** Without an offset it appends. */
  writer(target: FileTarget, offset: number | undefined): ByteSink;
}

/** Does `next` with an answer when it is there. */
export function whenAnswered<T, R>(answer: Answer<T>, next: (value: T) => Answer<R>): Answer<R> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}

/** The value, or the failure as the `err` arm of a function of `wasi:filesystem`. */
export function okOf<T>(outcome: Result<T, FileErrorCode>): T {
  if (!outcome.ok) throw new WasiFailure(outcome.error);
  return outcome.value;
}

/** What a stream throws of an operation that failed; `filesystem-error-code` finds the code in it. */
export function streamFailure(code: FileErrorCode): WasiFailure {
  return streamFailed(`the file operation failed: ${code}`, new FileCause(code));
}

/** The cause of an error that is the file system's. */
export class FileCause {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode) {
    this.code = code;
  }
}
