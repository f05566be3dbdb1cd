/** `open-at`: from a path to a descriptor. */

import { resize } from './content-operations.ts';
import { FileError } from './file-error.ts';
import type { FileNode } from './node-store.ts';
import type { OpenNode, RequestOf } from './requests.ts';
import type { Turn } from './turn.ts';
import type { Place } from './walk.ts';

type OpenRequest = RequestOf<'open', OpenNode>;

/** What is at a path, made where it was asked for and is missing. */
export function openNode(turn: Turn, request: OpenRequest): OpenNode {
  const { at, path, create, exclusive, truncate, directory, write } = request;
  if (directory && (create || exclusive || truncate)) throw new FileError('invalid');
  const place = turn.place(at, path, request.follow && !(create && exclusive), write || create ? 'write' : 'read');
  const read = request.read || !write;
  const changes = write || truncate || (create && place.node === undefined);
  if (read) turn.require(place.path, 'read');
  if (changes) turn.require(place.path, 'write');
  if (place.kind === 'entry' && place.node === undefined) return made(turn, request, place);
  const { node } = place;
  if (node === undefined) throw new FileError('no-entry');
  if (create && exclusive) throw new FileError('exist');
  if (node.kind === 'symlink') throw new FileError(directory ? 'not-directory' : 'loop');
  if (node.kind === 'directory') {
    if (write || truncate || create) throw new FileError('is-directory');
    return { node: node.id, kind: 'directory', path: place.path, read, write: false, mutate: at.mutate };
  }
  if (directory) throw new FileError('not-directory');
  if (changes) turn.requireMutable(at);
  if (truncate) resize(turn, node, 0);
  return openFile(request, place, node.id);
}

function made(turn: Turn, request: OpenRequest, place: Place): OpenNode {
  if (!request.create || place.kind !== 'entry') throw new FileError('no-entry');
  if (place.asDirectory) throw new FileError('is-directory');
  turn.requireMutable(request.at);
  const { now } = turn;
  const id = turn.create(place.parent, place.name, {
    kind: 'file',
    links: 1,
    size: 0,
    accessed: now,
    modified: now,
    changed: now,
  });
  return openFile(request, place, id);
}

function openFile({ at, read, write }: OpenRequest, place: Place, node: FileNode['id']): OpenNode {
  const entry = place.kind === 'entry' ? { entry: { directory: place.parent.node.id, name: place.name } } : {};
  return { node, kind: 'file', path: place.path, ...entry, read: read || !write, write, mutate: at.mutate };
}
