/** Which syntax jco's glue is made of. Anything else is refused, however harmless it looks. */
import { GlueRefusal, memberPath, type Node, nameOf, nodeAt, nodesAt } from './ast.ts';
import { GLOBALS } from './globals.ts';

const TYPES = new Set([
  ...['Program', 'ExportNamedDeclaration', 'FunctionDeclaration', 'VariableDeclaration', 'VariableDeclarator'],
  ...['ClassDeclaration', 'ClassBody', 'MethodDefinition', 'PropertyDefinition', 'PrivateIdentifier', 'Super'],
  ...['BlockStatement', 'EmptyStatement', 'ExpressionStatement', 'IfStatement', 'LabeledStatement', 'ReturnStatement'],
  ...['SwitchStatement', 'SwitchCase', 'BreakStatement', 'ContinueStatement', 'ThrowStatement', 'TryStatement'],
  ...['CatchClause', 'ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement'],
  ...['Identifier', 'Literal', 'TemplateLiteral', 'TemplateElement', 'ThisExpression', 'ArrayExpression'],
  ...['ObjectExpression', 'Property', 'FunctionExpression', 'ArrowFunctionExpression', 'UnaryExpression'],
  ...['UpdateExpression', 'BinaryExpression', 'LogicalExpression', 'AssignmentExpression', 'ConditionalExpression'],
  ...['CallExpression', 'NewExpression', 'MemberExpression', 'ChainExpression', 'SequenceExpression'],
  ...['AwaitExpression', 'SpreadElement', 'RestElement', 'ObjectPattern', 'ArrayPattern', 'AssignmentPattern'],
  'MetaProperty',
]);

/**
 * Properties that lead from any value to what made it, or to a setter that changes how it behaves. `arguments`, `callee`
 * and `caller` are not among them: in the strict code of a module they are properties like others.
 */
const FORBIDDEN_PROPERTIES = new Set([
  ...['constructor', '__proto__', 'prototype'],
  ...['__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__'],
]);

const CALLEES = new Set(['Identifier', 'MemberExpression', 'ArrowFunctionExpression', 'FunctionExpression', 'Super']);

/** Checks that the module is a directive, `export function instantiate` and `export const _util = {}`. */
export function checkTopLevel(program: Node): void {
  const statements = nodesAt(program, 'body').filter((node) => node !== null && node.type !== 'EmptyStatement');
  const [directive, instantiate, util, extra] = statements;
  const fail = (what: string, node: Node | null | undefined): never => {
    throw new GlueRefusal(what, node?.start ?? 0);
  };
  if (directive?.['directive'] !== 'use components') fail('it does not start with "use components"', directive);
  const declaration = instantiate ? nodeAt(instantiate, 'declaration') : undefined;
  const isInstantiate =
    instantiate?.type === 'ExportNamedDeclaration' &&
    declaration?.type === 'FunctionDeclaration' &&
    nameOf(nodeAt(declaration, 'id')) === 'instantiate';
  if (!isInstantiate) fail('its second statement is not the function instantiate', instantiate);
  if (util && !isUtil(util)) fail('its third statement is not the constant _util', util);
  if (extra) fail('it has more statements than jco writes', extra);
}

function isUtil(node: Node): boolean {
  const declaration = nodeAt(node, 'declaration');
  const [variable] = declaration ? nodesAt(declaration, 'declarations') : [];
  if (node.type !== 'ExportNamedDeclaration' || declaration?.['kind'] !== 'const' || !variable) return false;
  const value = nodeAt(variable, 'init');
  return (
    nameOf(nodeAt(variable, 'id')) === '_util' &&
    value?.type === 'ObjectExpression' &&
    nodesAt(value, 'properties').length === 0
  );
}

/** Checks one node. Throws `GlueRefusal`. */
export function checkShape(node: Node, parents: readonly Node[]): void {
  const parent = parents.at(-1);
  if (!TYPES.has(node.type)) throw new GlueRefusal(`${node.type} does not occur in glue`, node.start);
  switch (node.type) {
    case 'ExportNamedDeclaration':
      if (parent?.type !== 'Program') throw new GlueRefusal('a nested export', node.start);
      if (!nodeAt(node, 'declaration')) throw new GlueRefusal('an export that declares nothing', node.start);
      break;
    case 'MetaProperty':
      if (nameOf(nodeAt(node, 'meta')) !== 'new')
        throw new GlueRefusal('import.meta does not occur in glue', node.start);
      break;
    case 'CallExpression': {
      const callee = nodeAt(node, 'callee');
      if (!callee || !(CALLEES.has(callee.type) || isMadeFunction(callee)))
        throw new GlueRefusal('a call of an unknown form', node.start);
      break;
    }
    case 'NewExpression': {
      const path = memberPath(nodeAt(node, 'callee'));
      if (!path || (path.length > 1 && path[0] !== 'WebAssembly')) {
        throw new GlueRefusal('a construction of an unknown form', node.start);
      }
      break;
    }
    case 'MemberExpression':
      checkMember(node, parents);
      break;
    case 'Property':
      checkProperty(node, parent);
      break;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      checkClassMember(node);
      break;
  }
}

