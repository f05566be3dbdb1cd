/** The rules of design.md about files, checked on plain text: who may import whom, cycles, sizes, opening comments. */
import ts from 'typescript';
import { findCycles } from './architecture-cycles.ts';
import { LAYER_RULES, type Layer, layerOf, PACKAGE_OWNERS } from './architecture-rules.ts';

export interface SourceFile {
  /** Relative to the checkout, with `/`. */
  readonly path: string;
  readonly text: string;
}

export type RuleName = 'layer' | 'cycle' | 'size' | 'comment' | 'loader' | 'package' | 'unknown';

export interface Violation {
  readonly rule: RuleName;
  readonly path: string;
  readonly message: string;
}

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

export const MAX_LINES = 500;

const LOADER_BINDING = 'LOADER';
const LOADER_OWNERS = [/^src\/isolate\//, /^src\/build\/builder-isolate(\.ts$|\/)/];
const TEST_SIDE: readonly Layer[] = ['scripts', 'test', 'bench'];
const OPENING_COMMENT = /^(#![^\n]*\n)?\s*(\/\*\*?[^*/@]|\/\/ ?[^/@\s])/;

/** Every violation in a set of files, in the order of the files. */
export function checkArchitecture(files: readonly SourceFile[]): readonly Violation[] {
  const paths = new Set(files.map((file) => file.path));
  const graph = new Map<string, readonly string[]>();
  const violations: Violation[] = [];
  for (const file of files) {
    const parsed = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
    const imports = importsOf(parsed);
    const local = imports.flatMap((item) => {
      const target = item.from.startsWith('.') ? resolve(file.path, item.from, paths) : undefined;
      return target === undefined ? [] : [{ ...item, target }];
    });
    graph.set(
      file.path,
      local.map((item) => item.target),
    );
    violations.push(
      ...checkText(file),
      ...local.flatMap((item) => checkLayer(file.path, item.target, item.typeOnly)),
      ...imports.flatMap((item) => checkPackage(file.path, item.from)),
      ...loaderReads(parsed).flatMap((read) => checkLoader(file.path, read)),
    );
  }
  for (const cycle of findCycles(graph)) {
    violations.push({ rule: 'cycle', path: cycle[0] ?? '', message: `imports in a circle: ${cycle.join(' → ')}` });
  }
  return violations;
}

function checkText({ path, text }: SourceFile): readonly Violation[] {
  const violations: Violation[] = [];
  const lines = text.trimEnd().split('\n').length;
  if (lines > MAX_LINES) violations.push({ rule: 'size', path, message: `${lines} lines, at most ${MAX_LINES}` });
  if (!OPENING_COMMENT.test(text)) {
    violations.push({ rule: 'comment', path, message: 'does not open with a comment that says what it owns' });
  }
  return violations;
}

function checkLayer(path: string, target: string, typeOnly: boolean): readonly Violation[] {
  const from = layerOf(path);
  const to = layerOf(target);
  if (from === undefined) return [{ rule: 'unknown', path, message: 'is in no folder that design.md names' }];
  if (to === undefined || from === to || TEST_SIDE.includes(from)) return [];
  const rule = LAYER_RULES[from];
  if (rule.values.includes(to) || (typeOnly && rule.types.includes(to))) return [];
  if (rule.files?.includes(target) === true || (typeOnly && rule.typeFiles?.test(target) === true)) return [];
  const kind = typeOnly ? 'types of' : 'values of';
  return [{ rule: 'layer', path, message: `${from} imports ${kind} ${to} (${target})` }];
}

function checkPackage(path: string, from: string): readonly Violation[] {
  const layer = layerOf(path);
  if (layer !== undefined && TEST_SIDE.includes(layer)) return [];
  return PACKAGE_OWNERS.filter(({ name, owner }) => name.test(from) && !owner.test(path)).map(({ owner }) => ({
    rule: 'package',
    path,
    message: `imports ${from}, which only ${owner.source} may`,
  }));
}

/** An object may hand the binding to a function of `src/isolate` or `src/build`; to do anything else with it is using it. */
function checkLoader(path: string, read: ts.Node): readonly Violation[] {
  const layer = layerOf(path);
  if ((layer !== undefined && TEST_SIDE.includes(layer)) || LOADER_OWNERS.some((owner) => owner.test(path))) return [];
  const { parent } = read;
  const handsOver = ts.isCallExpression(parent) && parent.arguments.some((argument) => argument === read);
  if (layer === 'durable' && handsOver) return [];
  return [
    { rule: 'loader', path, message: 'uses env.LOADER, which only src/isolate and src/build/builder-isolate may' },
  ];
}

/** The nodes that read the binding; a declaration of its type is none. */
function loaderReads(node: ts.Node): readonly ts.Node[] {
  const reads =
    (ts.isPropertyAccessExpression(node) && node.name.text === LOADER_BINDING) ||
    (ts.isElementAccessExpression(node) &&
      ts.isStringLiteralLike(node.argumentExpression) &&
      node.argumentExpression.text === LOADER_BINDING) ||
    (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === LOADER_BINDING);
  const found: ts.Node[] = reads ? [node] : [];
  ts.forEachChild(node, (child) => {
    found.push(...loaderReads(child));
  });
  return found;
}

/** Static and dynamic imports, re-exports and `import('…')` types. */
function importsOf(file: ts.SourceFile): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push({ from: specifier.text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function importsTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

function resolve(path: string, specifier: string, paths: ReadonlySet<string>): string {
  const parts = path.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const target = parts.join('/');
  const candidates = [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`];
  return candidates.find((candidate) => paths.has(candidate)) ?? target;
}
