/**
 * Makes the glue ask before it takes data out of a guest's memory. jco's own code has no ceiling there: a list of a
 * million headers that all point at the same megabyte is a terabyte of text. What decodes, copies or loops goes through
 * `$lifting`, a parameter of `instantiate` that the harness makes for each call (functions/runtime/lifting.ts).
 */
import { childrenOf, GlueRefusal, memberPath, type Node, nameOf, nodeAt, nodesAt } from './ast.ts';

/** The parameter. Names of a component are kebab-case letters and digits, so jco makes no identifier that begins with `$`. */
export const LIFTING = '$lifting';

/** Functions that every crossing of the border goes through: each is a new account of what is lifted at once. */
const CROSSINGS = new Set(['_withGlobalCurrentTaskMeta', '_withGlobalCurrentTaskMetaAsync']);

const LENGTH = /^len\d*$/;

/** Text to put in front of a node, or in its place. */
export type Rewrite = { readonly before: string } | { readonly instead: string };

/** What becomes of a node; undefined when it stays. `source` is the glue that the node is of. Throws `GlueRefusal`. */
export function rewriteLifting(node: Node, parents: readonly Node[], source: string): Rewrite | undefined {
  if (nameOf(node) === LIFTING) throw new GlueRefusal(`the name ${LIFTING} is taken`, node.start);
  switch (node.type) {
    case 'ArrowFunctionExpression':
      return isDefaultOfInstantiateCore(node, parents) ? { instead: `undefined, ${LIFTING}` } : undefined;
    case 'NewExpression':
      return nameOf(nodeAt(node, 'callee')) === 'TextDecoder' ? { instead: decoder(node) } : undefined;
    case 'CallExpression':
      return isBufferSlice(node) ? { instead: copy(node, parents, source) } : undefined;
    case 'ForStatement': {
      const count = lengthOfLift(node);
      return count === undefined ? undefined : { before: `${LIFTING}.elements(${count}, ${weigh(node)});` };
    }
    case 'ThrowStatement':
      // A bit that no flag has means nothing, says the Canonical ABI (`unpack_flags_from_int`).
      return literalsIn(node).includes('flags have extraneous bits set') ? { instead: ';' } : undefined;
    case 'FunctionDeclaration':
      // Every number but zero is true, says the Canonical ABI (`convert_int_to_bool`).
      return nameOf(nodeAt(node, 'id')) === 'throwInvalidBool'
        ? { instead: 'function throwInvalidBool() { return true; }' }
        : undefined;
    default:
      return isBodyOfCrossing(node, parents) ? { before: `${LIFTING}.cross();` } : undefined;
  }
}

/** Checks glue that was rewritten: nothing of a form that is not known takes data out of memory. Throws `GlueRefusal`. */
export function checkLifting(node: Node, parents: readonly Node[]): void {
  switch (node.type) {
    case 'ForStatement':
      checkLoop(node, parents);
      break;
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForInStatement':
      if (parents.some(isGenerator)) throw new GlueRefusal(`${node.type} does not occur where glue lifts`, node.start);
      break;
    case 'MemberExpression':
      if (nameOf(nodeAt(node, 'property')) === 'buffer' && node['computed'] !== true && !isKnownBuffer(node, parents))
        throw new GlueRefusal('a use of a buffer of an unknown form', node.start);
      break;
    case 'Identifier':
      if (node['name'] === LIFTING && !isKnownLifting(node, parents))
        throw new GlueRefusal(`a use of ${LIFTING} of an unknown form`, node.start);
      break;
  }
}

/** `instantiateCore = (module, importObject) => new WebAssembly.Instance(module, importObject)`: never used, and a way out. */
function isDefaultOfInstantiateCore(node: Node, parents: readonly Node[]): boolean {
  const [declaration, pattern] = parents.slice(-2);
  return (
    pattern?.type === 'AssignmentPattern' &&
    nameOf(nodeAt(pattern, 'left')) === 'instantiateCore' &&
    nodeAt(pattern, 'right') === node &&
    declaration?.type === 'FunctionDeclaration' &&
    nameOf(nodeAt(declaration, 'id')) === 'instantiate'
  );
}