/** `check.bind(null, 'u32')(v)` and `_suspendingImport(…)(…)`: the two functions that jco makes and calls at once. */
function isMadeFunction(callee: Node): boolean {
  const path = callee.type === 'CallExpression' ? memberPath(nodeAt(callee, 'callee')) : undefined;
  return (path?.length === 2 && path[1] === 'bind') || path?.join('.') === '_suspendingImport';
}

function checkMember(node: Node, parents: readonly Node[]): void {
  const property = nodeAt(node, 'property');
  if (property === undefined) return;
  if (node['computed'] === true) {
    checkComputedKey(property);
    return;
  }
  const name = nameOf(property);
  if (name === undefined || !FORBIDDEN_PROPERTIES.has(name)) return;
  if (name === 'prototype' && (isHasOwnProperty(node, parents) || isCreate(node, parents) || isMethod(node, parents)))
    return;
  throw forbidden(name, property);
}

/** `Object.prototype.hasOwnProperty` */
function isHasOwnProperty(node: Node, parents: readonly Node[]): boolean {
  return memberPath(parents.at(-1))?.join('.') === 'Object.prototype.hasOwnProperty' && memberPath(node)?.length === 2;
}

/** `Object.create(Resource.prototype)` */
function isCreate(node: Node, parents: readonly Node[]): boolean {
  const call = parents.at(-1);
  return (
    call?.type === 'CallExpression' &&
    memberPath(nodeAt(call, 'callee'))?.join('.') === 'Object.create' &&
    memberPath(node)?.length === 2
  );
}

/** `Resource.prototype.method = function …` */
function isMethod(node: Node, parents: readonly Node[]): boolean {
  const [assignment, member] = parents.slice(-2);
  const path = memberPath(node);
  return (
    path?.length === 2 &&
    !GLOBALS.has(path[0] ?? '') &&
    member?.type === 'MemberExpression' &&
    nodeAt(member, 'object') === node &&
    assignment?.type === 'AssignmentExpression' &&
    nodeAt(assignment, 'left') === member &&
    nodeAt(assignment, 'right')?.type === 'FunctionExpression'
  );
}

/** `a[0]`, `a['name']`, `a[i]`, `a[i + 1]`, `a[(handle << 1) + 1]`, `a[b.c]`, `a[i++]`: never a text that is put together. */
function checkComputedKey(key: Node): void {
  switch (key.type) {
    case 'Literal':
      if (typeof key['value'] === 'number') return;
      if (typeof key['value'] === 'string' && !FORBIDDEN_PROPERTIES.has(key['value'])) return;
      throw new GlueRefusal('a computed property of an unknown form', key.start);
    case 'Identifier':
    case 'MemberExpression':
      return;
    case 'UpdateExpression':
      return;
    case 'BinaryExpression':
      checkArithmetic(key);
      return;
    default:
      throw new GlueRefusal('a computed property of an unknown form', key.start);
  }
}

const ARITHMETIC = new Set(['+', '-', '<<', '>>']);

/** One operand at least is a number that is written out, so `+` of two texts cannot be meant. */
function checkArithmetic(node: Node): void {
  const left = nodeAt(node, 'left');
  const right = nodeAt(node, 'right');
  const isNumber = (operand: Node | undefined): boolean =>
    operand?.type === 'Literal' && typeof operand['value'] === 'number';
  const isPlain = (operand: Node | undefined): boolean =>
    operand?.type === 'Identifier' || operand?.type === 'MemberExpression';
  const isShift = left?.type === 'BinaryExpression' && left['operator'] === '<<';
  if (!ARITHMETIC.has(String(node['operator'])) || !isNumber(right) || !(isNumber(left) || isPlain(left) || isShift)) {
    throw new GlueRefusal('a computed property of an unknown form', node.start);
  }
  if (isShift && left) checkArithmetic(left);
}

function checkProperty(node: Node, parent: Node | undefined): void {
  if (node['kind'] !== 'init') throw new GlueRefusal('an accessor in an object', node.start);
  if (node['computed'] === true) throw new GlueRefusal('a computed name in an object', node.start);
  const key = nodeAt(node, 'key');
  const name = nameOf(key) ?? (key ? String(key['value']) : '');
  const isPattern = parent?.type === 'ObjectPattern';
  if (name === '__proto__' || (isPattern && FORBIDDEN_PROPERTIES.has(name))) {
    throw forbidden(name, node);
  }
}

function forbidden(name: string, node: Node): GlueRefusal {
  return new GlueRefusal(
    `access to the property ${name}: a field, parameter or function that has this name must be renamed`,
    node.start,
  );
}

function checkClassMember(node: Node): void {
  const key = nodeAt(node, 'key');
  if (node['computed'] === true) throw new GlueRefusal('a computed name in a class', node.start);
  const name = nameOf(key) ?? String(key?.['value'] ?? '');
  const isConstructor = name === 'constructor' && node['kind'] === 'constructor';
  if (FORBIDDEN_PROPERTIES.has(name) && !isConstructor) throw new GlueRefusal(`the class member ${name}`, node.start);
}
