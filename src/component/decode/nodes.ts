/** What evaluation works on: type nodes, entities, and the index spaces of one scope. */
import { MAX_TYPE_DEPTH, MAX_TYPE_NODES } from '../../core/limits.ts';
import { Malformed } from './reader.ts';
import { type Definition, type FuncShape, mapShape, type Named, type ValueShape } from './syntax.ts';

/**
 * A type by identity. An export or import of a type makes a new node over the old one (`base`), because the name it
 * gives belongs to the new index only. `size` and `depth` are those of the type with every reference written out.
 */
export interface TypeNode {
  readonly shape: NodeShape;
  readonly base?: TypeNode;
  /** The innermost base: the definition that all these names stand for. Absent on the definition itself. */
  readonly root?: TypeNode;
  /** How many names lie between this node and its root. */
  readonly renames: number;
  readonly size: number;
  readonly depth: number;
}

export type Func = FuncShape<TypeNode>;

export type NodeShape =
  | { readonly kind: 'value'; readonly value: ValueShape<TypeNode> }
  | { readonly kind: 'func'; readonly func: Func }
  | { readonly kind: 'resource' }
  | { readonly kind: 'instance-type' | 'component-type'; readonly body: Body };

/** Definitions together with the scope around them: a component, or the type of a component or an instance. */
export interface Body {
  readonly definitions: readonly Definition[];
  readonly parent: Scope | undefined;
}

export interface Instance {
  readonly exports: ReadonlyMap<string, Entity>;
}

export type Entity =
  | { readonly sort: 'func'; readonly func: Func }
  | { readonly sort: 'type'; readonly type: TypeNode }
  | { readonly sort: 'instance'; readonly instance: Instance }
  | { readonly sort: 'component'; readonly component: Body }
  | { readonly sort: 'module' };

/** The index spaces of a component, a component type or an instance type. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly types: TypeNode[];
  readonly funcs: Func[];
  readonly instances: Instance[];
  readonly components: Body[];
}

export function createScope(parent: Scope | undefined): Scope {
  return { parent, types: [], funcs: [], instances: [], components: [] };
}

/** Appends an entity to the index space of its sort; modules have none here. */
export function define(scope: Scope, entity: Entity): void {
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
      return;
  }
}

/** Names that lead from one to the next: finding a type's name follows them. Nesting makes two per level. */
const MAX_RENAMES = 256;

/** A new name for a type: equal to it, but an identity of its own. */
export function renamed(base: TypeNode): TypeNode {
  if (base.renames >= MAX_RENAMES) {
    throw new Malformed(`a type is given more than ${MAX_RENAMES} names one after the other`);
  }
  const { shape, size, depth } = base;
  return { shape, base, root: base.root ?? base, renames: base.renames + 1, size, depth };
}

/** A resource type unequal to every other. */
export function freshResource(): TypeNode {
  return { shape: { kind: 'resource' }, renames: 0, size: 1, depth: 1 };
}

/** A node for a value type; refused when it is too deep or, written out, too large. */
export function valueNode(value: ValueShape<TypeNode>, offset: number): TypeNode {
  let size = 1;
  let depth = 0;
  // A handle refers to its resource by name: nothing of the resource is written out.
  if (value.kind !== 'own' && value.kind !== 'borrow') {
    mapShape(value, (child) => {
      size += child.size;
      depth = Math.max(depth, child.depth);
    });
  }
  return checked({ shape: { kind: 'value', value }, renames: 0, size, depth: depth + 1 }, offset);
}

export function funcNode(func: Func, offset: number): TypeNode {
  const parts = func.params.map(({ type }: Named<TypeNode>) => type);
  if (func.result !== undefined) parts.push(func.result);
  const size = parts.reduce((sum, part) => sum + part.size, 1);
  const depth = parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0);
  return checked({ shape: { kind: 'func', func }, renames: 0, size, depth }, offset);
}

/** Nodes of a function's parameters and result, written out. */
export function funcSize(func: Func): number {
  return func.params.reduce((sum, { type }) => sum + type.size, 1 + (func.result?.size ?? 0));
}

function checked(node: TypeNode, offset: number): TypeNode {
  if (node.depth > MAX_TYPE_DEPTH) {
    throw new Malformed(`a type is nested more than ${MAX_TYPE_DEPTH} levels deep: flatten it`, offset);
  }
  if (node.size > MAX_TYPE_NODES) {
    throw new Malformed(`a type written out has more than ${MAX_TYPE_NODES} parts: split it up`, offset);
  }
  return node;
}
