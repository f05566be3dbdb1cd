/** Puts the entries of `package-docs` onto copies of the model's interfaces, functions and types. */
import { cleanText, type DocsNode, docsOf, member, textMember } from './docs-node.ts';
import { functionKey } from './func-name.ts';
import type { Func, Interface, TypeDeclaration, TypeName, ValueType } from './model.ts';

export class DocsWalk {
  readonly #typeEntry: (name: TypeName) => DocsNode | undefined;
  /** One copy per node, so that shared types stay shared and the walk stays linear. */
  readonly #copies = new Map<ValueType, ValueType>();

  constructor(typeEntry: (name: TypeName) => DocsNode | undefined) {
    this.#typeEntry = typeEntry;
  }

  interface(target: Interface, entry: DocsNode): Interface {
    const functions = member(entry, 'funcs');
    const types = member(entry, 'types');
    return {
      ...withDocs(target, docsOf(entry)),
      types: target.types.map((declaration) => this.declaration(declaration, member(types, declaration.name))),
      functions: target.functions.map((func) => {
        const key = functionKey(func);
        return this.func(func, functions !== undefined && Object.hasOwn(functions, key) ? functions[key] : undefined);
      }),
    };
  }

  /** `entry` is text in version 0 of the format, an object in version 1. */
  func(func: Func, entry: unknown): Func {
    const text = typeof entry === 'string' ? cleanText(entry) : docsOf(asNode(entry));
    return {
      ...withDocs(func, text),
      params: func.params.map((param) => ({ ...param, type: this.#value(param.type) })),
      ...(func.result === undefined ? {} : { result: this.#value(func.result) }),
    };
  }

  declaration(declaration: TypeDeclaration, entry: DocsNode | undefined): TypeDeclaration {
    const { type } = declaration;
    const annotated = withDocs(declaration, docsOf(entry));
    return type.kind === 'resource' ? annotated : { ...annotated, type: this.#value(type) };
  }

  #value(type: ValueType): ValueType {
    const known = this.#copies.get(type);
    if (known !== undefined) return known;
    const items = type.name === undefined ? undefined : member(this.#typeEntry(type.name), 'items');
    const copy = this.#copy(type, items);
    this.#copies.set(type, copy);
    return copy;
  }

  #copy(type: ValueType, items: DocsNode | undefined): ValueType {
    switch (type.kind) {
      case 'record':
        return {
          ...type,
          fields: type.fields.map((field) => ({
            ...withDocs(field, textMember(items, field.name)),
            type: this.#value(field.type),
          })),
        };
      case 'variant':
        return {
          ...type,
          cases: type.cases.map((entry) => {
            const annotated = withDocs(entry, textMember(items, entry.name));
            return entry.type === undefined ? annotated : { ...annotated, type: this.#value(entry.type) };
          }),
        };
      case 'enum':
        return { ...type, cases: type.cases.map((label) => withDocs(label, textMember(items, label.name))) };
      case 'flags':
        return { ...type, labels: type.labels.map((label) => withDocs(label, textMember(items, label.name))) };
      case 'list':
      case 'option':
      case 'fixed-list':
        return { ...type, element: this.#value(type.element) };
      case 'stream':
      case 'future':
        return type.element === undefined ? type : { ...type, element: this.#value(type.element) };
      case 'tuple':
        return { ...type, elements: type.elements.map((element) => this.#value(element)) };
      case 'map':
        return { ...type, key: this.#value(type.key), value: this.#value(type.value) };
      case 'result':
        return {
          ...type,
          ...(type.ok === undefined ? {} : { ok: this.#value(type.ok) }),
          ...(type.err === undefined ? {} : { err: this.#value(type.err) }),
        };
      default:
        return type;
    }
  }
}

function withDocs<T extends { readonly docs?: string }>(target: T, docs: string | undefined): T {
  return docs === undefined ? target : { ...target, docs };
}

function asNode(value: unknown): DocsNode | undefined {
  return member({ value }, 'value');
}
