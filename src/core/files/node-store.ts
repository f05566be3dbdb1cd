/** What a file system is kept in: nodes, names and pieces of content. Synchronous, so that each operation is one step. */

/** The bytes of one piece of content; also a page of WebAssembly memory, and a row that SQLite handles well. */
export const CHUNK_BYTES = 64 * 1024;

/** Nanoseconds since 1970. */
export type FileTime = bigint;

interface Common {
  readonly id: number;
  /** Names that lead to it; without any it lives until nobody has it open. */
  readonly links: number;
  readonly accessed: FileTime;
  readonly modified: FileTime;
  readonly changed: FileTime;
}

export interface FileContentNode extends Common {
  readonly kind: 'file';
  readonly size: number;
}

/** A directory has one name at most; the root and a removed one have none. */
export interface DirectoryNode extends Common {
  readonly kind: 'directory';
  readonly parent?: number;
  readonly name?: string;
}

export interface LinkNode extends Common {
  readonly kind: 'symlink';
  readonly target: string;
}

export type FileNode = FileContentNode | DirectoryNode | LinkNode;

/** A node before it has its number. */
export type NewNode = FileNode extends infer Each ? (Each extends FileNode ? Omit<Each, 'id'> : never) : never;

/** What all nodes take. */
export interface FileUsage {
  /** The sizes of all files together. */
  readonly bytes: number;
  readonly nodes: number;
}

/** An entry of a directory. */
export interface NamedNode {
  readonly name: string;
  readonly id: number;
}

/** The root directory's number. It is there from the start. */
export const ROOT_ID = 1;

export interface NodeStore {
  node(id: number): FileNode | undefined;
  /** Stores a new node; the number has never been another node's. */
  add(node: NewNode): number;
  /** Stores a node that is there anew. */
  save(node: FileNode): void;
  /** Removes a node with its content. */
  remove(id: number): void;
  child(directory: number, name: string): number | undefined;
  /** Gives a node a name, in place of the node that had it. */
  setChild(directory: number, name: string, id: number): void;
  removeChild(directory: number, name: string): void;
  /** In the order of names, those after `after`, at most `limit`. */
  children(directory: number, after: string, limit: number): readonly NamedNode[];
  hasChildren(directory: number): boolean;
  /** A piece of content, as long as it was ever written; undefined: nothing but zeroes. Not to be changed. */
  chunk(id: number, index: number): Uint8Array | undefined;
  /** Writes into a piece; zeroes fill what was not written before. Copies `bytes`. */
  writeChunk(id: number, index: number, at: number, bytes: Uint8Array): void;
  /** Removes all pieces from `from` on. */
  dropChunks(id: number, from: number): void;
  usage(): FileUsage;
  /** Books what is about to be taken, or gives back; false when it is not to be had. */
  grow(bytes: number, nodes: number): boolean;
  /** All or nothing, where anything can fail half-way. */
  transaction<T>(body: () => T): T;
}
