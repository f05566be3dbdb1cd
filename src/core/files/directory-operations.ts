/** What is done with names: directories, links, and moving. */
import { MAX_DIRECTORY_DEPTH, MAX_DIRECTORY_ENTRIES_READ, MAX_HARD_LINKS } from '../limits.ts';
import { FileError } from './file-error.ts';
import type { DirectoryNode, FileNode } from './node-store.ts';
import { joinPath, parsePath } from './paths.ts';
import type { DirectoryEntry, FileReplies, OpenNode, PathRequest, RequestOf } from './requests.ts';
import type { Turn } from './turn.ts';
import type { Place } from './walk.ts';

type Entry = Extract<Place, { readonly kind: 'entry' }>;

/** The entries that may be read or written, some at a time. */
export function readDirectory(
  turn: Turn,
  { at, after }: RequestOf<'read-directory', OpenNode>,
): FileReplies<OpenNode>['read-directory'] {
  const { node, path } = turn.base(at);
  turn.require(path, 'read');
  const names = turn.store.children(node.id, after, MAX_DIRECTORY_ENTRIES_READ);
  const entries = names.flatMap(({ name, id }): DirectoryEntry[] => {
    turn.step();
    const kind = turn.store.node(id)?.kind;
    const shown = joinPath(path, name);
    if (kind === undefined || !(turn.allows(shown, 'read') || turn.allows(shown, 'write'))) return [];
    return [{ name, id, kind }];
  });
  const last = names.length === MAX_DIRECTORY_ENTRIES_READ ? names.at(-1)?.name : undefined;
  return last === undefined ? { entries } : { entries, last };
}

export function createDirectory(turn: Turn, { at, path }: PathRequest<OpenNode>): null {
  const place = turn.place(at, path, false, 'write');
  turn.require(place.path, 'write');
  if (place.kind === 'base' || place.node !== undefined) throw new FileError('exist');
  turn.requireMutable(at);
  makeDirectory(turn, place.parent, place.name);
  return null;
}

/** A new, empty directory. */
export function makeDirectory(turn: Turn, parent: Entry['parent'], name: string): number {
  requireDepth(joinPath(parent.path, name));
  const { now } = turn;
  const times = { accessed: now, modified: now, changed: now };
  return turn.create(parent, name, { kind: 'directory', links: 1, parent: parent.node.id, name, ...times });
}

export function removeDirectory(turn: Turn, { at, path }: PathRequest<OpenNode>): null {
  const { parent, name, node } = existing(turn, turn.place(at, path, false, 'write'), at);
  if (node.kind !== 'directory') throw new FileError('not-directory');
  requireEmpty(turn, node);
  turn.store.removeChild(parent.node.id, name);
  turn.unlink(node);
  turn.changedDirectory(parent.node.id);
  return null;
}

export function unlinkFile(turn: Turn, { at, path }: PathRequest<OpenNode>): null {
  const { parent, name, node } = existing(turn, turn.place(at, path, false, 'write'), at);
  if (node.kind === 'directory') throw new FileError('is-directory');
  turn.store.removeChild(parent.node.id, name);
  turn.unlink(node);
  turn.changedDirectory(parent.node.id);
  return null;
}

export function readlink(turn: Turn, { at, path }: PathRequest<OpenNode>): string {
  const place = turn.place(at, path, false, 'read');
  turn.require(place.path, 'read');
  if (place.node === undefined) throw new FileError('no-entry');
  if (place.node.kind !== 'symlink') throw new FileError('invalid');
  return place.node.target;
}

/** Where the link leads is decided when it is followed; an absolute target leads nowhere, so it is refused now. */
export function symlink(turn: Turn, { at, target, path }: RequestOf<'symlink', OpenNode>): null {
  const { isAbsolute } = parsePath(target);
  const place = turn.place(at, path, false, 'write');
  turn.require(place.path, 'write');
  if (isAbsolute) {
    const rule = 'a symbolic link may not have an absolute target';
    throw new FileError('not-permitted', { path: target, access: 'read', rule });
  }
  if (place.kind === 'base' || place.node !== undefined) throw new FileError('exist');
  if (place.asDirectory) throw new FileError('no-entry');
  turn.requireMutable(at);
  const { now } = turn;
  const times = { accessed: now, modified: now, changed: now };
  turn.create(place.parent, place.name, { kind: 'symlink', links: 1, target, ...times });
  return null;
}

