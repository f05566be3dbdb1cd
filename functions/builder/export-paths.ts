/** Finds each exported function in what the glue's `instantiate` returns, by looking at the glue itself. */
import type { ExportPath } from '../../src/build/manifest.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { lowerCamelCase } from '../../src/component/names.ts';
import { GlueRefusal, type Node, nameOf, nodeAt, nodesAt, walk } from './glue/ast.ts';

/** A function that is called from outside. */
export type ExportedFunction = Pick<CallableFunction, 'id' | 'name' | 'interface'>;

/**
 * Paths of functions that are called from outside. Throws `GlueRefusal` when the glue lacks one, or when it is not async
 * although the component suspends (or the other way round).
 */
export function exportPaths(program: Node, functions: readonly ExportedFunction[], suspends: boolean): ExportPath[] {
  const glue = readExports(program);
  return functions.map((fn) => {
    const member = lowerCamelCase(fn.name);
    const path = fn.interface === undefined ? [member] : [fn.interface, member];
    const name = resolve(glue, path);
    const isAsync = name === undefined ? undefined : glue.functions.get(name);
    if (isAsync === undefined) throw new GlueRefusal(`it does not export ${fn.id} as ${path.join('.')}`, 0);
    if (isAsync !== suspends) throw new GlueRefusal(`${fn.id} is ${isAsync ? 'async' : 'not async'}`, 0);
    return { function: fn.id, path };
  });
}

interface GlueExports {
  /** Name of the constant or function behind each key of the returned object. */
  readonly returned: ReadonlyMap<string, string>;
  /** The same of each object constant, by its name. */
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether each function declaration is async, by its name. */
  readonly functions: ReadonlyMap<string, boolean>;
}

function resolve({ returned, objects }: GlueExports, path: readonly string[]): string | undefined {
  const [first = '', second] = path;
  const name = returned.get(first);
  return second === undefined || name === undefined ? name : objects.get(name)?.get(second);
}

function readExports(program: Node): GlueExports {
  let returned: ReadonlyMap<string, string> = new Map();
  const objects = new Map<string, ReadonlyMap<string, string>>();
  const functions = new Map<string, boolean>();
  walk(program, (node, parents) => {
    if (!isInGenerator(parents)) return;
    if (node.type === 'ReturnStatement') returned = keysOf(nodeAt(node, 'argument'));
    else if (node.type === 'FunctionDeclaration')
      functions.set(nameOf(nodeAt(node, 'id')) ?? '', node['async'] === true);
    else if (node.type === 'VariableDeclaration') {
      for (const variable of nodesAt(node, 'declarations')) {
        const name = variable ? nameOf(nodeAt(variable, 'id')) : undefined;
        if (variable && name !== undefined) objects.set(name, keysOf(nodeAt(variable, 'init')));
      }
    }
  });
  return { returned, objects, functions };
}

/** True for the statements that stand directly in jco's `function* _initGenerator`. */
function isInGenerator(parents: readonly Node[]): boolean {
  const [generator, block] = parents.slice(-2);
  return (
    block?.type === 'BlockStatement' && generator?.type === 'FunctionExpression' && generator['generator'] === true
  );
}

function keysOf(object: Node | undefined): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  if (object?.type !== 'ObjectExpression') return keys;
  for (const property of nodesAt(object, 'properties')) {
    const key = property ? nodeAt(property, 'key') : undefined;
    const value = property ? nameOf(nodeAt(property, 'value')) : undefined;
    if (key && value !== undefined) keys.set(nameOf(key) ?? String(key['value']), value);
  }
  return keys;
}
