/** Compares what a component imports with what the platform provides. */
import type { ComponentImport, ImportEntry } from '../../src/build/manifest.ts';
import { parseInterfaceName } from '../../src/component/decode/names.ts';
import { importedFunctions } from '../../src/component/functions.ts';
import type { Func, Interface, ValueType, World, WorldItem } from '../../src/component/model.ts';
import { MISSING_INTERFACES, whyMissing } from '../runtime/wasi/missing.ts';
import { findProvided } from '../runtime/wasi/provided.ts';

const NOT_YET = 'WASI 0.3 and async functions are not supported: build the component for WASI 0.2';

export interface Links {
  readonly imports: readonly ImportEntry[];
  /** Those that other components have to provide. */
  readonly componentImports: readonly ComponentImport[];
  /** Those that are not provided. */
  readonly unsupported: readonly ImportEntry[];
}

/** One entry for every imported interface and function, in the order of the binary. */
export function link(world: World): Links {
  const imports = world.imports.flatMap(entriesOf);
  const componentImports = world.imports.flatMap((item) =>
    item.kind === 'interface' && isOfComponent(item.interface)
      ? [{ interface: item.interface.name, functions: importedFunctions(item.interface) }]
      : [],
  );
  return { imports, componentImports, unsupported: imports.filter(({ provided }) => !provided) };
}

function entriesOf(item: WorldItem): ImportEntry[] {
  switch (item.kind) {
    case 'interface':
      return [linkInterface(item.interface)];
    case 'function':
      return [{ name: item.function.name, provided: false, reason: reasonFor(item.function) }];
    case 'type':
      if (item.type.type.kind !== 'resource' || item.type.alias !== undefined) return [];
      return [{ name: item.type.name, provided: false, reason: 'a resource of the world itself is not provided' }];
  }
}

/** Why exports keep a component from being built; undefined when they do not. */
export function unsupportedExport(world: World): string | undefined {
  for (const item of world.exports) {
    if (item.kind === 'type') {
      return `it exports the type ${item.type.name} of the world itself: types can be exported in an interface only`;
    }
    const functions =
      item.kind === 'interface' ? item.interface.functions : item.kind === 'function' ? [item.function] : [];
    const found = functions.find(isAsync);
    if (found !== undefined) return `it exports the async function ${found.name}: ${NOT_YET}`;
  }
  return undefined;
}

function linkInterface(imported: Interface): ImportEntry {
  const { name } = imported;
  const refuse = (reason: string): ImportEntry => ({ name, provided: false, reason });
  if (needsNothing(imported)) return { name, provided: true };
  if (/^wasi:.*@0\.3\./.test(name) || imported.functions.some(isAsync)) return refuse(NOT_YET);
  if (isOfComponent(imported)) {
    const reason = whyNoComponent(imported);
    return reason === undefined ? { name, provided: true } : refuse(reason);
  }
  const provided = findProvided(name);
  if (provided === undefined) return refuse(whyNoWasi(plainName(name)));
  const missing = imported.functions.map(importName).filter((each) => !provided.functions.includes(each));
  if (missing.length > 0)
    return refuse(`it has no ${missing.map((each) => withReason(plainName(name), each)).join(', ')}`);
  return { name, provided: true };
}

function needsNothing({ functions, types }: Interface): boolean {
  return functions.length === 0 && !types.some(isOwnResource);
}

function isOwnResource({ type, alias }: Interface['types'][number]): boolean {
  return type.kind === 'resource' && alias === undefined;
}

/** What is not WASI can only be another component's. */
function isOfComponent(imported: Interface): boolean {
  return !imported.name.startsWith('wasi:') && !needsNothing(imported);
}

/** Why no component can provide an interface; undefined when one can, as its values can be written in JSON. */
function whyNoComponent(imported: Interface): string | undefined {
  if (parseInterfaceName(imported.name) === undefined) {
    return 'an interface of the world itself: give it a package, so that another component can export it';
  }
  const resource = imported.types.find(isOwnResource);
  if (resource !== undefined) return `it has the resource ${resource.name}, which no other component can provide`;
  const refused = importedFunctions(imported).find(({ callable }) => !callable);
  return refused && `its function ${refused.name} cannot be called in another component: ${refused.reason}`;
}

function plainName(name: string): string {
  return name.replace(/@.*$/, '');
}

function whyNoWasi(plain: string): string {
  const reason = Object.hasOwn(MISSING_INTERFACES, plain) ? MISSING_INTERFACES[plain]?.reason : undefined;
  return reason ?? 'this WASI interface or version is not provided';
}

function withReason(plain: string, name: string): string {
  const reason = whyMissing(plain, name);
  return reason === undefined ? name : `${name} (${reason})`;
}

/** How a component spells the import of a function: `[method]pollable.block`. */
export function importName({ kind, resource, name }: Func): string {
  switch (kind) {
    case 'freestanding':
      return name;
    case 'constructor':
      return `[constructor]${resource}`;
    case 'method':
    case 'static':
      return `[${kind}]${resource}.${name}`;
  }
}

function reasonFor(func: Func): string {
  return isAsync(func)
    ? NOT_YET
    : 'a function of the world itself: nothing provides it, import it in an interface of a package';
}

function isAsync(func: Func): boolean {
  if (func.async) return true;
  const types = func.params.map(({ type }) => type);
  if (func.result) types.push(func.result);
  return types.some(isStreaming);
}

/** Looks at the outermost levels only: types that are hidden deeper are refused by the transpiler. */
function isStreaming(type: ValueType): boolean {
  switch (type.kind) {
    case 'stream':
    case 'future':
    case 'error-context':
      return true;
    case 'option':
    case 'list':
      return isStreaming(type.element);
    case 'result':
      return [type.ok, type.err].some((each) => each !== undefined && isStreaming(each));
    case 'tuple':
      return type.elements.some(isStreaming);
    default:
      return false;
  }
}
