/** What the catalogue promises: the list of components, since objects cannot be enumerated from a Worker. */
import type { ComponentState, Page, PageRequest, TemplatePush } from '../supervisor/contract.ts';

export interface CatalogueEntry {
  readonly name: string;
  /** Number of the supervisor's record; a lower one is ignored. */
  readonly number: number;
  readonly state: ComponentState;
  readonly active: { readonly version: string; readonly digest: string };
  readonly functions: readonly string[];
  readonly calls: { readonly total: number; readonly failed: number };
}

export interface CatalogueContract {
  upsert(entry: CatalogueEntry): Promise<void>;
  remove(name: string, number: number): Promise<void>;
  /** By name. */
  list(page: PageRequest): Promise<Page<Omit<CatalogueEntry, 'number'>>>;
  /** True when all of these names are there. */
  has(names: readonly string[]): Promise<boolean>;
  /** Pushes a changed template to every supervisor, now and again until it arrives. */
  pushTemplate(template: TemplatePush): Promise<void>;
}
