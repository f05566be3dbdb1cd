/**
 * The typed model of what a component imports and exports: what the decoder produces and everything else (WIT text,
 * schemas, codec, linking) reads. Names are WIT's own spelling (kebab case), versions included.
 */

export const PRIMITIVES = [
  'bool',
  's8',
  'u8',
  's16',
  'u16',
  's32',
  'u32',
  's64',
  'u64',
  'f32',
  'f64',
  'char',
  'string',
  'error-context',
] as const;

export type Primitive = (typeof PRIMITIVES)[number];

/** Where a named type is declared: the interface's full name (`wasi:io/streams@0.2.3`), absent for the world itself. */
export interface TypeName {
  readonly name: string;
  readonly interface?: string;
}

export interface Field {
  readonly name: string;
  readonly type: ValueType;
  readonly docs?: string;
}

export interface Case {
  readonly name: string;
  readonly type?: ValueType;
  readonly docs?: string;
}

/** A name without a payload: a flag or an enum case. */
export interface Label {
  readonly name: string;
  readonly docs?: string;
}

type Shape =
  | { readonly kind: Primitive }
  | { readonly kind: 'list'; readonly element: ValueType }
  | { readonly kind: 'fixed-list'; readonly element: ValueType; readonly length: number }
  | { readonly kind: 'tuple'; readonly elements: readonly ValueType[] }
  | { readonly kind: 'record'; readonly fields: readonly Field[] }
  | { readonly kind: 'variant'; readonly cases: readonly Case[] }
  | { readonly kind: 'enum'; readonly cases: readonly Label[] }
  | { readonly kind: 'flags'; readonly labels: readonly Label[] }
  | { readonly kind: 'option'; readonly element: ValueType }
  | { readonly kind: 'result'; readonly ok?: ValueType; readonly err?: ValueType }
  | { readonly kind: 'map'; readonly key: ValueType; readonly value: ValueType }
  | { readonly kind: 'own' | 'borrow'; readonly resource: TypeName }
  | { readonly kind: 'stream' | 'future'; readonly element?: ValueType };

/**
 * A WIT value type, plain data, a tree whose nodes may be shared. `name` is set on a node that a type declaration names;
 * equal names mean equal types. Depth and written-out size are bounded by the decoder.
 */
export type ValueType = Shape & { readonly name?: TypeName };

/** `type x = …`, `record x {…}`, `resource x`, or `use other.{y as x}` (then `alias` says where it comes from). */
export interface TypeDeclaration {
  readonly name: string;
  readonly docs?: string;
  readonly type: ValueType | { readonly kind: 'resource' };
  readonly alias?: TypeName;
}

/** A function. `name` is the plain WIT name (`process-text`), also of a method (`read` of resource `input-stream`). */
export interface Func {
  readonly name: string;
  readonly kind: 'freestanding' | 'constructor' | 'method' | 'static';
  /** The resource that a constructor, method or static function belongs to. */
  readonly resource?: string;
  readonly async: boolean;
  /** A method's `self` is not among them. */
  readonly params: readonly Field[];
  readonly result?: ValueType;
  readonly docs?: string;
}

/** What an instance shows, imported or exported: an interface of a package, or an inline one with a plain name. */
export interface Interface {
  readonly name: string;
  readonly docs?: string;
  readonly types: readonly TypeDeclaration[];
  readonly functions: readonly Func[];
}

export type WorldItem =
  | { readonly kind: 'interface'; readonly interface: Interface }
  | { readonly kind: 'function'; readonly function: Func }
  | { readonly kind: 'type'; readonly type: TypeDeclaration };

/** Everything a component imports and exports, in the order of the binary. */
export interface World {
  readonly docs?: string;
  readonly imports: readonly WorldItem[];
  readonly exports: readonly WorldItem[];
}

/**
 * One exported function as the platform calls it.
 * `id` is its full spelling: `greet`, or `demo:text/tools@0.1.0#process-text`, or `ns:p/i#[method]res.name`.
 */
export interface CallableFunction {
  readonly id: string;
  readonly name: string;
  readonly interface?: string;
  readonly description?: string;
  readonly params: readonly Field[];
  readonly result?: ValueType;
  /** False when a value in it cannot be written in JSON, or when it belongs to a resource; `reason` says which. */
  readonly callable: boolean;
  readonly reason?: string;
}
