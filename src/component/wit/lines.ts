/** The small parts of WIT text: identifiers, paths, doc comments, braces. */
import { parseInterfaceName } from '../decode/names.ts';

/** Words that need a `%` to be a name. Escaping one too many does no harm: `%x` and `x` are the same name. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'as async bool borrow char constructor enum error-context export f32 f64 flags float32 float64 from func future ' +
    'import include interface list map option own package record resource result s16 s32 s64 s8 static stream string ' +
    'tuple type u16 u32 u64 u8 use variant with world'
  ).split(' '),
);

/** A name as it is written in WIT. */
export function identifier(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

/**
 * `ns:pkg/iface@1.0.0` with keywords escaped; only `iface` when `from`, the full name of the interface it is written in,
 * belongs to the same package (a package that names itself is refused as a cycle).
 */
export function interfacePath(name: string, from?: string): string {
  const parsed = parseInterfaceName(name);
  if (parsed === undefined) return identifier(name);
  if (from !== undefined && packageOf(name) === packageOf(from)) return identifier(parsed.interface);
  const version = parsed.version === undefined ? '' : `@${parsed.version}`;
  return `${identifier(parsed.namespace)}:${identifier(parsed.package)}/${identifier(parsed.interface)}${version}`;
}

/** `ns:pkg@1.0.0` of an interface's full name; undefined for the plain name of an inline interface. */
export function packageOf(interfaceName: string): string | undefined {
  const parsed = parseInterfaceName(interfaceName);
  if (parsed === undefined) return undefined;
  return `${parsed.namespace}:${parsed.package}${parsed.version === undefined ? '' : `@${parsed.version}`}`;
}

/** Characters that WIT refuses even in comments: Unicode advises against them. */
const DEPRECATED = /[\u0149\u0673\u0f77\u0f79\u17a3\u17a4\u17b4\u17b5]/g;

/** Docs as `///` lines. */
export function docLines(docs: string | undefined): string[] {
  return docs === undefined
    ? []
    : docs
        .replace(DEPRECATED, '')
        .split('\n')
        .map((line) => `/// ${line}`.trimEnd());
}

/** A head with its body in braces. */
export function block(head: string, body: readonly string[]): string[] {
  return body.length === 0 ? [`${head} {}`] : [`${head} {`, ...body.map(indent), '}'];
}

function indent(line: string): string {
  return line === '' ? '' : `  ${line}`;
}
