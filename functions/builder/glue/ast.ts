/** The parsed glue as the checks see it: untyped nodes, walked in order. */
import { type Options, parse } from 'acorn';

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Why glue is refused. `offset` counts UTF-16 units from its start. */
export class GlueRefusal extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const OPTIONS: Options = { ecmaVersion: 2025, sourceType: 'module' };

/** Takes the range of each comment. */
type OnComment = (isBlock: boolean, text: string, start: number, end: number) => void;

/** Parses glue; throws `GlueRefusal` when it is no module. */
export function parseGlue(source: string, onComment?: OnComment): Node {
  try {
    // A cast: acorn's nodes are plain objects with these three fields and others by kind.
    return parse(source, onComment === undefined ? OPTIONS : { ...OPTIONS, onComment }) as unknown as Node;
  } catch (error) {
    const offset = (error as { pos?: unknown }).pos;
    const message = error instanceof Error ? error.message : String(error);
    throw new GlueRefusal(parseRefusal(message), typeof offset === 'number' ? offset : 0);
  }
}

/** Without acorn's line and column, which say nothing of the component. */
function parseRefusal(message: string): string {
  const reserved = /^Binding (\w+) in strict mode/.exec(message)?.[1];
  return reserved === undefined
    ? `it does not parse: ${message.replace(/ \(\d+:\d+\)$/, '')}`
    : `a function is named \`${reserved}\`, a word that JavaScript keeps for itself: rename it`;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

export function nodeAt(node: Node, key: string): Node | undefined {
  const value = node[key];
  return isNode(value) ? value : undefined;
}

export function nodesAt(node: Node, key: string): readonly (Node | null)[] {
  const value = node[key];
  return Array.isArray(value) ? value : [];
}

/** Name of an identifier; undefined for any other node. */
export function nameOf(node: Node | undefined): string | undefined {
  return node?.type === 'Identifier' ? String(node['name']) : undefined;
}

/** `object.property` spelled with plain names: `['WebAssembly', 'Module']`; undefined for any other node. */
export function memberPath(node: Node | undefined): readonly string[] | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'ChainExpression') return memberPath(nodeAt(node, 'expression'));
  if (node.type !== 'MemberExpression') {
    const name = nameOf(node);
    return name === undefined ? undefined : [name];
  }
  if (node['computed'] === true) return undefined;
  const object = memberPath(nodeAt(node, 'object'));
  const property = nameOf(nodeAt(node, 'property'));
  return object === undefined || property === undefined ? undefined : [...object, property];
}

/** Children in source order, with the field that each sits in. */
export function* childrenOf(node: Node): Generator<readonly [child: Node, key: string]> {
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) yield [item, key];
    } else if (isNode(value)) {
      // A shorthand property's key and value are one node.
      if (key === 'key' && node['shorthand'] === true) continue;
      yield [value, key];
    }
  }
}

/** Visits every node once, parents first. `parents` ends with the node's parent. */
export function walk(root: Node, visit: (node: Node, parents: readonly Node[], key: string) => void): void {
  const parents: Node[] = [];
  const step = (node: Node, key: string): void => {
    visit(node, parents, key);
    parents.push(node);
    for (const [child, childKey] of childrenOf(node)) step(child, childKey);
    parents.pop();
  };
  step(root, '');
}

/** True for the identifiers that are names of properties or labels and refer to nothing. */
export function isPropertyName(parent: Node | undefined, key: string): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return key === 'property' && parent['computed'] !== true;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return key === 'key' && parent['computed'] !== true;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return key === 'label';
    case 'MetaProperty':
      return true;
    default:
      return false;
  }
}
