/** Writes a world as WIT text: one root package with the world, and one nested package for every package it refers to. */
import { parseInterfaceName } from './decode/names.ts';
import type { Interface, ValueType, World, WorldItem } from './model.ts';
import {
  anonymousBlocks,
  declarationBlock,
  functionBlock,
  functionsOfResources,
  typeText as scopedTypeText,
} from './wit/blocks.ts';
import { block, docLines, identifier, interfacePath, packageOf } from './wit/lines.ts';
import { type TypeNames, TypeScope } from './wit/scope.ts';

const ROOT_NAMESPACE = 'root';
const ROOT_PACKAGE = 'component';

/**
 * The world in WIT. The binary keeps no names for the world and its package, so they are `root` and `root:component`, as
 * other tools have it. An interface that is imported and exported is written once, with all that either side shows.
 */
export function worldToWit(world: World): string {
  const packages = groupByPackage(world);
  const own = packages.get(`${ROOT_NAMESPACE}:${ROOT_PACKAGE}`);
  packages.delete(`${ROOT_NAMESPACE}:${ROOT_PACKAGE}`);
  const parts = [
    `package ${ROOT_NAMESPACE}:${ROOT_PACKAGE};`,
    ...(own ?? []).map((entry) => interfaceBlock(entry).join('\n')),
    [...docLines(world.docs), ...worldBlock(world, worldName(own ?? []))].join('\n'),
    ...[...packages].map(([name, interfaces]) => {
      const bodies = interfaces.flatMap((entry, index) => [...(index === 0 ? [] : ['']), ...interfaceBlock(entry)]);
      return block(`package ${packagePath(name)}`, bodies).join('\n');
    }),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** One type as WIT spells it, named types by their plain names: for people, where no scope is at hand. */
export function typeText(type: ValueType): string {
  return scopedTypeText(type, PLAIN_NAMES);
}

const PLAIN_NAMES: TypeNames = {
  canName: () => true,
  nameOf: ({ name }) => name,
  anonymous: ({ kind }) => kind,
};

function worldName(siblings: readonly Interface[]): string {
  const taken = new Set(siblings.map(({ name }) => parseInterfaceName(name)?.interface));
  let name = 'root';
  while (taken.has(name)) name = `${name}-world`;
  return name;
}

function worldBlock(world: World, name: string): string[] {
  const scope = new TypeScope(undefined, typesOf([...world.imports, ...world.exports]));
  const resources = functionsOfResources([...functionsOf(world.imports), ...functionsOf(world.exports)]);
  const items = [
    ...world.imports.flatMap((item) => itemLines(item, 'import', scope)),
    ...world.exports.flatMap((item) => itemLines(item, 'export', scope)),
  ];
  const types = scope.declarations.flatMap((declaration) => declarationBlock(declaration, scope, resources));
  const anonymous = anonymousBlocks(scope);
  return block(`world ${identifier(name)}`, [...scope.useLines(), ...types, ...anonymous, ...items]);
}

function itemLines(item: WorldItem, keyword: 'import' | 'export', scope: TypeScope): string[] {
  if (item.kind === 'type') return [];
  if (item.kind === 'function') {
    // Functions of a resource of the world are written inside of it.
    return item.function.kind === 'freestanding' ? functionBlock(item.function, scope, `${keyword} `) : [];
  }
  const { interface: target } = item;
  if (parseInterfaceName(target.name) === undefined) {
    return [
      ...docLines(target.docs),
      ...block(`${keyword} ${identifier(target.name)}: interface`, interfaceBody(target)),
    ];
  }
  return [`${keyword} ${interfacePath(target.name)};`];
}

function interfaceBlock(target: Interface): string[] {
  const label = parseInterfaceName(target.name)?.interface ?? target.name;
  return [...docLines(target.docs), ...block(`interface ${identifier(label)}`, interfaceBody(target))];
}

function interfaceBody(target: Interface): string[] {
  const scope = new TypeScope(target.name, target.types);
  const resources = functionsOfResources(target.functions);
  const functions = target.functions
    .filter(({ kind }) => kind === 'freestanding')
    .flatMap((func) => functionBlock(func, scope, ''));
  const types = scope.declarations.flatMap((declaration) => declarationBlock(declaration, scope, resources));
  const anonymous = anonymousBlocks(scope);
  // `use` lines are asked for last: writing the rest is what finds out which types have to be brought in.
  return [...scope.useLines(), ...types, ...anonymous, ...functions];
}

/** Interfaces of packages under their package, each once. */
function groupByPackage(world: World): Map<string, Interface[]> {
  const merged = new Map<string, Interface>();
  for (const item of [...world.imports, ...world.exports]) {
    if (item.kind !== 'interface' || parseInterfaceName(item.interface.name) === undefined) continue;
    const earlier = merged.get(item.interface.name);
    merged.set(item.interface.name, earlier === undefined ? item.interface : merge(earlier, item.interface));
  }
  const packages = new Map<string, Interface[]>();
  for (const entry of merged.values()) {
    const key = packageOf(entry.name) ?? '';
    const group = packages.get(key);
    if (group === undefined) packages.set(key, [entry]);
    else group.push(entry);
  }
  return packages;
}

function merge(first: Interface, second: Interface): Interface {
  const types = new Set(first.types.map(({ name }) => name));
  const functions = new Set(first.functions.map(({ name, kind, resource }) => `${kind} ${resource} ${name}`));
  const docs = first.docs ?? second.docs;
  return {
    name: first.name,
    ...(docs === undefined ? {} : { docs }),
    types: [...first.types, ...second.types.filter(({ name }) => !types.has(name))],
    functions: [
      ...first.functions,
      ...second.functions.filter(({ name, kind, resource }) => !functions.has(`${kind} ${resource} ${name}`)),
    ],
  };
}

function typesOf(items: readonly WorldItem[]) {
  return items.flatMap((item) => (item.kind === 'type' ? [item.type] : []));
}

function functionsOf(items: readonly WorldItem[]) {
  return items.flatMap((item) => (item.kind === 'function' ? [item.function] : []));
}

/** `ns:pkg@1.0.0` with keywords escaped. */
function packagePath(name: string): string {
  const [path = '', version] = name.split('@');
  return path.split(':').map(identifier).join(':') + (version === undefined ? '' : `@${version}`);
}
