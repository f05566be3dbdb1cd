/** Imports, exports, aliases and sorts: the parts of the format that name and point at definitions. */
import { MAX_COMPONENT_NESTING } from '../../core/limits.ts';
import type { Context } from './context.ts';
import { parseCoreAlias, parseCoreSort } from './parse-core.ts';
import type { Reader } from './reader.ts';
import type { Argument, CoreSort, Definition, ExternType, Sort, SortIndex } from './syntax.ts';

const VALUES_UNSUPPORTED = 'the component uses component-level values, an experimental feature that is not supported';

/** A name with its attributes; of those, only the name matters here. */
export function parseNameAttributes(reader: Reader, context: Context): string {
  const start = reader.position;
  const form = reader.byte();
  if (form > 0x02) reader.fail('an import or export has a name of an unknown form', start);
  const name = reader.name();
  if (form === 0x02) {
    const attributes = reader.count('name attributes', 2);
    context.budget.read(attributes, start);
    for (let index = 0; index < attributes; index += 1) {
      if (reader.byte() > 0x02) reader.fail('a name has an unknown attribute', start);
      reader.nameSpan();
    }
  }
  return name;
}

/** What is imported or exported: `externtype`. */
export function parseExternType(reader: Reader): ExternType {
  const start = reader.position;
  switch (reader.byte()) {
    case 0x00:
      if (reader.byte() !== 0x11)
        reader.fail('a component imports or exports a core definition other than a module', start);
      reader.u32();
      return { kind: 'module' };
    case 0x01:
      return { kind: 'func', index: reader.u32() };
    case 0x02:
      return reader.fail(VALUES_UNSUPPORTED, start);
    case 0x03:
      return parseTypeBound(reader);
    case 0x04:
      return { kind: 'component', index: reader.u32() };
    case 0x05:
      return { kind: 'instance', index: reader.u32() };
    default:
      return reader.fail('an import or export has an unknown kind', start);
  }
}

function parseTypeBound(reader: Reader): ExternType {
  const start = reader.position;
  switch (reader.byte()) {
    case 0x00:
      return { kind: 'type-eq', index: reader.u32() };
    case 0x01:
      return { kind: 'type-resource' };
    default:
      return reader.fail('an imported or exported type has an unknown bound', start);
  }
}

/** A sort: one byte, or two for the core ones. */
function parseSort(reader: Reader): Sort {
  return parseAnySort(reader).sort;
}

/** The sort, and which one it is of the core sorts. */
function parseAnySort(reader: Reader): { readonly sort: Sort; readonly core?: CoreSort } {
  if (reader.peek() !== 0x00) return { sort: parseComponentSort(reader) };
  reader.byte();
  const core = parseCoreSort(reader);
  return { sort: core === 'module' ? 'module' : 'core', core };
}

function parseComponentSort(reader: Reader): Sort {
  const start = reader.position;
  switch (reader.byte()) {
    case 0x01:
      return 'func';
    case 0x02:
      return reader.fail(VALUES_UNSUPPORTED, start);
    case 0x03:
      return 'type';
    case 0x04:
      return 'component';
    case 0x05:
      return 'instance';
    default:
      return reader.fail('a definition has an unknown sort', start);
  }
}

/** A sort and an index into that sort's space. */
export function parseSortIndex(reader: Reader): SortIndex {
  return { sort: parseSort(reader), index: reader.u32() };
}

/** An alias of an instance's export, of a core instance's export (no definition comes of it), or of an outer scope. */
export function parseAlias(reader: Reader, context: Context): Definition | undefined {
  const offset = reader.position;
  context.budget.read(1, offset);
  const { sort, core } = parseAnySort(reader);
  switch (reader.byte()) {
    case 0x00:
      return { kind: 'alias-export', sort, instance: reader.u32(), name: reader.name(), offset };
    case 0x01:
      if (core === undefined) reader.fail('an alias takes a component-level definition out of a core instance', offset);
      return parseCoreAlias(reader, context, core, offset);
    case 0x02: {
      const depth = reader.u32();
      if (depth > 2 * MAX_COMPONENT_NESTING) reader.fail('an alias reaches further out than components nest', offset);
      return { kind: 'alias-outer', sort, depth, index: reader.u32(), offset };
    }
    default:
      return reader.fail('an alias has an unknown target', offset);
  }
}

/** An argument of `instantiate`, whose name is plain. */
export function parseArgument(reader: Reader): Argument {
  return { name: reader.name(), item: parseSortIndex(reader) };
}

/** An export of an instance that is put together from existing definitions. */
export function parseInlineExport(reader: Reader, context: Context): Argument {
  return { name: parseNameAttributes(reader, context), item: parseSortIndex(reader) };
}
