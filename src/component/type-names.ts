/** Names for the named types of a component: which types there are, what they are called, what their docs say. */

import type { TypeDeclaration, TypeName, ValueType, World } from './model.ts';

/** One string per type name; equal for equal names. */
export function typeKey(name: TypeName): string {
  return `${name.interface ?? ''}#${name.name}`;
}

/** The types that a type is made of, one level down. */
export function componentsOf(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case 'list':
    case 'fixed-list':
    case 'option':
      return [type.element];
    case 'tuple':
      return type.elements;
    case 'record':
      return type.fields.map((field) => field.type);
    case 'variant':
      return type.cases.flatMap((each) => each.type ?? []);
    case 'result':
      return [type.ok ?? [], type.err ?? []].flat();
    case 'map':
      return [type.key, type.value];
    case 'stream':
    case 'future':
      return type.element === undefined ? [] : [type.element];
    default:
      return [];
  }
}

/** A named type and how often the types it was collected from mention it. */
export interface NamedType {
  readonly name: TypeName;
  readonly type: ValueType;
  uses: number;
}

/**
 * The named types in these types, in the order of their first mention. Each is looked into once only, however often
 * it is shared, so the time is linear in the binary and not in the written-out tree.
 */
export function collectNamedTypes(roots: readonly ValueType[]): Map<string, NamedType> {
  const named = new Map<string, NamedType>();
  const visit = (type: ValueType): void => {
    if (type.name !== undefined) {
      const key = typeKey(type.name);
      const known = named.get(key);
      if (known !== undefined) {
        known.uses += 1;
        return;
      }
      named.set(key, { name: type.name, type, uses: 1 });
    }
    for (const part of componentsOf(type)) visit(part);
  };
  for (const root of roots) visit(root);
  return named;
}

/** The first of `candidates` that is free, else the last one with the first number that makes it so; takes it. */
export function claimName(taken: Set<string>, candidates: readonly [string, ...string[]]): string {
  const free = candidates.find((name) => !taken.has(name));
  const base = candidates.at(-1) ?? candidates[0];
  let name = free ?? base;
  for (let count = 2; taken.has(name); count++) name = `${base}${count}`;
  taken.add(name);
  return name;
}

/** Documentation of named types. */
export type TypeDocs = (name: TypeName) => string | undefined;

/** The doc comments of all types that a world declares, by name. */
export function typeDocs(world: World): TypeDocs {
  const docs = new Map<string, string>();
  const add = (declaration: TypeDeclaration, owner?: string): void => {
    if (declaration.docs === undefined) return;
    docs.set(
      typeKey(owner === undefined ? { name: declaration.name } : { name: declaration.name, interface: owner }),
      declaration.docs,
    );
  };
  for (const item of [...world.imports, ...world.exports]) {
    if (item.kind === 'type') add(item.type);
    if (item.kind === 'interface') for (const type of item.interface.types) add(type, item.interface.name);
  }
  return (name) => docs.get(typeKey(name));
}
