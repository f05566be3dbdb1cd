/** What streams of files use of the volume that they share with all descriptors of a call. */
import type { FileTarget } from '../../../../src/capability/filesystem/contract.ts';
import type { FileOperation, RequestOf } from '../../../../src/core/files/requests.ts';
import type { PollSource } from '../poll.ts';
import type { FileOutcome } from './files.ts';

/** A stream that keeps back what it has taken. */
export interface PendingWriter {
  readonly pendingBytes: number;
}

export interface VolumeLink {
  /** Counts what this call has changed. */
  readonly changes: number;
  /** Bytes that all streams hold or have on the way. */
  readonly pendingBytes: number;
  /** Sends a request of which the guest does not wait for the answer. Rejects with `CallOver` when the call ends. */
  send<O extends FileOperation>(request: RequestOf<O, FileTarget>): Promise<FileOutcome<O>>;
  /** All streams send what they hold. */
  sendAll(): void;
  /** Ready when `holds`, which is asked again whenever something `progressed`. */
  condition(holds: () => boolean): PollSource;
  /** Something that was on the way arrived. */
  progressed(): void;
  /** The stream is gone and has nothing left. */
  forget(writer: PendingWriter): void;
}
