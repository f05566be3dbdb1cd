/** Follows a path from a directory to the place that it names. It cannot leave that directory, links or not. */
import { MAX_SYMLINKS } from '../limits.ts';
import { FileError } from './file-error.ts';
import type { DirectoryNode, FileNode, NodeStore } from './node-store.ts';
import { type GivenPath, joinPath, parsePath, plainPath } from './paths.ts';

/** A directory and its path in the whole file system. */
export interface Base {
  readonly node: DirectoryNode;
  readonly path: string;
}

/** Where a path leads: an entry that is or could be there, or the directory that it starts from. */
export type Place =
  | {
      readonly kind: 'entry';
      readonly parent: Base;
      readonly name: string;
      readonly path: string;
      readonly node: FileNode | undefined;
      /** The path says that it is a directory. */
      readonly asDirectory: boolean;
    }
  | { readonly kind: 'base'; readonly node: DirectoryNode; readonly path: string };

export interface Walk {
  readonly store: NodeStore;
  /** Whether a link at the end is followed; those on the way always are. */
  readonly follow: boolean;
  /** Hears where the walk ends without an entry, before that is told: who may not know of a path learns nothing. */
  readonly reveal: (path: string) => void;
  /** Called for each step. */
  readonly step: () => void;
}

/** Throws `not-permitted` where the path leads out of `base`. */
export function walk(base: Base, text: string, { store, follow, reveal, step }: Walk): Place {
  const given = parsePath(text);
  const trail: Base[] = [];
  const pending = stepsOf(base, given);
  let { asDirectory } = given;
  let links = 0;
  for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
    step();
    const here = trail.at(-1) ?? base;
    if (segment === '..') {
      if (trail.pop() === undefined) throw leadsOut(plainPath(base.path, given));
      continue;
    }
    const path = joinPath(here.path, segment);
    const isLast = pending.length === 0;
    const id = store.child(here.node.id, segment);
    const node = id === undefined ? undefined : store.node(id);
    if (node?.kind === 'symlink' && (!isLast || follow || asDirectory)) {
      links += 1;
      if (links > MAX_SYMLINKS) throw new FileError('loop');
      const target = parsePath(node.target);
      if (isLast && target.asDirectory) asDirectory = true;
      pending.push(...stepsOf(here, target));
    } else if (isLast) {
      if (asDirectory && node !== undefined && node.kind !== 'directory') fail('not-directory', path);
      return { kind: 'entry', parent: here, name: segment, path, node, asDirectory };
    } else if (node?.kind === 'directory') {
      trail.push({ node, path });
    } else {
      fail(node === undefined ? 'no-entry' : 'not-directory', path);
    }
  }
  const end = trail.pop();
  if (end === undefined) return { kind: 'base', ...base };
  const name = end.path.slice(end.path.lastIndexOf('/') + 1);
  return { kind: 'entry', parent: trail.at(-1) ?? base, name, path: end.path, node: end.node, asDirectory: true };

  function fail(code: 'no-entry' | 'not-directory', path: string): never {
    reveal([path, ...pending.filter((rest) => rest !== '..').reverse()].join('/'));
    throw new FileError(code);
  }
}

/** The steps of a path, last one first. */
function stepsOf(from: Base, given: GivenPath): string[] {
  if (given.isAbsolute) throw leadsOut(plainPath(from.path, given));
  return [...given.segments].reverse();
}

function leadsOut(path: string): FileError {
  return new FileError('not-permitted', {
    path,
    access: 'read',
    rule: 'it is outside of the directory it was sought in',
  });
}