/** A second name for a file or a symbolic link. Links are never followed: what is linked would not be what was checked. */
export function link(turn: Turn, { at, path, to, newPath }: RequestOf<'link', OpenNode>): null {
  const from = existing(turn, turn.place(at, path, false, 'write'), at);
  const place = turn.place(to, newPath, false, 'write');
  turn.require(place.path, 'write');
  if (from.node.kind === 'directory') throw new FileError('not-permitted');
  requireNoGain(turn, from.path, place.path);
  if (place.kind === 'base' || place.node !== undefined) throw new FileError('exist');
  if (place.asDirectory) throw new FileError('no-entry');
  turn.requireMutable(to);
  if (from.node.links >= MAX_HARD_LINKS) throw new FileError('too-many-links');
  turn.store.save({ ...from.node, links: from.node.links + 1, changed: turn.now });
  turn.store.setChild(place.parent.node.id, place.name, from.node.id);
  turn.changedDirectory(place.parent.node.id);
  return null;
}

/** As one step: at no time is the old name gone and the new one missing. */
export function rename(turn: Turn, { at, path, to, newPath }: RequestOf<'rename', OpenNode>): null {
  const from = existing(turn, turn.place(at, path, false, 'write'), at);
  const place = turn.place(to, newPath, false, 'write');
  turn.require(place.path, 'write');
  turn.requireMutable(to);
  if (place.kind === 'base') throw new FileError('busy');
  const { node } = from;
  if (place.asDirectory && node.kind !== 'directory') throw new FileError('not-directory');
  if (place.node?.id === node.id) return null;
  if (node.kind === 'directory' && isWithin(place.path, from.path)) throw new FileError('invalid');
  if (place.node !== undefined) requireReplaceable(turn, node, place.node);
  requireTreeMayMove(turn, node, from.path, place.path);
  turn.store.removeChild(from.parent.node.id, from.name);
  if (place.node !== undefined) turn.unlink(place.node);
  turn.store.setChild(place.parent.node.id, place.name, node.id);
  const moved = node.kind === 'directory' ? { ...node, parent: place.parent.node.id, name: place.name } : node;
  turn.store.save({ ...moved, changed: turn.now });
  turn.changedDirectory(from.parent.node.id);
  turn.changedDirectory(place.parent.node.id);
  return null;
}

/** The entry at a place whose name is about to be changed. */
function existing(turn: Turn, place: Place, at: OpenNode): Entry & { readonly node: FileNode } {
  turn.require(place.path, 'write');
  if (place.kind === 'base') throw new FileError('busy');
  const { node } = place;
  if (node === undefined) throw new FileError('no-entry');
  turn.requireMutable(at);
  return { ...place, node };
}

function requireReplaceable(turn: Turn, node: FileNode, target: FileNode): void {
  if (target.kind !== 'directory') {
    if (node.kind === 'directory') throw new FileError('not-directory');
  } else if (node.kind === 'directory') requireEmpty(turn, target);
  else throw new FileError('is-directory');
}

function requireEmpty(turn: Turn, directory: DirectoryNode): void {
  if (turn.store.hasChildren(directory.id)) throw new FileError('not-empty');
}

function isWithin(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

/** A new path may not allow what the old one does not: a name is no way to permission. */
function requireNoGain(turn: Turn, from: string, to: string): void {
  for (const access of ['read', 'write'] as const) if (turn.allows(to, access)) turn.require(from, access);
}

/** The same for everything in a directory, each of which has to be writable where it is and where it goes. */
function requireTreeMayMove(turn: Turn, root: FileNode, from: string, to: string): void {
  const pending = [{ node: root, from, to }];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    const { node, from: old, to: next } = each;
    turn.step();
    turn.require(old, 'write');
    turn.require(next, 'write');
    requireNoGain(turn, old, next);
    if (node.kind !== 'directory') continue;
    requireDepth(next);
    for (const { name, id } of turn.store.children(node.id, '', Number.MAX_SAFE_INTEGER)) {
      const child = turn.store.node(id);
      if (child !== undefined) pending.push({ node: child, from: joinPath(old, name), to: joinPath(next, name) });
    }
  }
}

function requireDepth(path: string): void {
  if (path.split('/').length - 1 > MAX_DIRECTORY_DEPTH) throw new FileError('name-too-long');
}
