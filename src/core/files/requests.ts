/** The operations of a file system as plain data. `D` is how a descriptor is named: as the file system or its user knows it. */
import type { FileTime, NamedNode } from './node-store.ts';

/** What a descriptor stands for. */
export interface OpenNode {
  readonly node: number;
  readonly kind: 'file' | 'directory';
  /** Where it was when it was opened. */
  readonly path: string;
  /** The entry by which a file was opened: its path is where that directory is now. */
  readonly entry?: { readonly directory: number; readonly name: string };
  readonly read: boolean;
  readonly write: boolean;
  /** Whether what is below may be changed; what is opened through it has the same. */
  readonly mutate: boolean;
}

/** A time to set: as it is, the time of the operation, or nanoseconds since 1970. */
export type NewTime = 'keep' | 'now' | FileTime;

export type FileRequest<D> =
  | {
      readonly op: 'open';
      readonly at: D;
      readonly path: string;
      readonly follow: boolean;
      readonly create: boolean;
      readonly exclusive: boolean;
      readonly truncate: boolean;
      readonly directory: boolean;
      readonly read: boolean;
      readonly write: boolean;
    }
  | { readonly op: 'read'; readonly at: D; readonly offset: number; readonly length: number }
  /** Without an offset it appends. */
  | { readonly op: 'write'; readonly at: D; readonly offset?: number; readonly bytes: Uint8Array }
  | { readonly op: 'set-size'; readonly at: D; readonly size: number }
  | { readonly op: 'stat'; readonly at: D }
  | { readonly op: 'stat-at'; readonly at: D; readonly path: string; readonly follow: boolean }
  | { readonly op: 'set-times'; readonly at: D; readonly accessed: NewTime; readonly modified: NewTime }
  | {
      readonly op: 'set-times-at';
      readonly at: D;
      readonly path: string;
      readonly follow: boolean;
      readonly accessed: NewTime;
      readonly modified: NewTime;
    }
  | { readonly op: 'read-directory'; readonly at: D; readonly after: string }
  | EachOf<'create-directory' | 'remove-directory' | 'unlink-file' | 'readlink', PathRequest<D>>
  | { readonly op: 'symlink'; readonly at: D; readonly target: string; readonly path: string }
  | EachOf<'rename' | 'link', PathRequest<D> & { readonly to: D; readonly newPath: string }>;

/** A path, from a directory on. */
export interface PathRequest<D> {
  readonly at: D;
  readonly path: string;
}

/** The same request for each of some operations. */
type EachOf<O extends string, R> = O extends string ? { readonly op: O } & R : never;

/** The name of an operation. */
export type FileOperation = FileRequest<unknown>['op'];

/** All operations. */
export const FILE_OPERATIONS = [
  'open',
  'read',
  'write',
  'set-size',
  'stat',
  'stat-at',
  'set-times',
  'set-times-at',
  'read-directory',
  'create-directory',
  'remove-directory',
  'unlink-file',
  'readlink',
  'symlink',
  'rename',
  'link',
] as const satisfies readonly FileOperation[];

export interface FileStat {
  readonly node: number;
  readonly kind: 'file' | 'directory' | 'symlink';
  readonly links: number;
  readonly size: number;
  readonly accessed: FileTime;
  readonly modified: FileTime;
  readonly changed: FileTime;
}

export interface DirectoryEntry extends NamedNode {
  readonly kind: FileStat['kind'];
}

/** What each operation comes to. */
export interface FileReplies<D> {
  readonly open: { readonly at: D; readonly kind: OpenNode['kind']; readonly node: number; readonly mutate: boolean };
  readonly read: { readonly bytes: Uint8Array; readonly end: boolean };
  /** Where the bytes that were written end. */
  readonly write: { readonly end: number };
  readonly 'set-size': null;
  readonly stat: FileStat;
  readonly 'stat-at': FileStat;
  readonly 'set-times': null;
  readonly 'set-times-at': null;
  /** `last`: the name to go on after; absent: there are no more. */
  readonly 'read-directory': { readonly entries: readonly DirectoryEntry[]; readonly last?: string };
  readonly 'create-directory': null;
  readonly 'remove-directory': null;
  readonly 'unlink-file': null;
  readonly readlink: string;
  readonly symlink: null;
  readonly rename: null;
  readonly link: null;
}

/** The request of one operation. */
export type RequestOf<O extends FileOperation, D> = Extract<FileRequest<D>, { readonly op: O }>;
