/** TypeScript declarations of the JSON that a client of `/call` sends and gets. */

import type { CallableFunction, TypeDeclaration, ValueType, World } from './model.ts';
import { upperCamelCase } from './names.ts';
import { claimName, collectNamedTypes, componentsOf, typeDocs, typeKey } from './type-names.ts';
import { docComment, literal, type TypeNames, typeExpression } from './types-text/expression.ts';

const HEADER = `/**
 * The functions of one component as \`/call\` takes and answers them, in JSON. Flags, 64-bit integers and bytes are
 * typed in their canonical spelling; bytes (\`list<u8>\`) are base64 strings.
 */
`;

/** Names that the text itself declares at its top level. */
const RESERVED = ['Functions'];

const NOT_JSON: readonly string[] = ['own', 'borrow', 'stream', 'future', 'error-context'];

interface Declared {
  readonly key: string;
  readonly name: string;
  readonly owner: string | undefined;
  readonly type: ValueType;
  readonly docs: string | undefined;
}

/**
 * A self-contained `.d.ts`: one namespace per interface with its named types, and `Functions`, which maps each
 * function's id to its `args` and `result`. Functions and types that JSON cannot hold are left out, with a comment.
 */
export function typesText(world: World, functions: readonly CallableFunction[]): string {
  const declared = declaredTypes(world, functions);
  const { names, namespaces } = nameTypes(declared);
  const opaque = opaqueTypes(declared);
  const blocks = [...namespaces].map(([owner, namespace]) => {
    const members = declared
      .filter((each) => each.owner === owner)
      .map((each) => declarationText(each, names, opaque.has(each.key)));
    const comment = docComment(owner === undefined ? 'Types of the world itself.' : `Types of \`${owner}\`.`, '');
    return `${comment}export namespace ${namespace} {\n${members.join('\n')}}\n`;
  });
  return [HEADER, ...blocks, functionsText(functions, names)].join('\n');
}

/** Types that exported interfaces and the world declare, and those that functions use from elsewhere. */
function declaredTypes(world: World, functions: readonly CallableFunction[]): Declared[] {
  const docs = typeDocs(world);
  const found = new Map<string, Declared>();
  const add = (name: string, owner: string | undefined, type: ValueType): void => {
    const typeName = owner === undefined ? { name } : { name, interface: owner };
    const key = typeKey(typeName);
    if (!found.has(key)) found.set(key, { key, name, owner, type, docs: docs(typeName) });
  };
  const declare = ({ name, type }: TypeDeclaration, owner?: string): void => {
    if (type.kind !== 'resource') add(name, owner, type);
  };
  for (const item of world.exports) {
    if (item.kind === 'type') declare(item.type);
    if (item.kind === 'interface') for (const type of item.interface.types) declare(type, item.interface.name);
  }
  const used = functions.filter((fn) => fn.callable).flatMap(typesOf);
  const roots = [...[...found.values()].map((each) => each.type), ...used];
  for (const { name, type } of collectNamedTypes(roots).values()) add(name.name, name.interface, type);
  return [...found.values()];
}

function typesOf(fn: CallableFunction): ValueType[] {
  const params = fn.params.map((param) => param.type);
  return fn.result === undefined ? params : [...params, fn.result];
}

/** Gives every interface a namespace and every type a name in it; nothing collides, and the order decides ties. */
function nameTypes(declared: readonly Declared[]): { names: TypeNames; namespaces: Map<string | undefined, string> } {
  const names = new Map<string, string>();
  const namespaces = new Map<string | undefined, string>();
  const takenNamespaces = new Set(RESERVED);
  const takenIn = new Map<string, Set<string>>();
  for (const { key, name, owner } of declared) {
    const namespace = namespaces.get(owner) ?? claimName(takenNamespaces, namespaceCandidates(owner));
    namespaces.set(owner, namespace);
    const taken = takenIn.get(namespace) ?? new Set();
    takenIn.set(namespace, taken);
    names.set(key, `${namespace}.${claimName(taken, [upperCamelCase(name)])}`);
  }
  return { names, namespaces };
}

/** `demo:text/tools@0.1.0` → `DemoTextTools`, and with the version where two versions meet. */
function namespaceCandidates(owner: string | undefined): [string, ...string[]] {
  if (owner === undefined) return ['World'];
  const [path = owner, version = ''] = owner.split('@');
  const plain = upperCamelCase(path.replace(/[^A-Za-z0-9]+/g, '-'));
  const versioned = `${plain}_${version.replace(/[^A-Za-z0-9]+/g, '_')}`;
  return version === '' ? [plain] : [plain, versioned];
}

/** The keys of the types with a part that has no JSON form. Each named type is looked into once. */
function opaqueTypes(declared: readonly Declared[]): Set<string> {
  const verdicts = new Map<string, boolean>();
  const isOpaque = (type: ValueType): boolean => {
    const key = type.name === undefined ? undefined : typeKey(type.name);
    const known = key === undefined ? undefined : verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = NOT_JSON.includes(type.kind) || componentsOf(type).some(isOpaque);
    if (key !== undefined) verdicts.set(key, verdict);
    return verdict;
  };
  return new Set(declared.filter((each) => isOpaque(each.type)).map((each) => each.key));
}

function declarationText(declared: Declared, names: TypeNames, isOpaque: boolean): string {
  const { key, name, type, docs } = declared;
  const shortName = names.get(key)?.split('.')[1] ?? name;
  if (isOpaque) return `  // ${shortName} is left out: JSON cannot hold it.\n`;
  // A node that carries its own declaration's name is written out here; any other name is an alias, and referred to.
  const isOwn = type.name === undefined || typeKey(type.name) === key;
  const body = typeExpression(type, names, '  ', isOwn);
  return `${docComment(docs, '  ')}  export type ${shortName} = ${body};\n`;
}

function functionsText(functions: readonly CallableFunction[], names: TypeNames): string {
  const members = functions.map((fn) => {
    if (!fn.callable) {
      const reason = fn.reason === undefined ? '' : `: ${fn.reason}`;
      return docComment(`${fn.id} cannot be called over JSON${reason}`, '  ');
    }
    const args = typeExpression({ kind: 'record', fields: fn.params }, names, '    ');
    const result = fn.result === undefined ? 'null' : typeExpression(fn.result, names, '    ');
    return `${docComment(fn.description, '  ')}  ${literal(fn.id)}: {\n    args: ${args};\n    result: ${result};\n  };\n`;
  });
  return `/** Arguments and result of every function, by its id. */\nexport interface Functions {\n${members.join('')}}\n`;
}
