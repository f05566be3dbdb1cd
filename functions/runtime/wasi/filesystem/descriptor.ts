/** The resource `descriptor` of `wasi:filesystem/types`, over files in memory and in the volume alike. */
import type { FileTarget } from '../../../../src/capability/filesystem/contract.ts';
import type { FileErrorCode } from '../../../../src/core/files/file-error.ts';
import type { FileOperation, FileReplies, FileStat, NewTime, RequestOf } from '../../../../src/core/files/requests.ts';
import { MAX_FILE_READ_BYTES } from '../../../../src/core/limits.ts';
import { WasiFailure } from '../failure.ts';
import { Resource } from '../resource.ts';
import { InputStream, OutputStream } from '../streams.ts';
import { DirectoryEntryStream } from './directory-entry-stream.ts';
import { type Answer, type Files, okOf, whenAnswered } from './files.ts';
import { descriptorStat, metadataHash, type NewTimestamp, newTime, TYPES } from './values.ts';

/** Flags come as objects of booleans. */
type Flags = Readonly<Record<string, boolean | undefined>>;

/** What is known of a descriptor without asking. */
export interface Opened {
  readonly files: Files;
  readonly target: FileTarget;
  readonly kind: 'file' | 'directory';
  readonly flags: { readonly read: boolean; readonly write: boolean; readonly mutateDirectory: boolean };
}

export class Descriptor extends Resource {
  readonly #opened: Opened;

  constructor(opened: Opened) {
    super();
    this.#opened = opened;
  }