function decoder(node: Node): string {
  const [encoding, extra] = nodesAt(node, 'arguments');
  const label = encoding === undefined ? 'utf-8' : encoding?.['value'];
  if (extra !== undefined || (label !== 'utf-8' && label !== 'utf-16'))
    throw new GlueRefusal('a decoder of an unknown form', node.start);
  return label === 'utf-8' ? `${LIFTING}.utf8` : `${LIFTING}.utf16`;
}

function isBufferSlice(node: Node): boolean {
  const callee = nodeAt(node, 'callee');
  const object = callee?.type === 'MemberExpression' ? nodeAt(callee, 'object') : undefined;
  return (
    nameOf(callee && nodeAt(callee, 'property')) === 'slice' &&
    object?.type === 'MemberExpression' &&
    nameOf(nodeAt(object, 'property')) === 'buffer'
  );
}

/** `new T(m.buffer.slice(from, to))` */
function copy(node: Node, parents: readonly Node[], source: string): string {
  const callee = nodeAt(node, 'callee');
  const object = callee && nodeAt(callee, 'object');
  const [from, to, extra] = nodesAt(node, 'arguments');
  const array = nameOf(nodeAt(parents.at(-1) ?? node, 'callee')) ?? '';
  if (!object || !from || !to || extra || parents.at(-1)?.type !== 'NewExpression' || !/^[A-Z]\w+Array$/.test(array))
    throw new GlueRefusal('a copy of an unknown form', node.start);
  const text = ({ start, end }: Node): string => source.slice(start, end);
  // Bytes become one text; every other number becomes an element of JSON.
  const size = array === 'Uint8Array' ? 0 : Number(/\d+/.exec(array)?.[0]) / 8;
  return `${LIFTING}.copy(${text(object)}, ${text(from)}, ${text(to)}, ${size})`;
}

/** What a lifting loop counts to: the length that the guest says, or that of a fixed-length list. */
function lengthOfLift(node: Node): string | undefined {
  const limit = limitOf(node);
  const name = nameOf(limit);
  if (name !== undefined && LENGTH.test(name)) return name;
  return typeof limit?.['value'] === 'number' && pushes(nodeAt(node, 'body')) ? String(limit['value']) : undefined;
}

function limitOf(node: Node): Node | undefined {
  const test = nodeAt(node, 'test');
  return test?.type === 'BinaryExpression' && test['operator'] === '<' ? nodeAt(test, 'right') : undefined;
}

function pushes(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const callee = node.type === 'CallExpression' ? nodeAt(node, 'callee') : undefined;
  if (callee?.type === 'MemberExpression' && nameOf(nodeAt(callee, 'property')) === 'push') return true;
  return [...childrenOf(node)].some(([child]) => pushes(child));
}

/** Bytes of the JavaScript heap that one turn of a loop takes at most, apart from texts, copies and inner loops. */
function weigh(loop: Node): number {
  const body = nodeAt(loop, 'body');
  return SLOT_BYTES + (body === undefined ? 0 : weightOf(body));
}

const SLOT_BYTES = 8;
const OBJECT_BYTES = 32;
const NUMBER_BYTES = 24;

function weightOf(node: Node): number {
  let own = 0;
  let children = 0;
  let most = 0;
  for (const [child] of childrenOf(node)) {
    if (child.type === 'ForStatement') continue;
    const weight = weightOf(child);
    children += weight;
    most = Math.max(most, weight);
  }
  if (node.type === 'ObjectExpression') own = OBJECT_BYTES + SLOT_BYTES * nodesAt(node, 'properties').length;
  else if (node.type === 'ArrayExpression') own = OBJECT_BYTES + SLOT_BYTES * nodesAt(node, 'elements').length;
  else if (node.type === 'CallExpression') {
    const callee = nodeAt(node, 'callee');
    const called = nameOf(callee) ?? nameOf(callee && nodeAt(callee, 'property')) ?? '';
    if (/^get(Big|Float)|^validateGuestChar$|^create$/.test(called)) own = NUMBER_BYTES;
  }
  // One case of a variant is taken, not all.
  return own + (node.type === 'SwitchStatement' ? most : children);
}

