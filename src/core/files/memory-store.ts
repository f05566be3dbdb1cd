/** A file system in memory. */
import {
  CHUNK_BYTES,
  type FileNode,
  type FileTime,
  type FileUsage,
  type NamedNode,
  type NewNode,
  type NodeStore,
  ROOT_ID,
} from './node-store.ts';

/** Pieces grow in steps of so many bytes: a file that is written in small parts is not copied for each. */
const STEP_BYTES = 4_096;

/** What the account of a memory store is asked; see `NodeStore.grow`. */
export type GrowMemory = (usage: FileUsage) => boolean;

export class MemoryStore implements NodeStore {
  readonly #grow: GrowMemory;
  readonly #nodes = new Map<number, FileNode>();
  readonly #names = new Map<number, Map<string, number>>();
  readonly #chunks = new Map<number, Map<number, Uint8Array>>();
  #next = ROOT_ID + 1;
  #usage: FileUsage = { bytes: 0, nodes: 1 };

  /** `grow` says whether the store may take so much in all. */
  constructor(now: FileTime, grow: GrowMemory) {
    this.#grow = grow;
    this.#nodes.set(ROOT_ID, { id: ROOT_ID, kind: 'directory', links: 1, accessed: now, modified: now, changed: now });
  }

  node(id: number): FileNode | undefined {
    return this.#nodes.get(id);
  }

  add(node: NewNode): number {
    const id = this.#next++;
    this.#nodes.set(id, { ...node, id });
    return id;
  }

  save(node: FileNode): void {
    this.#nodes.set(node.id, node);
  }

  remove(id: number): void {
    this.#nodes.delete(id);
    this.#names.delete(id);
    this.#chunks.delete(id);
  }

  child(directory: number, name: string): number | undefined {
    return this.#names.get(directory)?.get(name);
  }

  setChild(directory: number, name: string, id: number): void {
    const names = this.#names.get(directory) ?? new Map<string, number>();
    this.#names.set(directory, names.set(name, id));
  }

  removeChild(directory: number, name: string): void {
    this.#names.get(directory)?.delete(name);
  }

  children(directory: number, after: string, limit: number): readonly NamedNode[] {
    const names = [...(this.#names.get(directory) ?? [])].filter(([name]) => after === '' || name > after);
    names.sort(([a], [b]) => (a < b ? -1 : 1));
    return names.slice(0, limit).map(([name, id]) => ({ name, id }));
  }

  hasChildren(directory: number): boolean {
    return (this.#names.get(directory)?.size ?? 0) > 0;
  }

  chunk(id: number, index: number): Uint8Array | undefined {
    return this.#chunks.get(id)?.get(index);
  }

  writeChunk(id: number, index: number, at: number, bytes: Uint8Array): void {
    const chunks = this.#chunks.get(id) ?? new Map<number, Uint8Array>();
    this.#chunks.set(id, chunks);
    const known = chunks.get(index);
    const end = at + bytes.length;
    const steps = Math.min(Math.ceil(end / STEP_BYTES) * STEP_BYTES, CHUNK_BYTES);
    const piece = known !== undefined && known.length >= end ? known : new Uint8Array(steps);
    if (known !== undefined && piece !== known) piece.set(known);
    piece.set(bytes, at);
    chunks.set(index, piece);
  }

  dropChunks(id: number, from: number): void {
    const chunks = this.#chunks.get(id);
    for (const index of chunks?.keys() ?? []) if (index >= from) chunks?.delete(index);
  }

  usage(): FileUsage {
    return this.#usage;
  }

  grow(bytes: number, nodes: number): boolean {
    const usage = { bytes: this.#usage.bytes + bytes, nodes: this.#usage.nodes + nodes };
    if (!this.#grow(usage)) return false;
    this.#usage = usage;
    return true;
  }

  /** Nothing can fail half-way here: what may be refused is asked for before anything is changed. */
  transaction<T>(body: () => T): T {
    return body();
  }
}
