/** Index spaces: finding what an index means, and turning type syntax into nodes over the types in scope. */
import type { Primitive } from '../model.ts';
import { type Entity, type Func, freshResource, funcNode, type Scope, type TypeNode, valueNode } from './nodes.ts';
import { Malformed } from './reader.ts';
import { mapShape, type SortIndex, type TypeRef, type TypeSyntax } from './syntax.ts';

/** The type at an index. */
export function typeAt(scope: Scope, index: number, offset: number): TypeNode {
  const node = scope.types[index];
  if (node === undefined) throw new Malformed(`type ${index} is referred to before it is defined`, offset);
  return node;
}

/** The function type at an index of the types. */
export function funcAt(scope: Scope, index: number, offset: number): Func {
  const { shape } = typeAt(scope, index, offset);
  if (shape.kind !== 'func') throw new Malformed(`type ${index} is used as a function type and is none`, offset);
  return shape.func;
}

/** The scope `depth` levels out; 0 is the scope itself. */
export function scopeAt<S extends { readonly parent: S | undefined }>(scope: S, depth: number, offset: number): S {
  let current: S | undefined = scope;
  for (let level = 0; level < depth; level += 1) current = current?.parent;
  if (current === undefined) throw new Malformed('an alias reaches out of the outermost component', offset);
  return current;
}

/** The entity at an index of a sort's space. */
export function lookUp(scope: Scope, { sort, index }: SortIndex, offset: number): Entity {
  const entity = find(scope, sort, index);
  if (entity === undefined) throw new Malformed(`${sort} ${index} is referred to before it is defined`, offset);
  return entity;
}

function find(scope: Scope, sort: SortIndex['sort'], index: number): Entity | undefined {
  switch (sort) {
    case 'func': {
      const func = scope.funcs[index];
      return func && { sort, func };
    }
    case 'type': {
      const type = scope.types[index];
      return type && { sort, type };
    }
    case 'instance': {
      const instance = scope.instances[index];
      return instance && { sort, instance };
    }
    case 'component': {
      const component = scope.components[index];
      return component && { sort, component };
    }
    case 'module':
    case 'core':
      return { sort: 'module' };
  }
}

const primitiveNodes = new Map<Primitive, TypeNode>();

function primitiveNode(primitive: Primitive): TypeNode {
  const known = primitiveNodes.get(primitive);
  if (known !== undefined) return known;
  const node = valueNode({ kind: 'primitive', primitive }, 0);
  primitiveNodes.set(primitive, node);
  return node;
}

/** Resolves a type's references in its scope. */
export function evaluateType(syntax: TypeSyntax, scope: Scope, offset: number): TypeNode {
  const value = (ref: TypeRef): TypeNode => valueRef(ref, scope, offset);
  switch (syntax.kind) {
    case 'resource':
      return freshResource();
    case 'func': {
      const { async, params, result } = syntax.func;
      return funcNode(
        {
          async,
          params: params.map(({ name, type }) => ({ name, type: value(type) })),
          result: result === undefined ? undefined : value(result),
        },
        offset,
      );
    }
    case 'instance-type':
    case 'component-type':
      return {
        shape: { kind: syntax.kind, body: { definitions: syntax.declarators, parent: scope } },
        renames: 0,
        size: 1,
        depth: 1,
      };
    case 'value': {
      const handle = syntax.shape.kind === 'own' || syntax.shape.kind === 'borrow';
      return valueNode(mapShape(syntax.shape, handle ? (ref) => resourceRef(ref, scope, offset) : value), offset);
    }
  }
}

function valueRef(ref: TypeRef, scope: Scope, offset: number): TypeNode {
  if (typeof ref !== 'number') return primitiveNode(ref);
  const node = typeAt(scope, ref, offset);
  if (node.shape.kind !== 'value') throw new Malformed(`type ${ref} is used as a value type and is none`, offset);
  return node;
}

function resourceRef(ref: TypeRef, scope: Scope, offset: number): TypeNode {
  const node = typeof ref === 'number' ? typeAt(scope, ref, offset) : undefined;
  if (node?.shape.kind !== 'resource') throw new Malformed('a handle refers to a type that is no resource', offset);
  return node;
}