function literalsIn(node: Node): unknown[] {
  if (node.type === 'Literal') return [node['value']];
  return [...childrenOf(node)].flatMap(([child]) => (child.type === 'BlockStatement' ? [] : literalsIn(child)));
}

/** The first statement of a crossing's body: the rewriting goes in front of it. */
function isBodyOfCrossing(node: Node, parents: readonly Node[]): boolean {
  const [fn, body] = parents.slice(-2);
  return (
    body?.type === 'BlockStatement' &&
    nodesAt(body, 'body')[0] === node &&
    fn?.type === 'FunctionDeclaration' &&
    nodeAt(fn, 'body') === body &&
    CROSSINGS.has(nameOf(nodeAt(fn, 'id')) ?? '')
  );
}

function isGenerator(node: Node): boolean {
  return node.type === 'FunctionExpression' && node['generator'] === true;
}

function checkLoop(node: Node, parents: readonly Node[]): void {
  const count = lengthOfLift(node);
  if (count === undefined) {
    const limit = limitOf(node);
    const isOfHost = limit?.type === 'MemberExpression' && nameOf(nodeAt(limit, 'property')) === 'length';
    if (!isOfHost && typeof limit?.['value'] !== 'number')
      throw new GlueRefusal('a loop of an unknown form', node.start);
    return;
  }
  const parent = parents.at(-1);
  const siblings = parent ? nodesAt(parent, parent.type === 'SwitchCase' ? 'consequent' : 'body') : [];
  const call = nodeAt(siblings[siblings.indexOf(node) - 1] ?? node, 'expression');
  const [counted] = call ? nodesAt(call, 'arguments') : [];
  const isCharged =
    memberPath(call && nodeAt(call, 'callee'))?.join('.') === `${LIFTING}.elements` &&
    (nameOf(counted ?? undefined) ?? String(counted?.['value'])) === count;
  if (!isCharged) throw new GlueRefusal('a loop that lifts without being charged', node.start);
}

const MEMORY = /^(?:dv|mem|memory\d*|m\d+)$/;

/** Compared, measured, viewed, or handed to `$lifting.copy`: a view takes no room. Values of a component may have the label as well. */
function isKnownBuffer(node: Node, parents: readonly Node[]): boolean {
  const parent = parents.at(-1);
  if (parent?.type === 'MemberExpression' && nodeAt(parent, 'object') === node)
    return parent['computed'] !== true && nameOf(nodeAt(parent, 'property')) === 'byteLength';
  if (!MEMORY.test(memberPath(nodeAt(node, 'object'))?.at(-1) ?? '')) return true;
  if (parent?.type === 'BinaryExpression') return parent['operator'] === '===';
  if (parent?.type === 'CallExpression')
    return (
      memberPath(nodeAt(parent, 'callee'))?.join('.') === `${LIFTING}.copy` && nodesAt(parent, 'arguments')[0] === node
    );
  if (parent?.type !== 'NewExpression') return false;
  const args = nodesAt(parent, 'arguments');
  return args[0] === node && (args.length === 3 || nameOf(nodeAt(parent, 'callee')) === 'DataView');
}

const MEMBERS = new Set(['utf8', 'utf16', 'copy', 'elements', 'cross']);

function isKnownLifting(node: Node, parents: readonly Node[]): boolean {
  const parent = parents.at(-1);
  if (parent?.type === 'FunctionDeclaration') return nameOf(nodeAt(parent, 'id')) === 'instantiate';
  return (
    parent?.type === 'MemberExpression' &&
    parent['computed'] !== true &&
    nodeAt(parent, 'object') === node &&
    MEMBERS.has(nameOf(nodeAt(parent, 'property')) ?? '')
  );
}
