/**
 * Gives type nodes their names. A name comes from the import or export that first shows the type: later ones, found
 * by following `base`, are `use`s of it.
 */
import type { TypeName } from '../model.ts';
import type { TypeNode } from './nodes.ts';

export class Names {
  readonly #names = new Map<TypeNode, TypeName>();
  /** The first named node over each type that is a type of its own (records, resources, …), by its innermost base. */
  readonly #byRoot = new Map<TypeNode, TypeNode>();

  /** Declares a type; returns the name that it already has elsewhere, when this declaration is only a `use` of it. */
  declare(node: TypeNode, name: TypeName): TypeName | undefined {
    const known = this.named(node);
    const earlier = known && this.#names.get(known);
    if (earlier !== undefined) {
      if (earlier.name === name.name && earlier.interface === name.interface) return undefined;
      // `type a = b` beside `b` keeps its name where it is used. A handle always names the resource itself.
      if (earlier.interface === name.interface && node.shape.kind === 'value') this.#names.set(node, name);
      return earlier;
    }
    this.#names.set(node, name);
    const root = rootOf(node);
    if (isNominal(root) && !this.#byRoot.has(root)) this.#byRoot.set(root, node);
    return undefined;
  }

  /** The node that carries the name of a type: itself, one that it renames, or one that renames the same type. */
  named(node: TypeNode): TypeNode | undefined {
    for (let current: TypeNode | undefined = node; current !== undefined; current = current.base) {
      if (this.#names.has(current)) return current;
    }
    return this.#byRoot.get(rootOf(node));
  }

  /** The name of a node that `named` returned. */
  nameOf(node: TypeNode): TypeName | undefined {
    return this.#names.get(node);
  }
}

function rootOf(node: TypeNode): TypeNode {
  return node.root ?? node;
}

/** Types that WIT can only write with a declaration: all uses of one definition mean that declaration. */
function isNominal({ shape }: TypeNode): boolean {
  if (shape.kind === 'resource') return true;
  if (shape.kind !== 'value') return false;
  const { kind } = shape.value;
  return kind === 'record' || kind === 'variant' || kind === 'enum' || kind === 'flags';
}
