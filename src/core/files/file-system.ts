/** The file system behind `wasi:filesystem`: each operation is one step on its store, decided by the rules that come with it. */
import { err, ok, type Result } from '../result.ts';
import * as content from './content-operations.ts';
import * as directories from './directory-operations.ts';
import { FileError, type FileFailure } from './file-error.ts';
import { type NodeStore, ROOT_ID } from './node-store.ts';
import { openNode } from './open-node.ts';
import { joinPath, parsePath } from './paths.ts';
import type { FileOperation, FileReplies, FileRequest, OpenNode, RequestOf } from './requests.ts';
import { discard, type FileQuota, Turn, type TurnFrame } from './turn.ts';
import type { Base } from './walk.ts';

/** What the replies of operations say of a descriptor. */
type Opened = { readonly [O in FileOperation]: O extends 'open' ? OpenNode : FileReplies<OpenNode>[O] };

/** What an operation on a file system comes to. */
export type FileResult<O extends FileOperation> = Result<Opened[O], FileFailure>;

/** Who asks, and when; see `TurnFrame`. */
export type Asking = Pick<TurnFrame, 'rules' | 'now' | 'step'>;

export interface RootOptions {
  readonly make: boolean;
  /** Whether what is below may be changed. */
  readonly mutate: boolean;
}

const ROOT: OpenNode = { node: ROOT_ID, kind: 'directory', path: '/', read: true, write: false, mutate: true };

/** The rule of a directory that no rule is about. */
const NOTHING = 'nothing allows it';

export class FileSystem {
  readonly #store: NodeStore;
  readonly #quota: FileQuota;
  readonly #isOpen: (node: number) => boolean;

  /** `isOpen` tells of nodes that have to outlive their last name. */
  constructor(store: NodeStore, quota: FileQuota, isOpen: (node: number) => boolean) {
    this.#store = store;
    this.#quota = quota;
    this.#isOpen = isOpen;
  }

  /** All of an operation, or its failure and nothing of it. */
  perform<O extends FileOperation>(request: RequestOf<O, OpenNode>, asking: Asking): FileResult<O> {
    // A cast: each case of `run` answers with what its request is for.
    return this.#attempt(asking, (turn) => run(turn, request) as Opened[O]);
  }

  /**
   * The directory at an absolute path, over no link. With `make` it is made with all on the way: for who may use what is in
   * it. Without, one that is missing is refused.
   */
  root(path: string, { make, mutate }: RootOptions, asking: Asking): Result<OpenNode, FileFailure> {
    return this.#attempt(asking, (turn) => {
      let base = turn.base(ROOT);
      for (const name of path === '/' ? [] : parsePath(path).segments) base = childDirectory(turn, base, name, make);
      return { ...ROOT, node: base.node.id, path: base.path, mutate };
    });
  }

  /** To be called when nobody has a node open any more. */
  closed(id: number): void {
    const node = this.#store.node(id);
    if (node === undefined || node.links > 0 || this.#isOpen(id)) return;
    this.#store.transaction(() => discard(this.#store, node));
  }

  #attempt<T>(asking: Asking, body: (turn: Turn) => T): Result<T, FileFailure> {
    const turn = new Turn({ ...asking, store: this.#store, quota: this.#quota, isOpen: this.#isOpen });
    try {
      return ok(this.#store.transaction(() => body(turn)));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const { code, refused } = error;
      return err(refused === undefined ? { code } : { code, refused });
    }
  }
}

function childDirectory(turn: Turn, parent: Base, name: string, make: boolean): Base {
  const path = joinPath(parent.path, name);
  const known = turn.store.child(parent.node.id, name);
  if (known === undefined && !make) throw new FileError('access', { path, access: 'read', rule: NOTHING });
  const node = turn.store.node(known ?? directories.makeDirectory(turn, parent, name));
  if (node?.kind !== 'directory') throw new FileError('not-directory');
  return { node, path };
}

function run(turn: Turn, request: FileRequest<OpenNode>): Opened[FileOperation] {
  switch (request.op) {
    case 'open':
      return openNode(turn, request);
    case 'read':
      return content.readFile(turn, request);
    case 'write':
      return content.writeFile(turn, request);
    case 'set-size':
      return content.setSize(turn, request);
    case 'stat':
      return content.statOpen(turn, request.at);
    case 'stat-at':
      return content.statAt(turn, request);
    case 'set-times':
      return content.setTimes(turn, request);
    case 'set-times-at':
      return content.setTimesAt(turn, request);
    case 'read-directory':
      return directories.readDirectory(turn, request);
    case 'create-directory':
      return directories.createDirectory(turn, request);
    case 'remove-directory':
      return directories.removeDirectory(turn, request);
    case 'unlink-file':
      return directories.unlinkFile(turn, request);
    case 'readlink':
      return directories.readlink(turn, request);
    case 'symlink':
      return directories.symlink(turn, request);
    case 'rename':
      return directories.rename(turn, request);
    case 'link':
      return directories.link(turn, request);
  }
}
