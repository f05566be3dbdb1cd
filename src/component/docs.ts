/**
 * The `package-docs` custom section that wit-component writes: doc comments of one WIT package, as JSON behind a version
 * byte (wasm-tools, wit-parser `metadata.rs`). It is untrusted text from the component's author: parsed defensively,
 * bounded, and only ever shown.
 */
import { err, ok, type Result } from '../core/result.ts';
import { parseInterfaceName } from './decode/names.ts';
import { DocsWalk } from './docs-attach.ts';
import { type DocsNode, docsOf, isNode, member, textMember } from './docs-node.ts';
import { functionKey } from './func-name.ts';
import type { Interface, World, WorldItem } from './model.ts';

export const PACKAGE_DOCS_SECTION = 'package-docs';

/** Largest section that is read, in bytes: all of WASI 0.2's docs are about 200 KB. */
const MAX_SECTION_BYTES = 1024 * 1024;

/** Worlds of the section that are compared with the component's own. */
const MAX_WORLDS = 32;

/** Versions of the format: 0 and 1 differ only in what a function's entry may be. */
const VERSIONS: readonly (number | undefined)[] = [0, 1];

export interface PackageDocs {
  readonly root: DocsNode;
}

/** Parses the section's content. The error says why it is ignored. */
export function parsePackageDocs(content: Uint8Array): Result<PackageDocs, string> {
  if (content.length > MAX_SECTION_BYTES) return err(`package-docs has more than ${MAX_SECTION_BYTES} bytes`);
  if (!VERSIONS.includes(content[0])) return err(`package-docs has the unknown version ${content[0] ?? 'none'}`);
  try {
    const root: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.subarray(1)),
    );
    return isNode(root) ? ok({ root }) : err('package-docs is not a JSON object');
  } catch {
    // Invalid UTF-8, invalid JSON, or JSON nested deeper than the parser's stack.
    return err('package-docs is not valid JSON');
  }
}

/** The world with docs on it, its interfaces, functions, types, fields and cases, wherever the names match. */
export function attachDocs(world: World, docs: PackageDocs): World {
  const entry = worldEntry(docs.root, world);
  const packages = interfaceOwners(docs.root, world);
  const walk = new DocsWalk((name) => {
    const owner =
      name.interface === undefined
        ? entry
        : (packages.get(name.interface) ?? interfaceEntry(entry, name.interface, 'exports'));
    return member(member(owner, 'types'), name.name);
  });
  const attach = (item: WorldItem, direction: 'imports' | 'exports'): WorldItem => {
    if (item.kind === 'interface') {
      const { name } = item.interface;
      const found = packages.get(name) ?? interfaceEntry(entry, name, direction);
      const annotated = found === undefined ? item.interface : walk.interface(item.interface, found);
      return { kind: 'interface', interface: withReferenceDocs(annotated, entry, name, direction) };
    }
    if (item.kind === 'function') {
      return {
        kind: 'function',
        function: walk.func(item.function, functionEntry(entry, functionKey(item.function), direction)),
      };
    }
    return { kind: 'type', type: walk.declaration(item.type, member(member(entry, 'types'), item.type.name)) };
  };
  const text = docsOf(entry) ?? docsOf(docs.root);
  return {
    ...(text === undefined ? {} : { docs: text }),
    imports: world.imports.map((item) => attach(item, 'imports')),
    exports: world.exports.map((item) => attach(item, 'exports')),
  };
}

/** The package may have several worlds; the component's is `root`, the only one, or the one that matches it best. */
function worldEntry(root: DocsNode, world: World): DocsNode | undefined {
  const worlds = member(root, 'worlds');
  if (worlds === undefined) return undefined;
  const names = world.exports.flatMap((item) => (item.kind === 'function' ? [functionKey(item.function)] : []));
  let best: DocsNode | undefined;
  let bestScore = -1;
  for (const key of Object.keys(worlds).slice(0, MAX_WORLDS)) {
    const entry = member(worlds, key);
    const score = names.filter((name) => hasFunction(entry, name)).length + (key === 'root' ? 0.5 : 0);
    if (entry !== undefined && score > bestScore) [best, bestScore] = [entry, score];
  }
  return best;
}

function hasFunction(entry: DocsNode | undefined, name: string): boolean {
  return ['func_exports', 'funcs'].some((key) => {
    const functions = member(entry, key);
    return functions !== undefined && Object.hasOwn(functions, name);
  });
}

function functionEntry(entry: DocsNode | undefined, name: string, direction: 'imports' | 'exports'): unknown {
  const keys = direction === 'exports' ? ['func_exports', 'funcs'] : ['funcs'];
  for (const key of keys) {
    const functions = member(entry, key);
    if (functions !== undefined && Object.hasOwn(functions, name)) return functions[name];
  }
  return undefined;
}

/** The entry of an inline interface, which belongs to the world. */
function interfaceEntry(
  entry: DocsNode | undefined,
  name: string,
  direction: 'imports' | 'exports',
): DocsNode | undefined {
  const own = direction === 'exports' ? member(member(entry, 'interface_exports'), name) : undefined;
  return own ?? member(member(entry, 'interfaces'), name);
}

function withReferenceDocs(
  target: Interface,
  entry: DocsNode | undefined,
  name: string,
  direction: 'imports' | 'exports',
): Interface {
  if (target.docs !== undefined) return target;
  const key = direction === 'imports' ? 'interface_import_docs' : 'interface_export_docs';
  const docs = textMember(member(entry, key), name);
  return docs === undefined ? target : { ...target, docs };
}

/**
 * Which interface of the world each entry of `interfaces` means. Entries have short names and the section does not name
 * its package: an entry belongs to the one exported interface of that name, else to the one imported that is not WASI's.
 */
function interfaceOwners(root: DocsNode, world: World): Map<string, DocsNode> {
  const entries = member(root, 'interfaces');
  const owners = new Map<string, DocsNode>();
  if (entries === undefined) return owners;
  const exported = byShortName(world.exports);
  const imported = byShortName(world.imports);
  for (const short of Object.keys(entries)) {
    const matches = exported.get(short) ?? imported.get(short)?.filter((name) => !name.startsWith('wasi:')) ?? [];
    const [owner] = matches;
    const entry = member(entries, short);
    if (matches.length === 1 && owner !== undefined && entry !== undefined) owners.set(owner, entry);
  }
  return owners;
}

/** Full names of interfaces by their last segment. */
function byShortName(items: readonly WorldItem[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const item of items) {
    const short = item.kind === 'interface' ? parseInterfaceName(item.interface.name)?.interface : undefined;
    if (item.kind !== 'interface' || short === undefined) continue;
    const group = names.get(short);
    if (group === undefined) names.set(short, [item.interface.name]);
    else group.push(item.interface.name);
  }
  return names;
}
