/**
 * Components that the harness links by their plan. An instance that ended a call as its guest wanted is brought back to
 * its first state and serves the next one; whatever is in doubt is thrown away.
 */
import type { EntranceKind } from '../../src/component/entrances.ts';
import type { LinkPlan } from '../../src/component/link/plan.ts';
import { ISOLATE_PAGES } from '../../src/core/limits.ts';
import { type CompiledPlan, compilePlan } from './abi/compile.ts';
import { type ComponentParts, callables, entrances, importedById } from './component-parts.ts';
import type { Guest, InstanceWish } from './guest.ts';
import { IdleSlots } from './idle-slots.ts';
import { MAX_IDLE_MEMORIES, MAX_IDLE_SLOTS, MAX_SLICES_IN_ROW, RESTORES_PER_COMPARISON } from './limits.ts';
import { type InstanceOwner, LinkedInstance } from './linked-instance.ts';
import { PageBudget } from './memory.ts';
import { SavedMemories } from './restore/saved-memories.ts';

export class LinkedGuest implements Guest, InstanceOwner {
  readonly maxSlicesInRow = MAX_SLICES_IN_ROW;
  readonly mayWait = true;
  readonly parts: ComponentParts;
  readonly compiled: CompiledPlan;
  readonly imported: InstanceOwner['imported'];
  readonly saved = new SavedMemories();
  readonly budget = new PageBudget(ISOLATE_PAGES, () => this.#shed());
  readonly #functions: ReturnType<typeof callables>;
  readonly #entrances: ReturnType<typeof entrances>;
  readonly #idle = new IdleSlots<LinkedInstance>();
  readonly #instances = new Set<LinkedInstance>();
  /** Pages of the copies that restores need, while there are some. */
  #copiedPages: number | undefined;
  /** Instances of this component that may ever wait, and those that may by the policy of the newest call. */
  readonly #mostIdle: number;
  #maxIdle = 0;
  #restores = 0;
  #freshBecause: string | undefined;

  constructor(plan: LinkPlan, parts: ComponentParts) {
    const { linking } = parts.manifest;
    this.parts = parts;
    this.compiled = compilePlan(plan);
    this.imported = importedById(parts.manifest);
    this.#functions = callables(parts.manifest);
    this.#entrances = entrances(parts.manifest);
    this.#mostIdle = Math.min(MAX_IDLE_SLOTS, Math.floor(MAX_IDLE_MEMORIES / memoriesOf(plan, parts)));
    if (linking.glue === 'own' && 'reason' in linking.restoring) this.#freshBecause = linking.restoring.reason;
  }

  get freshBecause(): string | undefined {
    return this.#freshBecause;
  }

  /** Without the copies, which make way for whoever needs their pages. */
  get held(): { readonly pages: number; readonly instances: number } {
    return { pages: this.budget.held - (this.#copiedPages ?? 0), instances: this.#instances.size };
  }

  export(id: string) {
    return this.#functions.get(id);
  }

  entrance(kind: EntranceKind) {
    return this.#entrances.get(kind);
  }

  take({ maxPages, reuse, maxIdle }: InstanceWish): LinkedInstance {
    this.#maxIdle = Math.min(maxIdle, this.#mostIdle);
    const idle = reuse ? this.#idle.take() : undefined;
    if (idle?.reopen(maxPages)) return idle;
    idle?.discard();
    const made = new LinkedInstance(this, maxPages, reuse && this.#freshBecause === undefined);
    this.#instances.add(made);
    return made;
  }

  keep(instance: LinkedInstance): void {
    if (this.#freshBecause === undefined) this.#idle.keep(instance, this.#maxIdle);
    else instance.discard();
  }

  stopReusing(reason: string): void {
    this.#freshBecause ??= reason;
    this.#idle.clear();
    this.dropCopies();
  }

  bookCopies(pages: number): boolean {
    if (this.#freshBecause !== undefined) return false;
    if (this.#copiedPages !== undefined) return true;
    if (!this.budget.take(pages)) return false;
    this.#copiedPages = pages;
    return true;
  }

  dropCopies(): void {
    this.budget.give(this.#copiedPages ?? 0);
    this.#copiedPages = undefined;
    this.saved.forget();
    for (const instance of this.#instances) instance.forget();
  }

  /** Gives up what no call needs: idle instances first, then what would make the running ones idle. */
  #shed(): boolean {
    if (this.#idle.shed()) return true;
    if (this.#copiedPages === undefined || this.#copiedPages === 0) return false;
    this.dropCopies();
    return true;
  }

  isSampled(): boolean {
    this.#restores += 1;
    return this.#restores % RESTORES_PER_COMPARISON === 1;
  }

  discarded(instance: LinkedInstance): void {
    this.#instances.delete(instance);
    if (this.#instances.size === 0) this.dropCopies();
  }
}

/** Memories of one instance, each with its map. */
function memoriesOf({ cores }: LinkPlan, { manifest }: ComponentParts): number {
  return cores.reduce((sum, { module }) => sum + 2 * (manifest.modules[module]?.memories ?? 0), 0);
}
