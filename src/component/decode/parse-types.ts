/** The type section: value types, function types, resources, and the types of instances and components. */
import { MAX_COMPONENT_NESTING } from '../../core/limits.ts';
import type { Primitive } from '../model.ts';
import type { Context } from './context.ts';
import { skipCoreType, skipCoreValueType } from './core-types.ts';
import { isLabel } from './names.ts';
import { parseAlias, parseExternType, parseNameAttributes } from './parse-externs.ts';
import type { Reader } from './reader.ts';
import type { Definition, FuncShape, Named, TypeRef, TypeSyntax, ValueShape } from './syntax.ts';

const PRIMITIVE_CODES: ReadonlyMap<number, Primitive> = new Map([
  [0x7f, 'bool'],
  [0x7e, 's8'],
  [0x7d, 'u8'],
  [0x7c, 's16'],
  [0x7b, 'u16'],
  [0x7a, 's32'],
  [0x79, 'u32'],
  [0x78, 's64'],
  [0x77, 'u64'],
  [0x76, 'f32'],
  [0x75, 'f64'],
  [0x74, 'char'],
  [0x73, 'string'],
  [0x64, 'error-context'],
]);

/** The binary format's own bound: flags are one 32-bit number. */
const MAX_FLAGS = 32;

/** One entry of the type section. `depth` counts enclosing components and types. */
export function parseType(reader: Reader, context: Context, depth: number): TypeSyntax {
  const start = reader.position;
  context.budget.read(1, start);
  const code = reader.byte();
  switch (code) {
    case 0x3f:
      skipCoreValueType(reader);
      return readPresence(reader) ? { kind: 'resource', destructor: reader.u32() } : { kind: 'resource' };
    case 0x40:
    case 0x43:
      return { kind: 'func', func: parseFunc(reader, context, code === 0x43) };
    case 0x41:
    case 0x42:
      return {
        kind: code === 0x41 ? 'component-type' : 'instance-type',
        declarators: parseDeclarators(reader, context, depth + 1),
      };
    default:
      return { kind: 'value', shape: parseValueShape(reader, context, code, start) };
  }
}

function parseDeclarators(reader: Reader, context: Context, depth: number): Definition[] {
  if (depth > MAX_COMPONENT_NESTING) {
    reader.fail(`component and instance types are nested more than ${MAX_COMPONENT_NESTING} levels deep`);
  }
  const count = reader.count('declarators', 2);
  context.budget.read(count, reader.position);
  const declarators: Definition[] = [];
  for (let index = 0; index < count; index += 1) {
    const declarator = parseDeclarator(reader, context, depth);
    if (declarator !== undefined) declarators.push(declarator);
  }
  return declarators;
}

function parseDeclarator(reader: Reader, context: Context, depth: number): Definition | undefined {
  const offset = reader.position;
  switch (reader.byte()) {
    case 0x00:
      skipCoreType(reader, context);
      return undefined;
    case 0x01:
      return { kind: 'type', type: parseType(reader, context, depth), offset };
    case 0x02:
      return parseAlias(reader, context);
    case 0x03:
      return { kind: 'import', name: parseNameAttributes(reader, context), type: parseExternType(reader), offset };
    case 0x04:
      return {
        kind: 'declare-export',
        name: parseNameAttributes(reader, context),
        type: parseExternType(reader),
        offset,
      };
    default:
      return reader.fail('a component or instance type has an unknown declarator', offset);
  }
}

function parseFunc(reader: Reader, context: Context, async: boolean): FuncShape<TypeRef> {
  const params = parseNamedRefs(reader, context, 'parameters');
  const start = reader.position;
  const form = reader.byte();
  if (form === 0x00) return { async, params, result: parseTypeRef(reader) };
  if (form === 0x01 && reader.byte() === 0x00) return { async, params, result: undefined };
  return reader.fail(
    'a function has named results, which are no longer part of WIT: rebuild it with a newer toolchain',
    start,
  );
}

/** A primitive or a type index (a signed LEB128 of 33 bits, where the negative ones are the primitives). */
export function parseTypeRef(reader: Reader): TypeRef {
  const start = reader.position;
  const code = reader.peek();
  if (code < 0x40 || code >= 0x80) return reader.u32();
  reader.byte();
  return PRIMITIVE_CODES.get(code) ?? reader.fail('a type refers to an unknown primitive type', start);
}

