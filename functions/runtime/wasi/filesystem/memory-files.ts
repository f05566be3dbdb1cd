/** `/tmp`: files in the memory of one call. */

import type { FileTarget } from '../../../../src/capability/filesystem/contract.ts';
import { FileSystem } from '../../../../src/core/files/file-system.ts';
import { MemoryStore } from '../../../../src/core/files/memory-store.ts';
import { type FileUsage, ROOT_ID } from '../../../../src/core/files/node-store.ts';
import type {
  FileOperation,
  FileReplies,
  FileRequest,
  OpenNode,
  RequestOf,
} from '../../../../src/core/files/requests.ts';
import { PAGE_BYTES, TMP_NODE_BYTES, TMP_QUOTA } from '../../../../src/core/limits.ts';
import { err, ok, type Result } from '../../../../src/core/result.ts';
import { UNITS_PER_ENTRY } from '../../limits.ts';
import type { WasiContext } from '../context.ts';
import type { ByteSink, ByteSource } from '../streams.ts';
import { type FileOutcome, type Files, streamFailure } from './files.ts';

const ROOT: OpenNode = { node: ROOT_ID, kind: 'directory', path: '/', read: true, write: false, mutate: true };

const DONE = ok(null);

export class MemoryFiles implements Files {
  readonly device = 1n;
  readonly #context: WasiContext;
  readonly #open = new Map<number, OpenNode>();
  #next = 1;
  #files: FileSystem | undefined;

  constructor(context: WasiContext) {
    this.#context = context;
  }

  perform<O extends FileOperation>(request: RequestOf<O, FileTarget>): FileOutcome<O> {
    const resolved = this.#resolve(request);
    if (resolved === undefined) return err('bad-descriptor');
    const step = () => this.#context.toll.take(UNITS_PER_ENTRY);
    const done = this.#system().perform(resolved, { rules: allowed, now: now(), step });
    if (!done.ok) return err(done.error.code);
    // The casts: `perform` answers with what the operation of its request is for, which is `O`.
    if (request.op !== 'open') return ok(done.value as FileReplies<number>[O]);
    const opened = done.value as OpenNode;
    const at = this.#next++;
    this.#open.set(at, opened);
    const { kind, node, mutate } = opened;
    return ok({ at, kind, node, mutate } as FileReplies<number>[O]);
  }

  close(target: FileTarget): void {
    const open = typeof target === 'number' ? this.#open.get(target) : undefined;
    if (open === undefined || typeof target !== 'number') return;
    this.#open.delete(target);
    this.#files?.closed(open.node);
  }

  settled(): Result<null, never> {
    return DONE;
  }

  reader(at: FileTarget, from: number): ByteSource {
    let offset = from;
    return {
      read: (length) => {
        if (length === 0) return new Uint8Array(0);
        const done = this.perform({ op: 'read', at, offset, length });
        if (!done.ok) throw streamFailure(done.error);
        offset += done.value.bytes.length;
        return done.value.bytes.length === 0 ? undefined : done.value.bytes;
      },
    };
  }

  writer(at: FileTarget, from: number | undefined): ByteSink {
    let offset = from;
    return {
      write: (bytes) => {
        const done = this.perform({ op: 'write', at, ...(offset === undefined ? {} : { offset }), bytes });
        if (!done.ok) throw streamFailure(done.error);
        if (offset !== undefined) offset = done.value.end;
      },
    };
  }

  #system(): FileSystem {
    this.#files ??= new FileSystem(
      new MemoryStore(now(), (usage) => this.#context.memory.hold(pagesOf(usage))),
      TMP_QUOTA,
      (node) => [...this.#open.values()].some((open) => open.node === node),
    );
    return this.#files;
  }

  #resolve(request: FileRequest<FileTarget>): FileRequest<OpenNode> | undefined {
    const at = this.#target(request.at);
    if (at === undefined) return undefined;
    if (!('to' in request)) return { ...request, at };
    const to = this.#target(request.to);
    return to === undefined ? undefined : { ...request, at, to };
  }

  #target(target: FileTarget): OpenNode | undefined {
    return typeof target === 'number' ? this.#open.get(target) : ROOT;
  }
}

/** Nobody but the call sees these files. */
function allowed() {
  return { allowed: true, rule: 'the memory of the call' };
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** The root alone takes nothing. */
function pagesOf({ bytes, nodes }: FileUsage): number {
  return Math.ceil((bytes + (nodes - 1) * TMP_NODE_BYTES) / PAGE_BYTES);
}
