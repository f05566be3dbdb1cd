/** What the texts in glue may hold: jco's own messages and names that the component model's grammar allows. */
import { GlueRefusal, type Node } from './ast.ts';

/** Longest text in glue: interface names with a few words of jco's around them. */
const MAX_TEXT_LENGTH = 2_048;

const TEXT = /^[\x20-\x7e\n]*$/;

/** Checks one node. Throws `GlueRefusal`. */
export function checkLiteral(node: Node): void {
  if (node.type === 'TemplateElement') {
    const { cooked } = node['value'] as { cooked?: unknown };
    checkText(cooked, node.start);
  } else if (node.type === 'Literal') {
    const { value } = node;
    if (node['regex'] !== undefined) throw new GlueRefusal('a regular expression', node.start);
    if (typeof value === 'string') checkText(value, node.start);
  }
}

function checkText(text: unknown, offset: number): void {
  if (typeof text !== 'string' || text.length > MAX_TEXT_LENGTH || !TEXT.test(text)) {
    throw new GlueRefusal('a text that is not plain ASCII', offset);
  }
}