function parseValueShape(reader: Reader, context: Context, code: number, start: number): ValueShape<TypeRef> {
  const primitive = PRIMITIVE_CODES.get(code);
  if (primitive !== undefined) return { kind: 'primitive', primitive };
  switch (code) {
    case 0x72:
      return { kind: 'record', fields: atLeastOne(reader, start, 'record', parseNamedRefs(reader, context, 'fields')) };
    case 0x71:
      return { kind: 'variant', cases: atLeastOne(reader, start, 'variant', parseCases(reader, context)) };
    case 0x70:
      return { kind: 'list', element: parseTypeRef(reader) };
    case 0x67: {
      const element = parseTypeRef(reader);
      const length = reader.u32();
      if (length === 0) reader.fail('a list of fixed length has the length 0', start);
      return { kind: 'fixed-list', element, length };
    }
    case 0x6f: {
      const elements = reader.vector('tuple elements', () => parseTypeRef(reader));
      context.budget.read(elements.length, start);
      return { kind: 'tuple', elements: atLeastOne(reader, start, 'tuple', elements) };
    }
    case 0x6e: {
      const labels = atLeastOne(reader, start, 'flags type', parseLabels(reader, context));
      if (labels.length > MAX_FLAGS) reader.fail(`a flags type has more than ${MAX_FLAGS} flags`, start);
      return { kind: 'flags', labels };
    }
    case 0x6d:
      return { kind: 'enum', labels: atLeastOne(reader, start, 'enum', parseLabels(reader, context)) };
    case 0x6b:
      return { kind: 'option', element: parseTypeRef(reader) };
    case 0x6a:
      return { kind: 'result', ok: parseOptionalRef(reader), err: parseOptionalRef(reader) };
    case 0x69:
      return { kind: 'own', resource: reader.u32() };
    case 0x68:
      return { kind: 'borrow', resource: reader.u32() };
    case 0x66:
      return { kind: 'stream', element: parseOptionalRef(reader) };
    case 0x65:
      return { kind: 'future', element: parseOptionalRef(reader) };
    case 0x63:
      return { kind: 'map', key: parseTypeRef(reader), value: parseTypeRef(reader) };
    default:
      return reader.fail(`a type has the unknown form 0x${code.toString(16)}`, start);
  }
}

function parseOptionalRef(reader: Reader): TypeRef | undefined {
  return readPresence(reader) ? parseTypeRef(reader) : undefined;
}

/** The byte before an optional part: 0 for absent, 1 for present. */
export function readPresence(reader: Reader): boolean {
  const start = reader.position;
  const byte = reader.byte();
  if (byte > 1) reader.fail('an optional part is announced by neither 0 nor 1', start);
  return byte === 1;
}

function parseNamedRefs(reader: Reader, context: Context, what: string): Named<TypeRef>[] {
  const entries = reader.vector(what, () => ({ name: parseLabel(reader), type: parseTypeRef(reader) }), 2);
  context.budget.read(entries.length, reader.position);
  refuseDuplicates(
    reader,
    entries.map(({ name }) => name),
    what,
  );
  return entries;
}

function parseCases(reader: Reader, context: Context): Named<TypeRef | undefined>[] {
  const cases = reader.vector(
    'cases',
    () => {
      const entry = { name: parseLabel(reader), type: parseOptionalRef(reader) };
      // What used to be `refines`: an optional index of another case, now always absent.
      if (readPresence(reader)) reader.u32();
      return entry;
    },
    3,
  );
  context.budget.read(cases.length, reader.position);
  refuseDuplicates(
    reader,
    cases.map(({ name }) => name),
    'cases',
  );
  return cases;
}

function parseLabels(reader: Reader, context: Context): string[] {
  const labels = reader.vector('labels', () => parseLabel(reader));
  context.budget.read(labels.length, reader.position);
  refuseDuplicates(reader, labels, 'labels');
  return labels;
}

function parseLabel(reader: Reader): string {
  const start = reader.position;
  const label = reader.name();
  if (!isLabel(label)) reader.fail(`${JSON.stringify(label.slice(0, 64))} is not a name in kebab case`, start);
  return label;
}

/** Names must differ in more than case (Explainer.md, "Name Uniqueness"): bindings fold it. */
function refuseDuplicates(reader: Reader, names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    const folded = name.toLowerCase();
    if (seen.has(folded)) reader.fail(`two ${what} of one type are both called ${JSON.stringify(name)}`);
    seen.add(folded);
  }
}

function atLeastOne<T>(reader: Reader, start: number, what: string, entries: readonly T[]): readonly T[] {
  if (entries.length === 0) reader.fail(`a ${what} is empty, which WIT does not allow`, start);
  return entries;
}
