/** What planning works on: component-level scopes whose functions know where they come from, and core index spaces. */
import type { Func, Scope, TypeNode } from '../decode/nodes.ts';
import type { CanonOptions, ComponentSyntax, CoreSort } from '../decode/syntax.ts';

/** Where a function comes from: the host, or a core function that a component instance lifts. */
export type Origin =
  | { readonly kind: 'host'; readonly interface: string; readonly name: string }
  | { readonly kind: 'lift'; readonly instance: number; readonly func: CoreItem; readonly options: ResolvedOptions };

/** A function and its origin; one object for all of its aliases. */
export interface LinkFunc extends Func {
  readonly origin: Origin;
}

export interface ResolvedOptions {
  readonly encoding: CanonOptions['encoding'];
  readonly memory?: CoreItem;
  readonly realloc?: CoreItem;
  readonly postReturn?: CoreItem;
}

/** A core function, memory, table, global or tag. */
export type CoreItem =
  | { readonly kind: 'export'; readonly core: number; readonly name: string }
  | { readonly kind: 'lower'; readonly instance: number; readonly func: LinkFunc; readonly options: ResolvedOptions }
  | {
      readonly kind: 'resource-new' | 'resource-drop' | 'resource-rep';
      readonly instance: number;
      readonly resource: TypeNode;
    };

/** One that is made by the plan, or a list of existing items under names. */
export type CoreInstance =
  | { readonly kind: 'made'; readonly core: number }
  | { readonly kind: 'inline'; readonly exports: ReadonlyMap<string, CoreItem> };

export interface LinkInstance {
  readonly exports: ReadonlyMap<string, LinkEntity>;
}

/** A component with the scope around it. */
export interface LinkComponent {
  readonly definitions: ComponentSyntax['definitions'];
  readonly parent: LinkScope | undefined;
}

export type LinkEntity =
  | { readonly sort: 'func'; readonly func: LinkFunc }
  | { readonly sort: 'type'; readonly type: TypeNode }
  | { readonly sort: 'instance'; readonly instance: LinkInstance }
  | { readonly sort: 'component'; readonly component: LinkComponent }
  | { readonly sort: 'module'; readonly module: number };

/** The index spaces of one instance of a component, whose number is `instance`. Types of it are evaluated as in a world. */
export interface LinkScope extends Scope {
  readonly parent: LinkScope | undefined;
  readonly instance: number;
  readonly funcs: LinkFunc[];
  readonly instances: LinkInstance[];
  readonly components: LinkComponent[];
  readonly modules: number[];
  readonly coreItems: Readonly<Record<ItemSort, CoreItem[]>>;
  readonly coreInstances: CoreInstance[];
}

/** Core sorts that are handed over one by one. */
export type ItemSort = Exclude<CoreSort, 'type' | 'module' | 'instance'>;

export function createLinkScope(parent: LinkScope | undefined, instance: number): LinkScope {
  return {
    parent,
    instance,
    types: [],
    funcs: [],
    instances: [],
    components: [],
    modules: [],
    coreItems: { func: [], table: [], memory: [], global: [], tag: [] },
    coreInstances: [],
  };
}

/** Appends an entity to the index space of its sort. */
export function defineEntity(scope: LinkScope, entity: LinkEntity): void {
  switch (entity.sort) {
    case 'func':
      scope.funcs.push(entity.func);
      return;
    case 'type':
      scope.types.push(entity.type);
      return;
    case 'instance':
      scope.instances.push(entity.instance);
      return;
    case 'component':
      scope.components.push(entity.component);
      return;
    case 'module':
      scope.modules.push(entity.module);
      return;
  }
}
