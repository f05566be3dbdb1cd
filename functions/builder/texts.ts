/** The texts that are made once per build. */
import type { BuildTexts } from '../../src/build/manifest.ts';
import type { CallableFunction, World } from '../../src/component/model.ts';
import { functionSchemas, typeDocs } from '../../src/component/schema.ts';
import { typesText } from '../../src/component/types-text.ts';
import { worldToWit } from '../../src/component/wit-text.ts';

export function buildTexts(world: World, functions: readonly CallableFunction[]): BuildTexts {
  const docs = typeDocs(world);
  const items = functions
    .filter(({ callable }) => callable)
    .map((fn) => {
      const { input, output } = functionSchemas(fn, { docs });
      const description = fn.description === undefined ? {} : { description: fn.description };
      return { name: fn.id, ...description, inputSchema: input, outputSchema: output };
    });
  return { wit: worldToWit(world), typescript: typesText(world, functions), tools: JSON.stringify({ items }) };
}
