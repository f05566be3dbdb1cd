/** One operation on a file system: who asks, when, and what every operation needs to find and to check. */
import { type FileAccess, FileError } from './file-error.ts';
import type {
  DirectoryNode,
  FileContentNode,
  FileNode,
  FileTime,
  FileUsage,
  NewNode,
  NodeStore,
} from './node-store.ts';
import { joinPath } from './paths.ts';
import type { OpenNode } from './requests.ts';
import { type Base, type Place, walk } from './walk.ts';

/** Says whether a path may be used. `rule` names what decided. */
export type FileRules = (path: string, access: FileAccess) => { readonly allowed: boolean; readonly rule: string };

/** The most that a file system holds. */
export type FileQuota = FileUsage;

/** What an operation is done with. */
export interface TurnFrame {
  readonly store: NodeStore;
  readonly rules: FileRules;
  readonly quota: FileQuota;
  readonly now: FileTime;
  /** Whether somebody has a node open. */
  readonly isOpen: (node: number) => boolean;
  /** Called for each step of work that the size of the request does not show. */
  readonly step: () => void;
}

export class Turn {
  readonly store: NodeStore;
  readonly now: FileTime;
  readonly step: () => void;
  readonly #frame: TurnFrame;

  constructor(frame: TurnFrame) {
    this.#frame = frame;
    this.store = frame.store;
    this.now = frame.now;
    this.step = frame.step;
  }

  /** Throws `access` when the rules do not allow it. */
  require(path: string, access: FileAccess): void {
    const { allowed, rule } = this.#frame.rules(path, access);
    if (!allowed) throw new FileError('access', { path, access, rule });
  }

  allows(path: string, access: FileAccess): boolean {
    return this.#frame.rules(path, access).allowed;
  }

  /** Where a path leads; `access` is what is asked of it, and is required of a path that leads nowhere. */
  place(open: OpenNode, path: string, follow: boolean, access: FileAccess): Place {
    const base = this.base(open);
    // A directory that was removed has no entries, and gets none.
    if (base.node.links === 0) throw new FileError('no-entry');
    return walk(base, path, {
      store: this.store,
      follow,
      reveal: (reached) => this.require(reached, access),
      step: this.step,
    });
  }

  /** The directory of a descriptor, where it is now. */
  base(open: OpenNode): Base {
    if (open.kind !== 'directory') throw new FileError('not-directory');
    const node = this.store.node(open.node);
    if (node?.kind !== 'directory') throw new FileError('no-entry');
    return { node, path: this.#directoryPath(node) ?? open.path };
  }

  /** The path of a descriptor, by which it was opened; its directory may have moved since. */
  pathOf(open: OpenNode): string {
    if (open.kind === 'directory') return this.base(open).path;
    const directory = open.entry === undefined ? undefined : this.store.node(open.entry.directory);
    const path = directory?.kind === 'directory' ? this.#directoryPath(directory) : undefined;
    return open.entry === undefined || path === undefined ? open.path : joinPath(path, open.entry.name);
  }

  /** The file of a descriptor. */
  file(open: OpenNode): FileContentNode {
    const node = open.kind === 'file' ? this.store.node(open.node) : undefined;
    if (node?.kind !== 'file') throw new FileError('bad-descriptor');
    return node;
  }

  /** Throws unless what is below a descriptor may be changed. */
  requireMutable(open: OpenNode): void {
    if (!open.mutate) throw new FileError('read-only');
  }

  /** Books what is about to be made. */
  grow(bytes: number, nodes: number): void {
    const { quota } = this.#frame;
    const used = this.store.usage();
    if (nodes > 0 && used.nodes + nodes > quota.nodes) throw new FileError('quota');
    if (bytes > 0 && used.bytes + bytes > quota.bytes) throw new FileError('insufficient-space');
    if (!this.store.grow(bytes, nodes)) throw new FileError('insufficient-space');
  }

  /** A new node under a name that is free. */
  create(parent: Base, name: string, node: NewNode): number {
    this.grow(0, 1);
    const id = this.store.add(node);
    this.store.setChild(parent.node.id, name, id);
    this.changedDirectory(parent.node.id);
    return id;
  }

  /** Takes a name away from a node; the last one takes the node with it, unless somebody has it open. */
  unlink(node: FileNode): void {
    const links = node.kind === 'directory' ? 0 : node.links - 1;
    if (links === 0 && !this.#frame.isOpen(node.id)) {
      discard(this.store, node);
      return;
    }
    const changed = this.now;
    if (node.kind === 'directory') {
      const { parent: _parent, name: _name, ...nameless } = node;
      this.store.save({ ...nameless, links, changed });
    } else this.store.save({ ...node, links, changed });
  }

  /** Its entries changed. */
  changedDirectory(id: number): void {
    const node = this.store.node(id);
    if (node !== undefined) this.store.save({ ...node, modified: this.now, changed: this.now });
  }

  /** Undefined for a directory that was removed, or that is in one. */
  #directoryPath(node: DirectoryNode): string | undefined {
    const names: string[] = [];
    let at: FileNode | undefined = node;
    while (at?.kind === 'directory' && at.parent !== undefined && at.name !== undefined) {
      this.step();
      names.push(at.name);
      at = this.store.node(at.parent);
    }
    return at?.kind === 'directory' && at.links > 0 ? `/${names.reverse().join('/')}` : undefined;
  }
}

/** Removes a node that nothing leads to, and gives back what it took. */
export function discard(store: NodeStore, node: FileNode): void {
  store.remove(node.id);
  store.grow(node.kind === 'file' ? -node.size : 0, -1);
}
