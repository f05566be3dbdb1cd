/**
 * SQLite of a volume: a file system.
 *
 * | table | holds | lives |
 * | --- | --- | --- |
 * | `node` | files, directories, symbolic links; times are nanoseconds since 1970 as decimal text | until its last name is gone and nobody has it open |
 * | `entry` | names in directories | until unlinked |
 * | `chunk` | pieces of files, up to 64 KiB each; one that is missing, or shorter, is zero there | with its file |
 * | `usage` | one row: sizes of all files together, number of nodes | with the volume |
 * | the alarm | when to remove files that have no name and that nobody has open | while there are such files |
 */
import {
  CHUNK_BYTES,
  type FileNode,
  type FileUsage,
  type NamedNode,
  type NewNode,
  type NodeStore,
} from '../../src/core/files/node-store.ts';
import { type Database, migrate, type Row, schemaVersion } from '../shared/database.ts';

const MIGRATIONS = [
  `CREATE TABLE node (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     kind TEXT NOT NULL,
     links INTEGER NOT NULL,
     size INTEGER NOT NULL,
     parent INTEGER,
     name TEXT,
     target TEXT,
     accessed TEXT NOT NULL,
     modified TEXT NOT NULL,
     changed TEXT NOT NULL
   );
   CREATE INDEX nameless ON node (id) WHERE links = 0;
   CREATE TABLE entry (
     directory INTEGER NOT NULL,
     name TEXT NOT NULL,
     node INTEGER NOT NULL,
     PRIMARY KEY (directory, name)
   ) WITHOUT ROWID;
   CREATE TABLE chunk (
     node INTEGER NOT NULL,
     place INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (node, place)
   );
   CREATE TABLE usage (id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL, nodes INTEGER NOT NULL);
   INSERT INTO usage (id, bytes, nodes) VALUES (1, 0, 1);
   INSERT INTO node (id, kind, links, size, accessed, modified, changed) VALUES (1, 'directory', 1, 0, '0', '0', '0');`,
];

interface NodeRow extends Row {
  readonly id: number;
  readonly kind: FileNode['kind'];
  readonly links: number;
  readonly size: number;
  readonly parent: number | null;
  readonly name: string | null;
  readonly target: string | null;
  readonly accessed: string;
  readonly modified: string;
  readonly changed: string;
}

/** Whether anything was ever stored. */
export function volumeExists(db: Database): boolean {
  return schemaVersion(db) > 0;
}

export class VolumeStore implements NodeStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    migrate(db, MIGRATIONS);
  }

  node(id: number): FileNode | undefined {
    const row = this.#db.first<NodeRow>('SELECT * FROM node WHERE id = ?', id);
    return row === undefined ? undefined : nodeOf(row);
  }

  add(node: NewNode): number {
    const row = this.#db.first<{ id: number }>(
      `INSERT INTO node (kind, links, size, parent, name, target, accessed, modified, changed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      ...columnsOf(node),
    );
    if (row === undefined) throw new Error('a node was not stored');
    return row.id;
  }

  save(node: FileNode): void {
    this.#db.run(
      `UPDATE node SET kind = ?, links = ?, size = ?, parent = ?, name = ?, target = ?, accessed = ?, modified = ?,
       changed = ? WHERE id = ?`,
      ...columnsOf(node),
      node.id,
    );
  }

  remove(id: number): void {
    this.#db.run('DELETE FROM chunk WHERE node = ?', id);
    this.#db.run('DELETE FROM node WHERE id = ?', id);
  }

  child(directory: number, name: string): number | undefined {
    return this.#db.first<{ node: number }>('SELECT node FROM entry WHERE directory = ? AND name = ?', directory, name)
      ?.node;
  }

  setChild(directory: number, name: string, id: number): void {
    this.#db.run('INSERT OR REPLACE INTO entry (directory, name, node) VALUES (?, ?, ?)', directory, name, id);
  }

  removeChild(directory: number, name: string): void {
    this.#db.run('DELETE FROM entry WHERE directory = ? AND name = ?', directory, name);
  }

  children(directory: number, after: string, limit: number): readonly NamedNode[] {
    return this.#db.all<{ name: string; id: number }>(
      'SELECT name, node AS id FROM entry WHERE directory = ? AND name > ? ORDER BY name LIMIT ?',
      directory,
      after,
      limit,
    );
  }

  hasChildren(directory: number): boolean {
    return this.#db.first('SELECT 1 AS found FROM entry WHERE directory = ? LIMIT 1', directory) !== undefined;
  }

  chunk(id: number, index: number): Uint8Array | undefined {
    const row = this.#db.first<{ bytes: ArrayBuffer }>(
      'SELECT bytes FROM chunk WHERE node = ? AND place = ?',
      id,
      index,
    );
    return row === undefined ? undefined : new Uint8Array(row.bytes);
  }

  writeChunk(id: number, index: number, at: number, bytes: Uint8Array): void {
    const known = at === 0 && bytes.length === CHUNK_BYTES ? undefined : this.chunk(id, index);
    let whole = bytes;
    if (at > 0 || (known !== undefined && known.length > bytes.length)) {
      whole = new Uint8Array(Math.max(at + bytes.length, known?.length ?? 0));
      if (known !== undefined) whole.set(known);
      whole.set(bytes, at);
    }
    this.#db.run('INSERT OR REPLACE INTO chunk (node, place, bytes) VALUES (?, ?, ?)', id, index, whole);
  }

  dropChunks(id: number, from: number): void {
    this.#db.run('DELETE FROM chunk WHERE node = ? AND place >= ?', id, from);
  }

  usage(): FileUsage {
    const row = this.#db.first<{ bytes: number; nodes: number }>('SELECT bytes, nodes FROM usage');
    if (row === undefined) throw new Error('the volume has lost count of what it holds');
    return row;
  }

  grow(bytes: number, nodes: number): boolean {
    if (bytes !== 0 || nodes !== 0) this.#db.run('UPDATE usage SET bytes = bytes + ?, nodes = nodes + ?', bytes, nodes);
    return true;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  /** Nodes without a name: those that were open when they lost it. */
  nameless(): number[] {
    return this.#db.all<{ id: number }>('SELECT id FROM node WHERE links = 0').map(({ id }) => id);
  }
}

function columnsOf(node: NewNode): (string | number | null)[] {
  const { kind, links, accessed, modified, changed } = node;
  const { parent = null, name = null } = node.kind === 'directory' ? node : {};
  const size = node.kind === 'file' ? node.size : 0;
  const target = node.kind === 'symlink' ? node.target : null;
  return [kind, links, size, parent, name, target, String(accessed), String(modified), String(changed)];
}

function nodeOf({ id, kind, links, size, parent, name, target, accessed, modified, changed }: NodeRow): FileNode {
  const common = {
    id,
    links,
    accessed: BigInt(accessed),
    modified: BigInt(modified),
    changed: BigInt(changed),
  };
  switch (kind) {
    case 'file':
      return { ...common, kind, size };
    case 'symlink':
      return { ...common, kind, target: target ?? '' };
    case 'directory':
      return { ...common, kind, ...(parent === null || name === null ? {} : { parent, name }) };
  }
}
