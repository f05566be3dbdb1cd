/**
 * Passes over core WebAssembly types. Their content never reaches the world, but their ends have to be found, and the
 * names in core module types belong to the names that a rewrite replaces.
 */
import { MAX_COMPONENT_NESTING } from '../../core/limits.ts';
import { type Context, coreName } from './context.ts';
import type { Reader } from './reader.ts';

/** A core value type or reference type. */
export function skipCoreValueType(reader: Reader): void {
  const start = reader.position;
  const code = reader.byte();
  // 0x63 and 0x64 are `(ref null ht)` and `(ref ht)`: a heap type follows.
  if (code === 0x63 || code === 0x64) {
    // 0x65 and 0x62 before a heap type are the shared and exact forms of proposals that V8 does not load yet.
    reader.skipLeb64();
    return;
  }
  if (code >= 0x69 && code <= 0x7f) return;
  reader.fail('a core type has an unknown value type', start);
}

/** Limits of a memory or a table, with the memory64 and custom page size flags. */
function skipLimits(reader: Reader): void {
  const start = reader.position;
  const flags = reader.byte();
  if (flags > 0x0f) reader.fail('a core memory or table has unknown limits', start);
  reader.skipLeb64();
  if ((flags & 0x01) !== 0) reader.skipLeb64();
  if ((flags & 0x08) !== 0) reader.skipLeb64();
}

/** What a core import or a module type's export is: `core:externtype`. */
export function skipCoreExternType(reader: Reader): void {
  const start = reader.position;
  switch (reader.byte()) {
    case 0x00:
      reader.u32();
      return;
    case 0x01:
      skipCoreValueType(reader);
      skipLimits(reader);
      return;
    case 0x02:
      skipLimits(reader);
      return;
    case 0x03:
      skipCoreValueType(reader);
      reader.byte();
      return;
    case 0x04:
      reader.byte();
      reader.u32();
      return;
    default:
      reader.fail('a core import or export has an unknown kind', start);
  }
}

/** A `core:type` of section 3 or of a declarator: a function, a GC type, or a module type. */
export function skipCoreType(reader: Reader, context: Context): void {
  context.budget.read(1, reader.position);
  const code = reader.peek();
  if (code === 0x50) {
    reader.byte();
    skipModuleType(reader, context);
    return;
  }
  if (code === 0x00) {
    // `0x00 0x50` is a non-final `sub`: the bare 0x50 is taken by module types.
    reader.byte();
  }
  skipRecType(reader, context);
}

function skipModuleType(reader: Reader, context: Context): void {
  const declarators = reader.count('module type declarators', 2);
  context.budget.read(declarators, reader.position);
  for (let index = 0; index < declarators; index += 1) skipModuleDeclarator(reader, context);
}

function skipModuleDeclarator(reader: Reader, context: Context): void {
  const start = reader.position;
  switch (reader.byte()) {
    case 0x00:
      coreName(reader, context);
      coreName(reader, context);
      skipCoreExternType(reader);
      return;
    case 0x01:
      skipRecType(reader, context);
      return;
    case 0x02:
      reader.byte();
      reader.byte();
      if (reader.u32() > MAX_COMPONENT_NESTING) reader.fail('an alias reaches further out than components nest', start);
      reader.u32();
      return;
    case 0x03:
      coreName(reader, context);
      skipCoreExternType(reader);
      return;
    default:
      reader.fail('a core module type has an unknown declarator', start);
  }
}

function skipRecType(reader: Reader, context: Context): void {
  if (reader.peek() !== 0x4e) {
    skipSubType(reader, context);
    return;
  }
  reader.byte();
  const types = reader.count('types of a recursion group', 2);
  context.budget.read(types, reader.position);
  for (let index = 0; index < types; index += 1) skipSubType(reader, context);
}

function skipSubType(reader: Reader, context: Context): void {
  if (reader.peek() === 0x50 || reader.peek() === 0x4f) {
    reader.byte();
    const supertypes = reader.count('supertypes');
    context.budget.read(supertypes, reader.position);
    for (let index = 0; index < supertypes; index += 1) reader.u32();
  }
  const start = reader.position;
  switch (reader.byte()) {
    case 0x60:
      skipValueTypes(reader, context);
      skipValueTypes(reader, context);
      return;
    case 0x5f:
      skipFields(reader, context);
      return;
    case 0x5e:
      skipField(reader);
      return;
    default:
      reader.fail('a core type has an unknown form', start);
  }
}

function skipValueTypes(reader: Reader, context: Context): void {
  const types = reader.count('core value types');
  context.budget.read(types, reader.position);
  for (let index = 0; index < types; index += 1) skipCoreValueType(reader);
}

function skipFields(reader: Reader, context: Context): void {
  const fields = reader.count('fields of a struct', 2);
  context.budget.read(fields, reader.position);
  for (let index = 0; index < fields; index += 1) skipField(reader);
}

function skipField(reader: Reader): void {
  // Packed storage types (i8, i16) exist only in fields.
  if (reader.peek() === 0x78 || reader.peek() === 0x77) reader.byte();
  else skipCoreValueType(reader);
  reader.byte();
}
