/** What the catalogue promises: the list of components, since objects cannot be enumerated from a Worker. */
import type { Failure } from '../../src/core/errors.ts';
import type { ComponentState } from '../../src/core/lifecycle.ts';
import type { Page, PageRequest } from '../../src/core/page.ts';
import type { Result } from '../../src/core/result.ts';
import type { Grants } from '../../src/policy/index.ts';

/** The template `default` as components copy it. A higher number is newer; `null` text: there is none. */
export interface TemplateCopy {
  readonly number: number;
  readonly text: string | null;
}

/** A template as it was written. */
export interface WrittenTemplate {
  readonly name: string;
  readonly hash: string;
  readonly updatedAt: string;
}

export interface CatalogueEntry {
  readonly name: string;
  /** Number of the supervisor's record; a lower one is ignored. */
  readonly number: number;
  readonly state: ComponentState;
  readonly active: { readonly version: string; readonly digest: string };
  readonly functions: readonly string[];
  readonly calls: { readonly total: number; readonly failed: number };
  /** Number of the template copy that the component has; an older one is sent the newer. */
  readonly templateNumber: number;
  /** What decides which topics it gets messages of; absent: it handles none. */
  readonly subscriptions?: Grants;
}

/** What lists show of an entry. */
export type ListedComponent = Omit<CatalogueEntry, 'number' | 'templateNumber' | 'subscriptions'>;

export interface CatalogueContract {
  upsert(entry: CatalogueEntry): Promise<void>;
  remove(name: string, number: number): Promise<void>;
  /** By name. */
  list(page: PageRequest): Promise<Page<ListedComponent>>;
  /** The components that handle messages and may subscribe to a topic, in whatever state they are, by name. */
  subscribers(topic: string): Promise<readonly string[]>;
  /** True when all of these names are there. */
  has(names: readonly string[]): Promise<boolean>;
  /** The template `default`, as last written here; number 0 and what KV has when it never was. */
  defaultTemplate(): Promise<TemplateCopy>;
  /**
   * Checks and stores a template, as its only writer. A change of `default` is sent to every component: those that answer
   * within seconds have it before this returns, the others as soon as they can.
   */
  writeTemplate(name: string, text: string): Promise<Result<WrittenTemplate, Failure>>;
  deleteTemplate(name: string): Promise<Result<void, Failure>>;
}
