/** The variant `error-code` of `wasi:http/types`, and where a guest finds it again. */
import type { HttpErrorCode } from '../../../../src/capability/http/contract.ts';
import { WasiFailure } from '../failure.ts';
import { IoError, streamFailed } from '../streams.ts';

/** What can go wrong with a request; a case without `val` has no payload. */
export type ErrorCode = HttpErrorCode;

/** Something that the platform cannot do, or that went wrong in it. */
export function internalError(text: string): ErrorCode {
  return { tag: 'internal-error', val: text };
}

/** The `err` arm of a function that answers `error-code`. */
export function httpFailure(code: ErrorCode): WasiFailure {
  return new WasiFailure(code);
}

/** The `stream-error` of a body that failed; `http-error-code` tells the reason of it. */
export function bodyFailure(code: ErrorCode): WasiFailure {
  return streamFailed(code.tag === 'internal-error' ? (code.val ?? code.tag) : code.tag, new BodyError(code));
}

/** `http-error-code`: what is known of an error of a body's stream; undefined for errors of other streams. */
export function httpErrorCode(error: IoError): ErrorCode | undefined {
  const cause = IoError.causeOf(error);
  return cause instanceof BodyError ? cause.code : undefined;
}

/** Tells errors of bodies from those of other streams. */
class BodyError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    this.code = code;
  }
}
