/**
 * The trust boundary: glue is JavaScript that jco made from untrusted bytes, and it runs beside other calls' arguments
 * and capabilities. It is taken only if every node, every global and every text in it is of the kind that jco's own
 * code consists of. The component's core-level names were ordinals before jco saw them, so this is the second line.
 */
import { GlueRefusal, type Node, parseGlue, walk } from './glue/ast.ts';
import { checkFreeIdentifiers } from './glue/free-identifiers.ts';
import { checkLifting } from './glue/lifting.ts';
import { checkLiteral } from './glue/literals.ts';
import { checkShape, checkTopLevel } from './glue/shapes.ts';

/** Parses and checks glue; gives its syntax tree. Throws `GlueRefusal`. */
export function checkGlue(source: string): Node {
  try {
    const program = parseGlue(source);
    checkTopLevel(program);
    walk(program, (node, parents) => {
      checkShape(node, parents);
      checkLiteral(node);
      checkLifting(node, parents);
    });
    checkFreeIdentifiers(program);
    return program;
  } catch (error) {
    if (error instanceof RangeError) throw new GlueRefusal('it is nested too deeply', 0);
    throw error;
  }
}
