/** Text as untrusted YAML (JSON is YAML): plain data, and the line that each part of it came from. */

import { type Alias, isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { MAX_POLICY_BYTES } from '../core/limits.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type FieldPath, formatPath, MAX_REPORTED, type PolicyFailure, type Problem } from './failures.ts';

/** Nesting of a document, in levels: a policy needs 8; deeper ones are only made to exhaust a stack. */
const MAX_DEPTH = 24;

/** How often anchored parts may be repeated: enough for a shared rule list, too few for a billion laughs. */
const MAX_ALIASES = 100;

/** A document that could be read. */
export interface YamlSource {
  /** The document as plain data; keys without a value are left out, as if they had not been written. */
  readonly value: unknown;
  /** Puts problems where they are in the text, first line first. */
  locate(problems: readonly Problem[]): PolicyFailure[];
}

type Document = ReturnType<typeof parseDocument>;

/** Reads one YAML document. Refused: tags, directives, duplicate or non-text keys, self-reference, alias bombs. */
export function readYaml(text: string): Result<YamlSource, PolicyFailure[]> {
  if (text.length > MAX_POLICY_BYTES || new TextEncoder().encode(text).length > MAX_POLICY_BYTES) {
    return err([{ field: '', message: `the document is larger than ${MAX_POLICY_BYTES} bytes: shorten it` }]);
  }
  try {
    return read(text);
  } catch (thrown) {
    // The library throws for what it meets late: too many aliases, a nesting that overflows the stack.
    const why = thrown instanceof Error ? thrown.message.split('\n')[0] : 'it cannot be read';
    return err([{ field: '', message: `the document is not usable as YAML: ${why}` }]);
  }
}

function read(text: string): Result<YamlSource, PolicyFailure[]> {
  const lines = new LineCounter();
  // uniqueKeys compares every key of a mapping with every other: 6 s for 20,000 keys. The walk below uses a set.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const at = (offset: number, field: string, message: string): PolicyFailure => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, field, message };
  };
  if (document.errors.length > 0) {
    return err(document.errors.slice(0, MAX_REPORTED).map((e) => at(e.pos[0], '', yamlMessage(e.code, e.message))));
  }
  const { yaml, tags } = document.directives ?? {};
  if ((yaml?.explicit && yaml.version !== '1.2') || Object.keys(tags ?? {}).length > 1) {
    return err([{ line: 1, column: 1, field: '', message: 'directives (%YAML, %TAG) are not accepted: remove them' }]);
  }
  const refused: PolicyFailure[] = [];
  if (document.contents !== null) {
    walk(document, document.contents, [], new Set(), (node, path, message) => {
      if (refused.length < MAX_REPORTED) refused.push(at(node.range?.[0] ?? 0, formatPath(path), message));
    });
  }
  if (refused.length > 0) return err(refused);
  return ok({
    value: withoutNulls(document.toJS({ maxAliasCount: MAX_ALIASES })),
    locate: (problems) =>
      problems
        .slice(0, MAX_REPORTED)
        .map(({ path, at: part, message }) => at(offsetOf(document, path, part), formatPath(path), message))
        .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
  });
}

type Refuse = (node: Node, path: FieldPath, message: string) => void;

/** Visits what was written, not what aliases expand to. `open` holds the collections around `node`. */
function walk(document: Document, node: Node, path: FieldPath, open: ReadonlySet<Node>, refuse: Refuse): void {
  if (isAlias(node)) {
    const problem = aliasProblem(document, node, open);
    if (problem !== undefined) refuse(node, path, problem);
    return;
  }
  if (node.tag !== undefined) refuse(node, path, `tags such as ${shortTag(node.tag)} are not accepted: remove it`);
  if (!isCollection(node)) return;
  if (path.length >= MAX_DEPTH) {
    refuse(node, path, `the document is nested deeper than ${MAX_DEPTH} levels`);
    return;
  }
  const within = new Set(open).add(node);
  if (isSeq<Node>(node)) {
    for (const [index, item] of node.items.entries()) {
      if (item !== null) walk(document, item, [...path, index], within, refuse);
    }
  }
  if (!isMap<Node, Node | null>(node)) return;
  const seen = new Set<string>();
  for (const { key, value } of node.items) {
    if (!isScalar(key) || typeof key.value !== 'string') {
      refuse(key ?? node, path, 'keys must be text');
      continue;
    }
    const field = [...path, key.value];
    if (key.tag !== undefined) refuse(key, field, `tags such as ${shortTag(key.tag)} are not accepted: remove it`);
    if (seen.has(key.value)) refuse(key, field, `the key \`${key.value.slice(0, 60)}\` is there twice: keep one`);
    seen.add(key.value);
    if (value !== null) walk(document, value, field, within, refuse);
  }
}

function aliasProblem(document: Document, alias: Alias, open: ReadonlySet<Node>): string | undefined {
  const target = alias.resolve(document);
  if (target === undefined) return `*${alias.source} has no anchor before it`;
  return open.has(target) ? `*${alias.source} refers to something that contains it` : undefined;
}

/** Where a path is in the text; a path that is not there (a missing field) is where its nearest parent is. */
function offsetOf(document: Document, path: FieldPath, part: 'key' | 'value'): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const target: Node | null | undefined = isAlias(node) ? node.resolve(document) : node;
    if (isMap<Node, Node | null>(target)) {
      const pair = target.items.find(({ key }) => isScalar(key) && key.value === step);
      if (pair === undefined) return offset;
      node = pair.value;
      const wanted = part === 'key' && depth === path.length - 1 ? pair.key : (node ?? pair.key);
      offset = wanted.range?.[0] ?? offset;
    } else if (isSeq<Node>(target)) {
      node = (typeof step === 'number' ? target.items[step] : undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** `permissions:` with nothing behind it means what leaving it out means. List items stay: their index is their name. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)]));
}

function shortTag(tag: string): string {
  return tag.replace('tag:yaml.org,2002:', '!!').slice(0, 60);
}

function yamlMessage(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'there is more than one document: keep one, without --- between';
  return `not valid YAML: ${message.split('\n')[0]}`;
}
