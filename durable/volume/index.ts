/**
 * The volume object: one per component, its files. Every operation comes with what the component may do at that moment,
 * and is found, decided and done in one transaction: nothing can come between the check and the act.
 */
import { DurableObject } from 'cloudflare:workers';
import type { RootTarget, VolumeAnswer, VolumeRequest, VolumeTarget } from '../../src/capability/filesystem/volume.ts';
import type { FileFailure } from '../../src/core/files/file-error.ts';
import { type Asking, FileSystem } from '../../src/core/files/file-system.ts';
import type { FileRequest, OpenNode } from '../../src/core/files/requests.ts';
import type { FileRules } from '../../src/core/files/turn.ts';
import { VOLUME_QUOTA } from '../../src/core/limits.ts';
import { ok, type Result } from '../../src/core/result.ts';
import { compileGrants, type Grants } from '../../src/policy/index.ts';
import type { Bindings } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import type { VolumeContract } from './contract.ts';
import { Holds, MAX_HOLD_MS } from './holds.ts';
import { VolumeStore, volumeExists } from './store.ts';

interface Open {
  readonly store: VolumeStore;
  readonly files: FileSystem;
}

export class Volume extends DurableObject<Bindings> implements VolumeContract {
  readonly #holds = new Holds();
  #open: Open | undefined;
  /** The rules that were compiled last, with what they were made from. */
  #rules: { readonly text: string; readonly rules: FileRules } | undefined;

  async perform({ call, grants, request, closed }: VolumeRequest): Promise<VolumeAnswer> {
    const now = Date.now();
    const { files, store } = this.#opened();
    this.#close(call, closed);
    const asking = { rules: this.#rulesOf(grants), now: BigInt(now) * 1_000_000n, step: () => undefined };
    const resolved = resolve(files, request, asking);
    if (!resolved.ok) return resolved;
    const answer = files.perform(resolved.value, asking);
    if (answer.ok && resolved.value.op === 'open') this.#holds.add(call, (answer.value as OpenNode).node, now); // that is what `open` answers with
    if (changesNames(resolved.value) && store.nameless().length > 0) await this.#sweepLater(now);
    return answer;
  }

  async release(call: string): Promise<void> {
    const nodes = this.#holds.release(call);
    if (this.#exists) for (const node of nodes) this.#opened().files.closed(node);
  }

  async destroy(): Promise<void> {
    this.#open = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** Removes what has no name and is not open: after a restart nobody knows any more who had it open. */
  override async alarm(): Promise<void> {
    if (!this.#exists) return;
    const now = Date.now();
    this.#holds.expire(now);
    const { store, files } = this.#opened();
    for (const node of store.nameless()) files.closed(node);
    if (store.nameless().length > 0) await this.#sweepLater(now);
  }

  get #exists(): boolean {
    return this.#open !== undefined || volumeExists(openDatabase(this.ctx.storage));
  }

  #opened(): Open {
    if (this.#open === undefined) {
      const store = new VolumeStore(openDatabase(this.ctx.storage));
      this.#open = { store, files: new FileSystem(store, VOLUME_QUOTA, (node) => this.#holds.has(node)) };
    }
    return this.#open;
  }

  #close(call: string, nodes: readonly number[]): void {
    for (const node of nodes) {
      this.#holds.close(call, node);
      this.#opened().files.closed(node);
    }
  }

  #rulesOf(grants: Grants): FileRules {
    const text = JSON.stringify(grants);
    if (this.#rules?.text !== text) {
      const decide = compileGrants(grants);
      this.#rules = { text, rules: (path, access) => decide({ capability: 'storage', path, access }) };
    }
    return this.#rules.rules;
  }

  async #sweepLater(now: number): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + MAX_HOLD_MS);
  }
}

function changesNames({ op }: FileRequest<OpenNode>): boolean {
  return op === 'unlink-file' || op === 'remove-directory' || op === 'rename';
}

/** The request with the directories that its roots are. */
function resolve(
  files: FileSystem,
  request: FileRequest<VolumeTarget>,
  asking: Asking,
): Result<FileRequest<OpenNode>, FileFailure> {
  const at = resolveTarget(files, request.at, asking);
  if (!at.ok) return at;
  if (!('to' in request)) return ok({ ...request, at: at.value });
  const to = resolveTarget(files, request.to, asking);
  return to.ok ? ok({ ...request, at: at.value, to: to.value }) : to;
}

function resolveTarget(files: FileSystem, target: VolumeTarget, asking: Asking): Result<OpenNode, FileFailure> {
  return isRoot(target) ? files.root(target.root, { make: target.granted, mutate: target.mutate }, asking) : ok(target);
}

function isRoot(target: VolumeTarget): target is RootTarget {
  return 'root' in target;
}
