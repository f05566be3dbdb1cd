/** WIT text of a type of the model: what has to be declared, and how the type is written then. */
import type { ValueType } from '../../src/component/model.ts';

/** Declarations by the names that they give. */
export class WitTypes {
  readonly declarations = new Map<string, string>();

  /** The type as it is written after the declarations. */
  write(type: ValueType): string {
    const optional = (part: ValueType | undefined) => (part === undefined ? '_' : this.write(part));
    switch (type.kind) {
      case 'list':
        return `list<${this.write(type.element)}>`;
      case 'fixed-list':
        return `list<${this.write(type.element)}, ${type.length}>`;
      case 'option':
        return `option<${this.write(type.element)}>`;
      case 'tuple':
        return `tuple<${type.elements.map((each) => this.write(each)).join(', ')}>`;
      case 'map':
        return `map<${this.write(type.key)}, ${this.write(type.value)}>`;
      case 'result':
        if (type.ok === undefined && type.err === undefined) return 'result';
        return type.err === undefined
          ? `result<${optional(type.ok)}>`
          : `result<${optional(type.ok)}, ${this.write(type.err)}>`;
      case 'record':
        return this.#declare(
          'record',
          type.fields.map(({ name, type: field }) => `%${name}: ${this.write(field)}`),
        );
      case 'variant':
        return this.#declare(
          'variant',
          type.cases.map(({ name, type: payload }) =>
            payload === undefined ? `%${name}` : `%${name}(${this.write(payload)})`,
          ),
        );
      case 'enum':
        return this.#declare(
          'enum',
          type.cases.map(({ name }) => `%${name}`),
        );
      case 'flags':
        return this.#declare(
          'flags',
          type.labels.map(({ name }) => `%${name}`),
        );
      default:
        return type.kind;
    }
  }

  #declare(keyword: string, members: readonly string[]): string {
    const name = `t${this.declarations.size}x`;
    this.declarations.set(name, `${keyword} ${name} { ${members.join(', ')} }`);
    return name;
  }
}
