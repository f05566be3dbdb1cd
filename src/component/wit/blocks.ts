/** Declarations of types and functions as lines of WIT. */
import type { Field, Func, TypeDeclaration, ValueType } from '../model.ts';
import { block, docLines, identifier } from './lines.ts';
import type { TypeNames, TypeScope } from './scope.ts';

export type ResourceFunctions = ReadonlyMap<string, readonly Func[]>;

/** Constructors, methods and static functions by their resource. */
export function functionsOfResources(functions: readonly Func[]): ResourceFunctions {
  const byResource = new Map<string, Func[]>();
  for (const func of functions) {
    if (func.resource === undefined) continue;
    const group = byResource.get(func.resource);
    if (group === undefined) byResource.set(func.resource, [func]);
    else group.push(func);
  }
  return byResource;
}

/** A type declaration with its docs. */
export function declarationBlock(
  declaration: TypeDeclaration,
  scope: TypeScope,
  resources: ResourceFunctions,
): string[] {
  const { name, type, alias, docs } = declaration;
  if (alias !== undefined && scope.canName(alias)) {
    const original = scope.nameOf(alias);
    if (original !== identifier(name)) return [...docLines(docs), `type ${identifier(name)} = ${original};`];
  }
  if (type.kind !== 'resource') return [...docLines(docs), ...definitionBlock(name, type, scope)];
  const functions = (resources.get(name) ?? []).flatMap((func) => functionBlock(func, scope, ''));
  const head = `resource ${identifier(name)}`;
  return [...docLines(docs), ...(functions.length === 0 ? [`${head};`] : block(head, functions))];
}

/** Declarations of the types that the rest of the scope had to give a name to. */
export function anonymousBlocks(scope: TypeScope): string[] {
  const lines: string[] = [];
  for (let types = scope.takeAnonymous(); types.length > 0; types = scope.takeAnonymous()) {
    for (const { name, type } of types) lines.push(...definitionBlock(name, type, scope));
  }
  return lines;
}

/** What a name stands for, whatever name the type itself carries. */
function definitionBlock(name: string, type: ValueType, scope: TypeScope): string[] {
  const id = identifier(name);
  switch (type.kind) {
    case 'record':
      return block(
        `record ${id}`,
        type.fields.flatMap((field) => [...docLines(field.docs), `${fieldText(field, scope)},`]),
      );
    case 'variant':
      return block(
        `variant ${id}`,
        type.cases.flatMap((entry) => {
          const payload = entry.type === undefined ? '' : `(${typeText(entry.type, scope)})`;
          return [...docLines(entry.docs), `${identifier(entry.name)}${payload},`];
        }),
      );
    case 'enum':
    case 'flags': {
      const labels = type.kind === 'enum' ? type.cases : type.labels;
      return block(
        `${type.kind} ${id}`,
        labels.flatMap((label) => [...docLines(label.docs), `${identifier(label.name)},`]),
      );
    }
    case 'own':
      // A bare resource name here would be a second name for the resource, not for its handle.
      return [`type ${id} = own<${scope.nameOf(type.resource)}>;`];
    default:
      return [`type ${id} = ${shapeText(type, scope)};`];
  }
}

/** A function with its docs; `prefix` is `import ` or `export ` in a world. */
export function functionBlock(func: Func, scope: TypeScope, prefix: string): string[] {
  const params = func.params.map((param) => fieldText(param, scope)).join(', ');
  const docs = docLines(func.docs);
  if (func.kind === 'constructor') {
    // A constructor that cannot fail returns its resource, which WIT leaves unsaid.
    const fallible = func.result?.kind === 'result' ? ` -> ${typeText(func.result, scope)}` : '';
    return [...docs, `constructor(${params})${fallible};`];
  }
  const kind = `${func.kind === 'static' ? 'static ' : ''}${func.async ? 'async ' : ''}func`;
  const result = func.result === undefined ? '' : ` -> ${typeText(func.result, scope)}`;
  return [...docs, `${prefix}${identifier(func.name)}: ${kind}(${params})${result};`];
}

function fieldText({ name, type }: Field, names: TypeNames): string {
  return `${identifier(name)}: ${typeText(type, names)}`;
}

/** A type where it is used: by name when it has one. */
export function typeText(type: ValueType, names: TypeNames): string {
  return type.name !== undefined && names.canName(type.name) ? names.nameOf(type.name) : shapeText(type, names);
}

function shapeText(type: ValueType, names: TypeNames): string {
  switch (type.kind) {
    case 'list':
    case 'option':
      return `${type.kind}<${typeText(type.element, names)}>`;
    case 'fixed-list':
      return `list<${typeText(type.element, names)}, ${type.length}>`;
    case 'tuple':
      return `tuple<${type.elements.map((element) => typeText(element, names)).join(', ')}>`;
    case 'map':
      return `map<${typeText(type.key, names)}, ${typeText(type.value, names)}>`;
    case 'stream':
    case 'future':
      return type.element === undefined ? type.kind : `${type.kind}<${typeText(type.element, names)}>`;
    case 'result':
      return resultText(type.ok && typeText(type.ok, names), type.err && typeText(type.err, names));
    case 'own':
      return names.nameOf(type.resource);
    case 'borrow':
      return `borrow<${names.nameOf(type.resource)}>`;
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return identifier(names.anonymous(type));
    default:
      return type.kind;
  }
}

function resultText(success: string | undefined, failure: string | undefined): string {
  if (failure !== undefined) return `result<${success ?? '_'}, ${failure}>`;
  return success === undefined ? 'result' : `result<${success}>`;
}
