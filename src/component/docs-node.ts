/** Reading the JSON of `package-docs`: own properties of the expected kind only, since all of it is the author's. */

/** Longest docs of a world, interface, function or type, in characters; the rest is cut off. */
const MAX_DOCS_LENGTH = 8_000;

/** Longest docs of a field or case: they are repeated wherever their type is written out. */
const MAX_ITEM_DOCS_LENGTH = 500;

/** A JSON object from the section, of unknown content: read it through the functions below. */
export type DocsNode = Readonly<Record<string, unknown>>;

/** A property that is an object; own properties only, since the keys come from the component. */
export function member(node: DocsNode | undefined, key: string): DocsNode | undefined {
  if (node === undefined || !Object.hasOwn(node, key)) return undefined;
  const value = node[key];
  return isNode(value) ? value : undefined;
}

/** A property that is text, trimmed. */
export function textMember(node: DocsNode | undefined, key: string): string | undefined {
  if (node === undefined || !Object.hasOwn(node, key)) return undefined;
  return cleanText(node[key], key === 'docs' ? MAX_DOCS_LENGTH : MAX_ITEM_DOCS_LENGTH);
}

/** The `docs` of an entry. */
export function docsOf(node: DocsNode | undefined): string | undefined {
  return textMember(node, 'docs');
}

/** Text without the control and bidirectional characters that could disguise it; undefined when nothing is left. */
export function cleanText(value: unknown, maxLength: number = MAX_DOCS_LENGTH): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim()
    .slice(0, maxLength);
  return text === '' ? undefined : text;
}

/** True for a JSON object. */
export function isNode(value: unknown): value is DocsNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
