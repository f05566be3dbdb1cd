/**
 * Components that the harness links by their plan. An instance that ended a call as its guest wanted is brought back to
 * its first state and serves the next one; whatever is in doubt is thrown away.
 */
import type { LinkPlan } from '../../src/component/link/plan.ts';
import { type CompiledPlan, compilePlan } from './abi/compile.ts';
import { type ComponentParts, callables } from './component-parts.ts';
import type { Guest } from './guest.ts';
import { IdleSlots } from './idle-slots.ts';
import { MAX_IDLE_SLOTS, MAX_ISOLATE_PAGES, MAX_SLICES_IN_ROW, RESTORES_PER_COMPARISON } from './limits.ts';
import { type InstanceOwner, LinkedInstance } from './linked-instance.ts';
import { PageBudget } from './memory.ts';
import { SavedMemories } from './restore/saved-memories.ts';

export class LinkedGuest implements Guest, InstanceOwner {
  readonly maxSlicesInRow = MAX_SLICES_IN_ROW;
  readonly parts: ComponentParts;
  readonly compiled: CompiledPlan;
  readonly saved = new SavedMemories();
  readonly budget = new PageBudget(MAX_ISOLATE_PAGES, () => this.#idle.shed());
  readonly #functions: ReturnType<typeof callables>;
  readonly #idle = new IdleSlots<LinkedInstance>();
  #instances = 0;
  #restores = 0;
  #freshBecause: string | undefined;

  constructor(plan: LinkPlan, parts: ComponentParts) {
    const { linking } = parts.manifest;
    this.parts = parts;
    this.compiled = compilePlan(plan);
    this.#functions = callables(parts.manifest);
    if (linking.glue === 'own' && 'reason' in linking.restoring) this.#freshBecause = linking.restoring.reason;
  }

  get freshBecause(): string | undefined {
    return this.#freshBecause;
  }

  get held(): { readonly pages: number; readonly instances: number } {
    return { pages: this.budget.held, instances: this.#instances };
  }

  export(id: string) {
    return this.#functions.get(id);
  }

  take(maxPages: number, reuse: boolean): LinkedInstance {
    const idle = reuse ? this.#idle.take() : undefined;
    if (idle?.reopen(maxPages)) return idle;
    idle?.discard();
    this.#instances++;
    return new LinkedInstance(this, maxPages, reuse && this.#freshBecause === undefined);
  }

  keep(instance: LinkedInstance): void {
    if (this.#freshBecause === undefined) this.#idle.keep(instance, MAX_IDLE_SLOTS);
    else instance.discard();
  }

  stopReusing(reason: string): void {
    this.#freshBecause ??= reason;
    this.#idle.clear();
  }

  isSampled(): boolean {
    this.#restores += 1;
    return this.#restores % RESTORES_PER_COMPARISON === 1;
  }

  discarded(): void {
    this.#instances--;
  }
}
