/** Which functions may suspend: a component that can wait for a pollable is transpiled for JSPI. */
import type { World, WorldItem } from '../../src/component/model.ts';
import type { Suspension } from './transpile.ts';

const WAITING: Readonly<Record<string, string>> = { poll: 'poll', block: '[method]pollable.block' };

/** Undefined when nothing that the component imports waits. */
export function suspensionOf(world: World): Suspension | undefined {
  const imports = world.imports.flatMap((item) => {
    if (item.kind !== 'interface' || !item.interface.name.startsWith('wasi:io/poll@')) return [];
    return item.interface.functions.flatMap(({ name }) => {
      const spelling = Object.hasOwn(WAITING, name) ? WAITING[name] : undefined;
      return spelling === undefined ? [] : [`${item.interface.name}#${spelling}`];
    });
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
