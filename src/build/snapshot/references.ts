/** Reads which functions of a module can be reached without a call in its code that names them. */
import type { ModuleLayout } from '../meter/layout.ts';
import { OP } from '../meter/opcodes.ts';
import { Reader } from '../meter/reader.ts';
import { readEntries, SECTION } from '../meter/sections.ts';
import { readConstantExpression, readHeapType, readTableLimits, readValueType } from '../meter/types.ts';
import { ADDED } from './instructions.ts';

const EXPORT_FUNCTION = 0;
const REF_FUNC = 0xd2;

/** Functions that are exported, that start, or that an element or the first value of a global or a table refers to. */
export function readReferences(layout: ModuleLayout): ReadonlySet<number> {
  const { bytes, sections } = layout;
  const found = new Set<number>();
  const each = (id: number, read: (reader: Reader) => void): void => {
    readEntries(bytes, sections.get(id), 'entries', 1, read);
  };
  const constant = (reader: Reader): void => readConstant(reader, layout, found);
  const valueType = (reader: Reader): void => readValueType(reader, layout.types.length, layout.features);
  each(SECTION.table, (reader) => {
    const hasInitialiser = reader.peek() === 0x40;
    if (hasInitialiser) reader.skip(2);
    valueType(reader);
    readTableLimits(reader, layout.features);
    if (hasInitialiser) constant(reader);
  });
  each(SECTION.global, (reader) => {
    valueType(reader);
    reader.skip(1);
    constant(reader);
  });
  each(SECTION.export, (reader) => {
    reader.name();
    const kind = reader.byte();
    const index = reader.u32();
    if (kind === EXPORT_FUNCTION) found.add(index);
  });
  const start = sections.get(SECTION.start);
  if (start) found.add(new Reader(bytes, start.start, start.end).u32());
  each(SECTION.element, (reader) => {
    const flags = reader.u32();
    const hasExpressions = (flags & 4) !== 0;
    if ((flags & 1) === 0) {
      if ((flags & 2) !== 0) reader.u32();
      constant(reader);
    }
    if ((flags & 3) !== 0) {
      if (hasExpressions) valueType(reader);
      else reader.skip(1);
    }
    for (let left = reader.count('elements'); left > 0; left--) {
      if (hasExpressions) constant(reader);
      else found.add(reader.u32());
    }
  });
  return found;
}

/** Passes over a constant expression, checked, and then takes the functions out that it refers to. */
function readConstant(reader: Reader, layout: ModuleLayout, found: Set<number>): void {
  const types = layout.types.length;
  const again = new Reader(reader.bytes, reader.position, reader.end);
  readConstantExpression(reader, { types, functions: layout.functions.length, globals: layout.globals });
  while (again.position < reader.position) {
    const op = again.byte();
    if (op === OP.i32Const) again.s32();
    else if (op === ADDED.i64Const) again.s64();
    else if (op === ADDED.f32Const) again.skip(4);
    else if (op === ADDED.f64Const) again.skip(8);
    else if (op === OP.globalGet) again.u32();
    else if (op === REF_FUNC) found.add(again.u32());
    else if (op === ADDED.refNull) readHeapType(again, types);
    else if (op === ADDED.prefixVector) again.skip(17); // v128.const and its value
  }
}
