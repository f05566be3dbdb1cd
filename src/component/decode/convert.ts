/** Type nodes and functions in terms of the model. */
import type { Func as ModelFunc, TypeName, ValueType } from '../model.ts';
import type { FunctionName } from './names.ts';
import type { Names } from './naming.ts';
import type { Func, TypeNode } from './nodes.ts';
import { Malformed } from './reader.ts';
import type { ValueShape } from './syntax.ts';

export class Converter {
  readonly #names: Names;
  readonly #values = new Map<TypeNode, ValueType>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** The value type of a node. One node converts to one object, so shared types stay shared. */
  value(node: TypeNode): ValueType {
    const canonical = this.#names.named(node) ?? node;
    const known = this.#values.get(canonical);
    if (known !== undefined) return known;
    if (canonical.shape.kind !== 'value') throw new Malformed('a type is used as a value type and is none');
    const shape = this.#shape(canonical.shape.value);
    const name = this.#names.nameOf(canonical);
    const value: ValueType = name === undefined ? shape : { ...shape, name };
    this.#values.set(canonical, value);
    return value;
  }

  /** A function under its name; a method loses `self`. */
  func(func: Func, name: FunctionName): ModelFunc {
    if (name.kind === 'method' && func.params.length === 0) {
      throw new Malformed(`the method ${name.resource}.${name.name} has no self parameter`);
    }
    const params = name.kind === 'method' ? func.params.slice(1) : func.params;
    return {
      ...name,
      async: func.async,
      params: params.map((param) => ({ name: param.name, type: this.value(param.type) })),
      ...(func.result === undefined ? {} : { result: this.value(func.result) }),
    };
  }

  #resource(node: TypeNode): TypeName {
    const named = this.#names.named(node);
    const name = named && this.#names.nameOf(named);
    if (name === undefined) throw new Malformed('a function uses a resource that is neither imported nor exported');
    return name;
  }

  #shape(shape: ValueShape<TypeNode>): ValueType {
    const { kind } = shape;
    switch (kind) {
      case 'primitive':
        return { kind: shape.primitive };
      case 'list':
      case 'option':
        return { kind, element: this.value(shape.element) };
      case 'fixed-list':
        return { kind, element: this.value(shape.element), length: shape.length };
      case 'tuple':
        return { kind, elements: shape.elements.map((element) => this.value(element)) };
      case 'record':
        return { kind, fields: shape.fields.map(({ name, type }) => ({ name, type: this.value(type) })) };
      case 'variant':
        return {
          kind,
          cases: shape.cases.map(({ name, type }) =>
            type === undefined ? { name } : { name, type: this.value(type) },
          ),
        };
      case 'enum':
        return { kind, cases: shape.labels.map((name) => ({ name })) };
      case 'flags':
        return { kind, labels: shape.labels.map((name) => ({ name })) };
      case 'result':
        return {
          kind,
          ...(shape.ok === undefined ? {} : { ok: this.value(shape.ok) }),
          ...(shape.err === undefined ? {} : { err: this.value(shape.err) }),
        };
      case 'map':
        return { kind, key: this.value(shape.key), value: this.value(shape.value) };
      case 'own':
      case 'borrow':
        return { kind, resource: this.#resource(shape.resource) };
      case 'stream':
      case 'future':
        return shape.element === undefined ? { kind } : { kind, element: this.value(shape.element) };
    }
  }
}
