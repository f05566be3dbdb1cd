/** What an isolate asks the blobstore for, and what it hears: types only, for both sides of the isolate border. */
import type { Result } from '../../core/result.ts';
import type { CapabilityAnswer } from '../../isolate/capability-use.ts';

/** Why the blobstore did not do what the grants allow. In WIT an error is a text: `{code}: {message}`. */
export type BlobErrorCode =
  | 'no-such-container'
  | 'no-such-object'
  | 'container-exists'
  | 'invalid-name'
  | 'invalid-range'
  | 'too-large'
  | 'changed'
  | 'busy'
  | 'unavailable';

/** A failure of the blobstore itself; a refusal by the grants is none. */
export interface BlobError {
  readonly code: BlobErrorCode;
  readonly message: string;
}

/** The `value` of an answer of kind `done`. */
export type BlobResult<T> = Result<T, BlobError>;

export interface ContainerInput {
  readonly container: string;
}

export interface ObjectInput extends ContainerInput {
  readonly object: string;
}

export interface ListInput extends ContainerInput {
  /** The name after which the page begins; absent: the first page. */
  readonly after?: string;
}

export interface DeleteInput extends ContainerInput {
  readonly objects: readonly string[];
}

/** Both offsets are inclusive; an `end` beyond the object's means its last byte. */
export interface OpenInput extends ObjectInput {
  readonly start: bigint;
  readonly end: bigint;
}

export interface CopyInput {
  readonly from: ObjectInput;
  readonly to: ObjectInput;
}

/** Bytes of one state of an object: another one under the same name has another `etag`. */
export interface ReadInput extends ObjectInput {
  readonly etag: string;
  readonly offset: number;
  readonly length: number;
}

/** Times are in seconds since 1970. */
export interface ContainerInfo {
  readonly createdAt: number;
}

export interface ObjectInfo {
  readonly createdAt: number;
  readonly bytes: number;
}

/** Names of objects, in the order of their bytes. */
export interface NamePage {
  readonly names: readonly string[];
  /** Whether these are the last ones. */
  readonly last: boolean;
}

/** What `open` found: the range, cut to the object's length. */
export interface OpenedRange {
  readonly etag: string;
  readonly offset: number;
  readonly length: number;
}

/** Operations of the provider `blobstore`, with what they take and what they come to. */
export interface BlobOperations {
  readonly 'create-container': { readonly input: ContainerInput; readonly value: ContainerInfo };
  readonly 'get-container': { readonly input: ContainerInput; readonly value: ContainerInfo };
  readonly 'container-exists': { readonly input: ContainerInput; readonly value: boolean };
  readonly 'container-info': { readonly input: ContainerInput; readonly value: ContainerInfo };
  readonly 'delete-container': { readonly input: ContainerInput; readonly value: null };
  readonly clear: { readonly input: ContainerInput; readonly value: null };
  readonly list: { readonly input: ListInput; readonly value: NamePage };
  readonly 'has-object': { readonly input: ObjectInput; readonly value: boolean };
  readonly 'object-info': { readonly input: ObjectInput; readonly value: ObjectInfo };
  readonly 'delete-objects': { readonly input: DeleteInput; readonly value: null };
  readonly open: { readonly input: OpenInput; readonly value: OpenedRange };
  /** Asks the grants and does nothing more: the carrier's question before it moves bytes. */
  readonly 'admit-read': { readonly input: ContainerInput; readonly value: null };
  readonly 'admit-write': { readonly input: ContainerInput; readonly value: null };
}

/** Bytes on their way to the isolate. They end early, with an error, when the object or its store goes away. */
export interface BlobBody {
  readonly body: ReadableStream<Uint8Array>;
}

/** An object that is being written: nobody sees it before `finish`, and never when it is dropped before. */
export interface BlobUpload {
  /** Takes the next bytes, at most `MAX_BLOB_CHUNK_BYTES`; one at a time. */
  write(chunk: Uint8Array): Promise<BlobResult<null>>;
  /** Asks the grants again, and makes the object visible. The answer's value is a `BlobResult<null>`. */
  finish(): Promise<CapabilityAnswer>;
}

/** What carries the bytes of one call. Each answer's value is a `BlobResult` of what stands behind the method. */
export interface BlobCarrier {
  /** `BlobBody` */
  readBlob(input: ReadInput): Promise<CapabilityAnswer>;
  /** `BlobUpload` */
  writeBlob(input: ObjectInput): Promise<CapabilityAnswer>;
  /** `null`; the target is replaced, whole. */
  copyBlob(input: CopyInput): Promise<CapabilityAnswer>;
  /** `null`; as `copyBlob`, and the source is gone afterwards. */
  moveBlob(input: CopyInput): Promise<CapabilityAnswer>;
}
