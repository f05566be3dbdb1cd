/** Which functions may suspend: a component that can wait for the host is transpiled for JSPI. */
import type { World, WorldItem } from '../../src/component/model.ts';
import { mayWait } from '../runtime/wasi/provided.ts';
import { importName } from './link.ts';
import type { Suspension } from './transpile.ts';

/** Undefined when nothing that the component imports waits. */
export function suspensionOf(world: World): Suspension | undefined {
  const imports = world.imports.flatMap((item) => {
    if (item.kind !== 'interface') return [];
    const { name, functions } = item.interface;
    const [plain = ''] = name.split('@');
    const waiting = functions.map(importName).filter((each) => mayWait(plain, each));
    return waiting.map((each) => `${name}#${each}`);
  });
  if (imports.length === 0) return undefined;
  return { imports, exports: world.exports.flatMap(freestanding) };
}

/**
 * Functions of resources stay synchronous: jco writes glue for async constructors that does not parse, and only plain
 * functions can be called from outside.
 */
function freestanding(item: WorldItem): string[] {
  if (item.kind === 'function') return [item.function.name];
  if (item.kind !== 'interface') return [];
  const { name, functions } = item.interface;
  return functions.filter(({ kind }) => kind === 'freestanding').map((func) => `${name}#${func.name}`);
}