  readViaStream(offset: bigint): InputStream {
    this.#requireFile('read');
    return new InputStream(this.#opened.files.reader(this.#opened.target, Number(offset)));
  }

  writeViaStream(offset: bigint): OutputStream {
    this.#requireFile('write');
    return new OutputStream(this.#opened.files.writer(this.#opened.target, Number(offset)));
  }

  appendViaStream(): OutputStream {
    this.#requireFile('write');
    return new OutputStream(this.#opened.files.writer(this.#opened.target, undefined));
  }

  /** Nothing is done better for knowing. */
  advise(_offset: bigint, _length: bigint, _advice: string): void {
    this.#requireFile();
  }

  syncData(): Answer<void> {
    return this.sync();
  }

  /** What was written is stored when the write has succeeded; what streams hold is sent now. */
  sync(): Answer<void> {
    return whenAnswered(this.#opened.files.settled(this.#opened.target), (outcome) => {
      okOf(outcome);
    });
  }

  getFlags() {
    return { ...this.#opened.flags };
  }

  getType(): string {
    return TYPES[this.#opened.kind];
  }

  setSize(size: bigint): Answer<void> {
    return this.#do({ op: 'set-size', at: this.#opened.target, size: Number(size) }, nothing);
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): Answer<void> {
    return this.#do({ op: 'set-times', at: this.#opened.target, ...times(accessed, modified) }, nothing);
  }

  read(length: bigint, offset: bigint): Answer<[Uint8Array, boolean]> {
    const most = Number(length < BigInt(MAX_FILE_READ_BYTES) ? length : BigInt(MAX_FILE_READ_BYTES));
    return this.#do({ op: 'read', at: this.#opened.target, offset: Number(offset), length: most }, ({ bytes, end }) => [
      bytes,
      end,
    ]);
  }

  write(bytes: Uint8Array, offset: bigint): Answer<bigint> {
    const part = bytes.slice(0, MAX_FILE_READ_BYTES);
    return this.#do({ op: 'write', at: this.#opened.target, offset: Number(offset), bytes: part }, () =>
      BigInt(part.length),
    );
  }

  /** The first entries are asked for at once: what is no directory, or may not be read, is told here. */
  readDirectory(): Answer<DirectoryEntryStream> {
    this.#requireDirectory();
    const { files, target } = this.#opened;
    const page = (after: string) => files.perform({ op: 'read-directory', at: target, after });
    return whenAnswered(page(''), (first) => new DirectoryEntryStream(okOf(first), page));
  }

  createDirectoryAt(path: string): Answer<void> {
    return this.#do({ op: 'create-directory', at: this.#opened.target, path }, nothing);
  }

  stat(): Answer<ReturnType<typeof descriptorStat>> {
    return this.#do({ op: 'stat', at: this.#opened.target }, descriptorStat);
  }

  statAt(flags: Flags, path: string): Answer<ReturnType<typeof descriptorStat>> {
    return this.#statAt(flags, path, descriptorStat);
  }

  setTimesAt(flags: Flags, path: string, accessed: NewTimestamp, modified: NewTimestamp): Answer<void> {
    const follow = flags['symlinkFollow'] === true;
    const at = this.#opened.target;
    return this.#do({ op: 'set-times-at', at, path, follow, ...times(accessed, modified) }, nothing);
  }

  linkAt(oldFlags: Flags, oldPath: string, to: Descriptor, newPath: string): Answer<void> {
    // What a link leads to would be linked without having been named.
    if (oldFlags['symlinkFollow'] === true) throw failed('invalid');
    return this.#move('link', oldPath, to, newPath);
  }

  openAt(pathFlags: Flags, path: string, openFlags: Flags, flags: Flags): Answer<Descriptor> {
    if (flags['fileIntegritySync'] || flags['dataIntegritySync'] || flags['requestedWriteSync']) {
      throw failed('unsupported');
    }
    const { files, target } = this.#opened;
    const { create = false, directory = false, exclusive = false, truncate = false } = openFlags;
    const { read = false, write = false } = flags;
    const follow = pathFlags['symlinkFollow'] === true;
    const request = {
      op: 'open',
      at: target,
      path,
      follow,
      create,
      directory,
      exclusive,
      truncate,
      read,
      write,
    } as const;
    return this.#do(request, ({ at, kind, mutate }) => {
      const isFile = kind === 'file';
      const opened = { read: read || !write, write: isFile && write, mutateDirectory: !isFile && mutate };
      return new Descriptor({ files, target: at, kind, flags: opened });
    });
  }

  readlinkAt(path: string): Answer<string> {
    return this.#do({ op: 'readlink', at: this.#opened.target, path }, (target) => target);
  }

  removeDirectoryAt(path: string): Answer<void> {
    return this.#do({ op: 'remove-directory', at: this.#opened.target, path }, nothing);
  }

  renameAt(oldPath: string, to: Descriptor, newPath: string): Answer<void> {
    return this.#move('rename', oldPath, to, newPath);
  }

  symlinkAt(target: string, path: string): Answer<void> {
    return this.#do({ op: 'symlink', at: this.#opened.target, target, path }, nothing);
  }

  unlinkFileAt(path: string): Answer<void> {
    return this.#do({ op: 'unlink-file', at: this.#opened.target, path }, nothing);
  }

  isSameObject(other: Descriptor): Answer<boolean> {
    const others = other.#opened;
    if (others.files !== this.#opened.files) return false;
    return whenAnswered(this.#stat(), (mine) =>
      whenAnswered(other.#stat(), (its) => mine !== undefined && mine === its),
    );
  }

  metadataHash(): Answer<ReturnType<typeof metadataHash>> {
    return this.#do({ op: 'stat', at: this.#opened.target }, (stat) => metadataHash(this.#opened.files.device, stat));
  }

  metadataHashAt(flags: Flags, path: string): Answer<ReturnType<typeof metadataHash>> {
    return this.#statAt(flags, path, (stat) => metadataHash(this.#opened.files.device, stat));
  }

  [Symbol.dispose](): void {
    this.#opened.files.close(this.#opened.target);
  }

  /** The node, if that may be known. */
  #stat(): Answer<number | undefined> {
    const { files, target } = this.#opened;
    return whenAnswered(files.perform({ op: 'stat', at: target }), (stat) => (stat.ok ? stat.value.node : undefined));
  }

  #statAt<R>(flags: Flags, path: string, read: (stat: FileStat) => R): Answer<R> {
    const follow = flags['symlinkFollow'] === true;
    return this.#do({ op: 'stat-at', at: this.#opened.target, path, follow }, read);
  }

  #move(op: 'link' | 'rename', path: string, other: Descriptor, newPath: string): Answer<void> {
    const { files, target: at } = this.#opened;
    const { files: toFiles, target: to } = other.#opened;
    if (files !== toFiles) throw failed('cross-device');
    return this.#do({ op, at, path, to, newPath } as RequestOf<typeof op, FileTarget>, nothing); // either has just these fields
  }

  #do<O extends FileOperation, R>(
    request: RequestOf<O, FileTarget>,
    read: (value: FileReplies<number>[O]) => R,
  ): Answer<R> {
    return whenAnswered(this.#opened.files.perform<O>(request), (outcome) => read(okOf(outcome)));
  }

  #requireFile(flag?: 'read' | 'write'): void {
    const { kind, flags } = this.#opened;
    if (kind !== 'file' || (flag !== undefined && !flags[flag])) throw failed('bad-descriptor');
  }

  #requireDirectory(): void {
    if (this.#opened.kind !== 'directory') throw failed('not-directory');
  }
}

function failed(code: FileErrorCode): WasiFailure {
  return new WasiFailure(code);
}

function nothing(): void {}

function times(
  accessed: NewTimestamp,
  modified: NewTimestamp,
): { readonly accessed: NewTime; readonly modified: NewTime } {
  const [first, second] = [newTime(accessed), newTime(modified)];
  if (first === undefined || second === undefined) throw failed('invalid');
  return { accessed: first, modified: second };
}
