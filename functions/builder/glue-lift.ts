/** Edits to jco's glue before it is checked: what it inlines or would look up at run time is taken out. */
import { memberPath, type Node, nameOf, nodeAt, nodesAt, parseGlue, walk } from './glue/ast.ts';
import { rewriteLifting } from './glue/lifting.ts';

export interface LiftedGlue {
  readonly source: string;
  /** Core modules that were inlined, by the name that the glue now asks `getCoreModule` for. Made by jco, not by the guest. */
  readonly modules: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * - comments go, with a third of the text;
 * - `_debugLog(…);` goes, and with it half of the places where a component's names are pasted;
 * - `new WebAssembly.Module(new Uint8Array([…]))` becomes `getCoreModule('…')`: isolates refuse to compile;
 * - `globalThis.WebAssembly` becomes `WebAssembly`, so that glue has no use of `globalThis` at all;
 * - what takes data out of a guest's memory goes through `$lifting`.
 */
export function liftGlue(source: string, moduleName: (index: number) => string): LiftedGlue {
  const edits: Edit[] = [];
  const modules = new Map<string, Uint8Array<ArrayBuffer>>();
  const program = parseGlue(source, (_, __, start, end) => edits.push({ start, end, text: ' ' }));
  let editedTo = 0;
  walk(program, (node, parents) => {
    // Parents come first, in source order: what lies inside an edited node is gone already.
    if (node.start < editedTo) return;
    const lifting = rewriteLifting(node, parents, source);
    if (lifting && 'before' in lifting) edits.push({ start: node.start, end: node.start, text: lifting.before });
    const text = lifting && 'instead' in lifting ? lifting.instead : replacement(node, modules, moduleName);
    if (text === undefined) return;
    edits.push({ start: node.start, end: node.end, text });
    editedTo = node.end;
  });
  return { source: applyEdits(source, edits), modules };
}

function replacement(
  node: Node,
  modules: Map<string, Uint8Array<ArrayBuffer>>,
  moduleName: (index: number) => string,
): string | undefined {
  if (isDebugStatement(node)) return ';';
  if (isDebugDeclaration(node)) return '_debugLog = () => {}';
  if (node.type === 'MemberExpression' && memberPath(node)?.join('.') === 'globalThis.WebAssembly')
    return 'WebAssembly';
  const bytes = inlineModule(node);
  if (bytes === undefined) return undefined;
  const name = moduleName(modules.size);
  modules.set(name, bytes);
  return `getCoreModule('${name}')`;
}

function applyEdits(source: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    // A comment inside a node that was replaced.
    if (start < from) continue;
    parts.push(source.slice(from, start), text);
    from = end;
  }
  parts.push(source.slice(from));
  return parts.join('');
}

function isDebugStatement(node: Node): boolean {
  const call = node.type === 'ExpressionStatement' ? nodeAt(node, 'expression') : undefined;
  return call?.type === 'CallExpression' && nameOf(nodeAt(call, 'callee')) === '_debugLog';
}

function isDebugDeclaration(node: Node): boolean {
  return node.type === 'VariableDeclarator' && nameOf(nodeAt(node, 'id')) === '_debugLog';
}

/** The bytes of `new WebAssembly.Module(new Uint8Array([…]))`. */
function inlineModule(node: Node): Uint8Array<ArrayBuffer> | undefined {
  if (node.type !== 'NewExpression' || memberPath(nodeAt(node, 'callee'))?.join('.') !== 'WebAssembly.Module')
    return undefined;
  const [array] = nodesAt(node, 'arguments');
  if (array?.type !== 'NewExpression' || nameOf(nodeAt(array, 'callee')) !== 'Uint8Array') return undefined;
  const [list] = nodesAt(array, 'arguments');
  if (list?.type !== 'ArrayExpression') return undefined;
  const values = nodesAt(list, 'elements').map((element) =>
    element?.type === 'Literal' ? element['value'] : undefined,
  );
  if (!values.every((value): value is number => typeof value === 'number')) return undefined;
  return Uint8Array.from(values);
}
