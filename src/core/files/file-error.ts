/** Why a file operation failed: the cases of `error-code` in `wasi:filesystem/types`, and what a refusal was about. */

export type FileErrorCode =
  | 'access'
  | 'bad-descriptor'
  | 'busy'
  | 'cross-device'
  | 'exist'
  | 'file-too-large'
  | 'insufficient-memory'
  | 'insufficient-space'
  | 'invalid'
  | 'io'
  | 'is-directory'
  | 'loop'
  | 'name-too-long'
  | 'no-entry'
  | 'not-directory'
  | 'not-empty'
  | 'not-permitted'
  | 'overflow'
  | 'quota'
  | 'read-only'
  | 'too-many-links'
  | 'unsupported';

/** What may be done with a path. */
export type FileAccess = 'read' | 'write';

/** What was asked for and not allowed; `rule` names what said so. */
export interface Refusal {
  readonly path: string;
  readonly access: FileAccess;
  readonly rule: string;
}

export interface FileFailure {
  readonly code: FileErrorCode;
  /** Present where it was not allowed, as opposed to not possible. */
  readonly refused?: Refusal;
}

/**
 * Thrown by the algorithms of this folder, and a `Result` outside of it: what an operation has changed until then has to be
 * taken back, and a thrown error is how a transaction of the storage is told.
 */
export class FileError extends Error implements FileFailure {
  readonly code: FileErrorCode;
  readonly refused?: Refusal;

  constructor(code: FileErrorCode, refused?: Refusal) {
    super(code);
    this.code = code;
    if (refused !== undefined) this.refused = refused;
  }
}
