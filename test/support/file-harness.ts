/** A file system under test, with requests as short as a test wants them. */
import type { FileAccess } from '../../src/core/files/file-error.ts';
import { FileSystem } from '../../src/core/files/file-system.ts';
import type { NodeStore } from '../../src/core/files/node-store.ts';
import type { FileOperation, FileReplies, OpenNode, RequestOf } from '../../src/core/files/requests.ts';
import type { FileQuota, FileRules } from '../../src/core/files/turn.ts';

/** Makes an empty store. */
export type MakeStore = () => NodeStore;

const QUOTA: FileQuota = { bytes: 1_000_000, nodes: 1_000 };

type Reply<O extends FileOperation> = O extends 'open' ? OpenNode : FileReplies<OpenNode>[O];

export class FileHarness {
  readonly files: FileSystem;
  readonly store: NodeStore;
  readonly opened = new Set<number>();
  root: OpenNode = { node: 1, kind: 'directory', path: '/', read: true, write: false, mutate: true };
  rules: FileRules = () => ({ allowed: true, rule: 'all' });
  now = 1_000n;

  constructor(make: MakeStore, quota: FileQuota = QUOTA) {
    this.store = make();
    this.files = new FileSystem(this.store, quota, (node) => this.opened.has(node));
  }

  /** What comes of a request: its value, or the code of its failure as `{failed}`. */
  ask<O extends FileOperation>(request: RequestOf<O, OpenNode>): Reply<O> | { readonly failed: string } {
    const done = this.files.perform(request, { rules: this.rules, now: this.now, step: () => undefined });
    return done.ok ? done.value : { failed: done.error.code };
  }

  open(
    path: string,
    how: Partial<RequestOf<'open', OpenNode>> = {},
    at = this.root,
  ): OpenNode | { readonly failed: string } {
    const nothing = { create: false, exclusive: false, truncate: false, directory: false, read: true, write: false };
    const done = this.ask({ op: 'open', at, path, follow: true, ...nothing, ...how });
    if ('node' in done) this.opened.add(done.node);
    return done;
  }

  /** A file that has to open. */
  file(path: string, how: Partial<RequestOf<'open', OpenNode>> = { create: true, write: true }): OpenNode {
    const opened = this.open(path, how);
    if ('failed' in opened) throw new Error(`${path}: ${opened.failed}`);
    return opened;
  }

  /** Writes a whole file. */
  put(path: string, text: string): void {
    const at = this.file(path, { create: true, write: true, truncate: true });
    this.ask({ op: 'write', at, offset: 0, bytes: new TextEncoder().encode(text) });
    this.close(at);
  }

  get(path: string): string | { readonly failed: string } {
    const at = this.open(path);
    if ('failed' in at) return at;
    const read = this.ask({ op: 'read', at, offset: 0, length: 1_000_000 });
    this.close(at);
    return 'failed' in read ? read : new TextDecoder().decode(read.bytes);
  }

  close({ node }: OpenNode): void {
    this.opened.delete(node);
    this.files.closed(node);
  }

  mkdir(path: string, at = this.root) {
    return this.ask({ op: 'create-directory', at, path });
  }

  names(at = this.root): string[] {
    const read = this.ask({ op: 'read-directory', at, after: '' });
    if ('failed' in read) throw new Error(read.failed);
    return read.entries.map(({ name }) => name);
  }
}

/** Rules by lists of path prefixes. */
export function prefixRules(
  allow: Readonly<Record<FileAccess, readonly string[]>>,
  deny: readonly string[] = [],
): FileRules {
  const within = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
  return (path, access) => {
    if (deny.some((prefix) => within(path, prefix))) return { allowed: false, rule: 'deny' };
    const allowed = allow[access].some((prefix) => within(path, prefix));
    return { allowed, rule: allowed ? 'allow' : 'nothing' };
  };
}
