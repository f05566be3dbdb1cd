/** The named types that functions mention, each as one line of WIT: for people who look at a component. */
import type { CallableFunction, Case, Field, Label, ValueType } from './model.ts';
import { collectNamedTypes } from './type-names.ts';
import { typeText } from './wit-text.ts';

/** `definition` is WIT on one line, without docs: `record options { uppercase: bool }`. */
export interface TypeDefinition {
  readonly name: string;
  readonly interface?: string;
  readonly definition: string;
}

/** In the order of their first mention. */
export function typeDefinitions(functions: readonly CallableFunction[]): TypeDefinition[] {
  const roots = functions.flatMap(({ params, result }) => [...params.map(({ type }) => type), result ?? []].flat());
  return Array.from(collectNamedTypes(roots).values(), ({ name: { name, interface: from }, type }) => ({
    name,
    ...(from === undefined ? {} : { interface: from }),
    definition: definitionText(name, type),
  }));
}

function definitionText(name: string, type: ValueType): string {
  switch (type.kind) {
    case 'record':
      return body('record', name, type.fields);
    case 'variant':
      return body('variant', name, type.cases);
    case 'enum':
      return body('enum', name, type.cases);
    case 'flags':
      return body('flags', name, type.labels);
    default: {
      const { name: _itself, ...written } = type;
      return `type ${name} = ${typeText(written)}`;
    }
  }
}

function body(keyword: string, name: string, members: readonly (Field | Case | Label)[]): string {
  const separator = keyword === 'record' ? (type: string) => `: ${type}` : (type: string) => `(${type})`;
  const written = members.map((member) =>
    'type' in member && member.type !== undefined ? `${member.name}${separator(typeText(member.type))}` : member.name,
  );
  return `${keyword} ${name} { ${written.join(', ')} }`;
}
