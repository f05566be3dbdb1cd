/** What is done to a node that is open: its bytes, its size, its times. */
import { MAX_FILE_BYTES, MAX_FILE_READ_BYTES } from '../limits.ts';
import { cutContent, readContent, writeContent } from './content.ts';
import { FileError } from './file-error.ts';
import type { FileContentNode, FileNode, FileTime } from './node-store.ts';
import type { FileReplies, FileStat, NewTime, OpenNode, RequestOf } from './requests.ts';
import type { Turn } from './turn.ts';

export function readFile(
  turn: Turn,
  { at, offset, length }: RequestOf<'read', OpenNode>,
): FileReplies<OpenNode>['read'] {
  const node = turn.file(at);
  if (!at.read) throw new FileError('bad-descriptor');
  turn.require(turn.pathOf(at), 'read');
  const count = Math.max(0, Math.min(length, node.size - offset, MAX_FILE_READ_BYTES));
  return { bytes: readContent(turn.store, node.id, offset, count), end: offset + count >= node.size };
}

/** All of the bytes or none. */
export function writeFile(
  turn: Turn,
  { at, offset, bytes }: RequestOf<'write', OpenNode>,
): FileReplies<OpenNode>['write'] {
  const node = turn.file(at);
  if (!at.write) throw new FileError('bad-descriptor');
  turn.require(turn.pathOf(at), 'write');
  const start = offset ?? node.size;
  const end = start + bytes.length;
  if (bytes.length === 0) return { end };
  if (end > MAX_FILE_BYTES) throw new FileError('file-too-large');
  const size = Math.max(node.size, end);
  turn.grow(size - node.size, 0);
  writeContent(turn.store, node.id, start, bytes);
  turn.store.save({ ...node, size, modified: turn.now, changed: turn.now });
  return { end };
}

export function setSize(turn: Turn, { at, size }: RequestOf<'set-size', OpenNode>): null {
  const node = turn.file(at);
  if (!at.write) throw new FileError('not-permitted');
  turn.require(turn.pathOf(at), 'write');
  resize(turn, node, size);
  return null;
}

/** Cuts a file off, or lets it go on with zeroes. */
export function resize(turn: Turn, node: FileContentNode, size: number): void {
  if (size > MAX_FILE_BYTES) throw new FileError('file-too-large');
  turn.grow(size - node.size, 0);
  if (size < node.size) cutContent(turn.store, node.id, size);
  turn.store.save({ ...node, size, modified: turn.now, changed: turn.now });
}

/** What a descriptor stands for, as far as it is told. */
export function statOpen(turn: Turn, at: OpenNode): FileStat {
  const node = turn.store.node(at.node);
  if (node === undefined) throw new FileError('bad-descriptor');
  turn.require(turn.pathOf(at), 'read');
  return statOf(node);
}

export function statAt(turn: Turn, { at, path, follow }: RequestOf<'stat-at', OpenNode>): FileStat {
  const place = turn.place(at, path, follow, 'read');
  turn.require(place.path, 'read');
  if (place.node === undefined) throw new FileError('no-entry');
  return statOf(place.node);
}

/** The size of a directory is nothing, that of a link the length of what is in it. */
function statOf(node: FileNode): FileStat {
  const { id, kind, links, accessed, modified, changed } = node;
  const size = kind === 'file' ? node.size : kind === 'symlink' ? encoder.encode(node.target).length : 0;
  return { node: id, kind, links, size, accessed, modified, changed };
}

const encoder = new TextEncoder();

export function setTimes(turn: Turn, { at, accessed, modified }: RequestOf<'set-times', OpenNode>): null {
  const node = turn.store.node(at.node);
  if (node === undefined) throw new FileError('bad-descriptor');
  if (at.kind === 'file' ? !at.write : !at.mutate) throw new FileError('not-permitted');
  turn.require(turn.pathOf(at), 'write');
  saveTimes(turn, node, accessed, modified);
  return null;
}

export function setTimesAt(turn: Turn, request: RequestOf<'set-times-at', OpenNode>): null {
  const { at, path, follow, accessed, modified } = request;
  const place = turn.place(at, path, follow, 'write');
  turn.require(place.path, 'write');
  if (place.node === undefined) throw new FileError('no-entry');
  turn.requireMutable(at);
  saveTimes(turn, place.node, accessed, modified);
  return null;
}

function saveTimes(turn: Turn, node: FileNode, accessed: NewTime, modified: NewTime): void {
  const time = (given: NewTime, known: FileTime) => (given === 'keep' ? known : given === 'now' ? turn.now : given);
  turn.store.save({
    ...node,
    accessed: time(accessed, node.accessed),
    modified: time(modified, node.modified),
    changed: turn.now,
  });
}
