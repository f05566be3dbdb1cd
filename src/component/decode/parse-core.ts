/** Core instances and aliases of their exports. For a world they are passed over; for linking they become definitions. */
import { type Context, coreName } from './context.ts';
import type { Reader } from './reader.ts';
import type { CoreArgument, CoreSort, Definition } from './syntax.ts';

const CORE_SORTS: ReadonlyMap<number, CoreSort> = new Map<number, CoreSort>([
  [0x00, 'func'],
  [0x01, 'table'],
  [0x02, 'memory'],
  [0x03, 'global'],
  [0x04, 'tag'],
  [0x10, 'type'],
  [0x11, 'module'],
  [0x12, 'instance'],
]);

/** A core sort: one byte. */
export function parseCoreSort(reader: Reader): CoreSort {
  const start = reader.position;
  return CORE_SORTS.get(reader.byte()) ?? reader.fail('a core definition has an unknown sort', start);
}

/** One entry of the core instance section; undefined unless linking asks for it. */
export function parseCoreInstance(reader: Reader, context: Context): Definition | undefined {
  const offset = reader.position;
  const form = reader.byte();
  if (form > 0x01) reader.fail('a core instance is made in an unknown way', offset);
  const module = form === 0x00 ? reader.u32() : undefined;
  const count = reader.count('entries of a core instance', 3);
  context.budget.read(count, offset);
  const entries: CoreArgument[] = [];
  for (let index = 0; index < count; index += 1) {
    const entry = parseCoreArgument(reader, context);
    if (entry !== undefined) entries.push(entry);
  }
  if (!context.linking) return undefined;
  return {
    kind: 'core',
    offset,
    core:
      module === undefined
        ? { kind: 'core-inline-instance', exports: entries, offset }
        : { kind: 'core-instantiate', module, args: entries, offset },
  };
}

function parseCoreArgument(reader: Reader, context: Context): CoreArgument | undefined {
  if (context.linking) return { name: reader.name(), sort: parseCoreSort(reader), index: reader.u32() };
  coreName(reader, context);
  reader.byte();
  reader.u32();
  return undefined;
}

/** The rest of an alias of a core instance's export; undefined unless linking asks for it. */
export function parseCoreAlias(reader: Reader, context: Context, sort: CoreSort, offset: number) {
  const instance = reader.u32();
  if (!context.linking) {
    coreName(reader, context);
    return undefined;
  }
  const core = { kind: 'core-alias', sort, instance, name: reader.name(), offset } as const;
  return { kind: 'core', core, offset } as const;
}
