/** What the provider of files stands on: the volume of one component, which decides and acts in one step. */
import type { FileFailure } from '../../core/files/file-error.ts';
import type { FileOperation, FileReplies, FileRequest, OpenNode } from '../../core/files/requests.ts';
import type { Result } from '../../core/result.ts';
import type { Grants } from '../../policy/index.ts';

/** A directory that is open from the start. `granted`: rules are about it now, and it is made when it is first used. */
export interface RootTarget {
  readonly root: string;
  readonly mutate: boolean;
  readonly granted: boolean;
}

/** A descriptor as the provider keeps it. */
export type VolumeTarget = OpenNode | RootTarget;

/** One operation of a call, with what the component may do at that moment. */
export interface VolumeRequest {
  /** Which call asks: what it opens stays until it is closed or the call is over. */
  readonly call: string;
  /** What the component may do at this moment. */
  readonly grants: Grants;
  readonly request: FileRequest<VolumeTarget>;
  /** Nodes of descriptors that the call has closed. */
  readonly closed: readonly number[];
}

/** What a request comes to: of `open` the descriptor. */
export type VolumeAnswer = Result<OpenNode | FileReplies<OpenNode>[Exclude<FileOperation, 'open'>], FileFailure>;

/** The files of one component. */
export interface Volume {
  perform(request: VolumeRequest): Promise<VolumeAnswer>;
  /** The call is over: nothing that it had open is any more. */
  release(call: string): Promise<void>;
}
