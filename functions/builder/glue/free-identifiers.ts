/** Resolves every identifier to its declaration; what has none is a global, and must be one that glue uses. */
import { childrenOf, GlueRefusal, isPropertyName, type Node, nameOf, nodeAt, nodesAt } from './ast.ts';
import { DANGLING, GLOBALS } from './globals.ts';

type Scope = ReadonlySet<string>;

/** Checks the whole module. Throws `GlueRefusal`. */
export function checkFreeIdentifiers(program: Node): void {
  const scopes: Scope[] = [];

  const within = (names: Scope, body: () => void): void => {
    scopes.push(names);
    body();
    scopes.pop();
  };
  const visitChildren = (node: Node): void => {
    for (const [child, key] of childrenOf(node)) visit(child, node, key);
  };
  const visit = (node: Node, parent: Node | undefined, key: string): void => {
    if (node.type === 'Identifier') {
      if (isPropertyName(parent, key)) return;
      const name = String(node['name']);
      if (!scopes.some((scope) => scope.has(name))) checkGlobal(name, node, parent, key);
      return;
    }
    const names = declaredBy(node);
    if (names === undefined) visitChildren(node);
    else within(names, () => visitChildren(node));
  };
  visit(program, undefined, '');
}

function checkGlobal(name: string, node: Node, parent: Node | undefined, key: string): void {
  const use = GLOBALS.get(name);
  if (use === undefined && DANGLING.has(name)) return;
  if (use === undefined) throw new GlueRefusal(`use of the global ${name}`, node.start);
  if (parent?.type === 'MemberExpression' && key === 'object') {
    const member = parent['computed'] === true ? undefined : nameOf(nodeAt(parent, 'property'));
    if (member === undefined || !use.members.has(member)) {
      throw new GlueRefusal(`use of ${name}.${member ?? '[…]'}`, node.start);
    }
  } else if (!use.itself) throw new GlueRefusal(`use of the global ${name} itself`, node.start);
  const isTarget =
    (parent?.type === 'AssignmentExpression' && key === 'left') ||
    parent?.type === 'UpdateExpression' ||
    ((parent?.type === 'ForOfStatement' || parent?.type === 'ForInStatement') && key === 'left');
  if (isTarget) throw new GlueRefusal(`assignment to the global ${name}`, node.start);
}

/** Names that a node declares for what is in it; undefined when it opens no scope. */
function declaredBy(node: Node): Scope | undefined {
  const names = new Set<string>();
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      // A declaration's own name is declared by the block around it as well.
      bind(nodeAt(node, 'id'), names);
      for (const param of nodesAt(node, 'params')) bind(param ?? undefined, names);
      hoistVars(nodeAt(node, 'body'), names);
      return names;
    case 'ClassDeclaration':
      bind(nodeAt(node, 'id'), names);
      return names;
    case 'Program':
      hoistVars(node, names);
      declareIn(nodesAt(node, 'body'), names);
      return names;
    case 'BlockStatement':
      declareIn(nodesAt(node, 'body'), names);
      return names;
    case 'SwitchStatement':
      for (const each of nodesAt(node, 'cases')) if (each) declareIn(nodesAt(each, 'consequent'), names);
      return names;
    case 'ForStatement':
      declareIn([nodeAt(node, 'init') ?? null], names);
      return names;
    case 'ForOfStatement':
    case 'ForInStatement':
      declareIn([nodeAt(node, 'left') ?? null], names);
      return names;
    case 'CatchClause':
      bind(nodeAt(node, 'param'), names);
      return names;
    default:
      return undefined;
  }
}

/** Declarations that stand directly among these statements. */
function declareIn(statements: readonly (Node | null)[], names: Set<string>): void {
  for (const statement of statements) {
    const node = statement?.type === 'ExportNamedDeclaration' ? nodeAt(statement, 'declaration') : statement;
    if (!node) continue;
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') bind(nodeAt(node, 'id'), names);
    if (node.type === 'VariableDeclaration') bindVariables(node, names);
  }
}

/** `var` belongs to the function, however deep it stands. */
function hoistVars(node: Node | undefined, names: Set<string>): void {
  if (node === undefined) return;
  if (node.type === 'VariableDeclaration' && node['kind'] === 'var') bindVariables(node, names);
  for (const [child] of childrenOf(node)) {
    if (!child.type.includes('Function') && !child.type.startsWith('Class')) hoistVars(child, names);
  }
}

function bindVariables(node: Node, names: Set<string>): void {
  for (const variable of nodesAt(node, 'declarations')) if (variable) bind(nodeAt(variable, 'id'), names);
}

/** Notes the names that a pattern binds. Glue that gives a global another meaning is refused: jco's own code uses them. */
function bind(pattern: Node | undefined, names: Set<string>): void {
  switch (pattern?.type) {
    case 'Identifier': {
      const name = String(pattern['name']);
      if (GLOBALS.has(name)) throw new GlueRefusal(`the name ${name} is taken by a global`, pattern.start);
      names.add(name);
      break;
    }
    case 'ObjectPattern':
      for (const property of nodesAt(pattern, 'properties')) {
        if (property) bind(property.type === 'RestElement' ? property : nodeAt(property, 'value'), names);
      }
      break;
    case 'ArrayPattern':
      for (const element of nodesAt(pattern, 'elements')) bind(element ?? undefined, names);
      break;
    case 'AssignmentPattern':
      bind(nodeAt(pattern, 'left'), names);
      break;
    case 'RestElement':
      bind(nodeAt(pattern, 'argument'), names);
      break;
  }
}
