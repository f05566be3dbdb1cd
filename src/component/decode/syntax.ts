/** What the binary says, before indices are resolved: the output of parsing and the input of evaluation. */
import type { Primitive } from '../model.ts';

/** A value type, generic in how it refers to other types: an index in the binary, a node once evaluated. */
export type ValueShape<Ref> =
  | { readonly kind: 'primitive'; readonly primitive: Primitive }
  | { readonly kind: 'list' | 'option'; readonly element: Ref }
  | { readonly kind: 'fixed-list'; readonly element: Ref; readonly length: number }
  | { readonly kind: 'tuple'; readonly elements: readonly Ref[] }
  | { readonly kind: 'record'; readonly fields: readonly Named<Ref>[] }
  | { readonly kind: 'variant'; readonly cases: readonly Named<Ref | undefined>[] }
  | { readonly kind: 'enum' | 'flags'; readonly labels: readonly string[] }
  | { readonly kind: 'result'; readonly ok: Ref | undefined; readonly err: Ref | undefined }
  | { readonly kind: 'map'; readonly key: Ref; readonly value: Ref }
  | { readonly kind: 'own' | 'borrow'; readonly resource: Ref }
  | { readonly kind: 'stream' | 'future'; readonly element: Ref | undefined };

export interface Named<T> {
  readonly name: string;
  readonly type: T;
}

/** A function type, generic in the same way. */
export interface FuncShape<Ref> {
  readonly async: boolean;
  readonly params: readonly Named<Ref>[];
  readonly result: Ref | undefined;
}

/** A primitive, or an index into the types of the scope. */
export type TypeRef = Primitive | number;

export type TypeSyntax =
  | { readonly kind: 'value'; readonly shape: ValueShape<TypeRef> }
  | { readonly kind: 'func'; readonly func: FuncShape<TypeRef> }
  /** `destructor` is a core function; only linking looks at it. */
  | { readonly kind: 'resource'; readonly destructor?: number }
  | { readonly kind: 'instance-type' | 'component-type'; readonly declarators: readonly Definition[] };

/** The sorts that evaluation follows; the rest of the core sorts never reach the world. */
export type Sort = 'func' | 'type' | 'component' | 'instance' | 'module' | 'core';

export interface SortIndex {
  readonly sort: Sort;
  readonly index: number;
}

/** The sorts of core definitions. */
export type CoreSort = 'func' | 'table' | 'memory' | 'global' | 'tag' | 'type' | 'module' | 'instance';

/** A core definition under a name: an argument of a core instantiation, or an export of an inline core instance. */
export interface CoreArgument {
  readonly name: string;
  readonly sort: CoreSort;
  readonly index: number;
}

/** The options of `canon lift` and `canon lower` that the synchronous ABI has; indices of core definitions. */
export interface CanonOptions {
  readonly encoding: 'utf8' | 'utf16' | 'latin1+utf16';
  readonly memory?: number;
  readonly realloc?: number;
  readonly postReturn?: number;
  /** An option that the synchronous ABI does not have, by its name. */
  readonly unknown?: string;
}

/** Core-level definitions. They are part of the syntax only where a context asks for them. */
export type CoreDefinition = { readonly offset: number } & (
  | { readonly kind: 'core-instantiate'; readonly module: number; readonly args: readonly CoreArgument[] }
  | { readonly kind: 'core-inline-instance'; readonly exports: readonly CoreArgument[] }
  | { readonly kind: 'core-alias'; readonly sort: CoreSort; readonly instance: number; readonly name: string }
  | { readonly kind: 'lower'; readonly func: number; readonly options: CanonOptions }
  | { readonly kind: 'resource-new' | 'resource-drop' | 'resource-rep'; readonly type: number }
  /** A built-in that is not of the synchronous ABI, by its code. */
  | { readonly kind: 'built-in'; readonly code: number }
);

export type ExternType =
  | { readonly kind: 'func' | 'component' | 'instance'; readonly index: number }
  | { readonly kind: 'type-eq'; readonly index: number }
  | { readonly kind: 'type-resource' }
  | { readonly kind: 'module' };

export type Definition = { readonly offset: number } & (
  | { readonly kind: 'type'; readonly type: TypeSyntax }
  | { readonly kind: 'component'; readonly component: ComponentSyntax }
  | { readonly kind: 'instantiate'; readonly component: number; readonly args: readonly Argument[] }
  | { readonly kind: 'inline-instance'; readonly exports: readonly Argument[] }
  | { readonly kind: 'alias-export'; readonly sort: Sort; readonly instance: number; readonly name: string }
  | { readonly kind: 'alias-outer'; readonly sort: Sort; readonly depth: number; readonly index: number }
  | { readonly kind: 'lift'; readonly type: number; readonly func: number; readonly options: CanonOptions }
  | { readonly kind: 'import'; readonly name: string; readonly type: ExternType }
  /** An export of a component: a definition, optionally under a type of its own. */
  | {
      readonly kind: 'export';
      readonly name: string;
      readonly item: SortIndex;
      readonly type: ExternType | undefined;
    }
  /** An export declared in an instance type or a component type. */
  | { readonly kind: 'declare-export'; readonly name: string; readonly type: ExternType }
  /** `index` counts the core modules of the whole binary. */
  | { readonly kind: 'module'; readonly index: number }
  | { readonly kind: 'core'; readonly core: CoreDefinition }
);

export interface Argument {
  readonly name: string;
  readonly item: SortIndex;
}

export interface ComponentSyntax {
  readonly definitions: readonly Definition[];
}

/** Rewrites every reference of a value type. */
export function mapShape<A, B>(shape: ValueShape<A>, map: (ref: A) => B): ValueShape<B> {
  const optional = (ref: A | undefined): B | undefined => (ref === undefined ? undefined : map(ref));
  switch (shape.kind) {
    case 'primitive':
    case 'enum':
    case 'flags':
      return shape;
    case 'list':
    case 'option':
      return { kind: shape.kind, element: map(shape.element) };
    case 'fixed-list':
      return { kind: shape.kind, element: map(shape.element), length: shape.length };
    case 'tuple':
      return { kind: shape.kind, elements: shape.elements.map(map) };
    case 'record':
      return { kind: shape.kind, fields: shape.fields.map(({ name, type }) => ({ name, type: map(type) })) };
    case 'variant':
      return { kind: shape.kind, cases: shape.cases.map(({ name, type }) => ({ name, type: optional(type) })) };
    case 'result':
      return { kind: shape.kind, ok: optional(shape.ok), err: optional(shape.err) };
    case 'map':
      return { kind: shape.kind, key: map(shape.key), value: map(shape.value) };
    case 'own':
    case 'borrow':
      return { kind: shape.kind, resource: map(shape.resource) };
    case 'stream':
    case 'future':
      return { kind: shape.kind, element: optional(shape.element) };
  }
}
