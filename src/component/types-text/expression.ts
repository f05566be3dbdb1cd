/** A WIT type as a TypeScript type expression. Nothing global is referred to: a WIT type may be called `array`. */

import type { Field, Primitive, ValueType } from '../model.ts';
import { typeKey } from '../type-names.ts';

/** The qualified TypeScript names of named types, by type key. */
export type TypeNames = ReadonlyMap<string, string>;

const SCALARS: Readonly<Record<Primitive, string>> = {
  bool: 'boolean',
  s8: 'number',
  u8: 'number',
  s16: 'number',
  u16: 'number',
  s32: 'number',
  u32: 'number',
  s64: 'number | string',
  u64: 'number | string',
  f32: "number | 'NaN' | 'Infinity' | '-Infinity'",
  f64: "number | 'NaN' | 'Infinity' | '-Infinity'",
  char: 'string',
  string: 'string',
  'error-context': 'never',
};

/** A string literal in single quotes. */
export function literal(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A property name, quoted where it must be. */
function propertyName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : literal(name);
}

/** A JSDoc comment with its line break, or nothing. Text that would end the comment is defused. */
export function docComment(docs: string | undefined, indent: string): string {
  if (docs === undefined || docs.trim() === '') return '';
  const lines = docs
    .trim()
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

/** The expression of a type: its name, unless `writeOut` asks for what the name stands for. */
export function typeExpression(type: ValueType, names: TypeNames, indent: string, writeOut = false): string {
  const name = type.name === undefined || writeOut ? undefined : names.get(typeKey(type.name));
  if (name !== undefined) return name;
  const inner = (each: ValueType): string => typeExpression(each, names, indent);
  const arm = (each: ValueType | undefined): string => (each === undefined ? 'null' : inner(each));
  switch (type.kind) {
    case 'list':
      return type.element.kind === 'u8' ? 'string' : `(${inner(type.element)})[]`;
    case 'fixed-list':
      return `(${inner(type.element)})[]`;
    case 'tuple':
      return `[${type.elements.map(inner).join(', ')}]`;
    case 'record':
      return recordExpression(type.fields, names, indent);
    case 'variant':
      return union(
        type.cases.map((each) =>
          each.type === undefined
            ? `{ tag: ${literal(each.name)} }`
            : `{ tag: ${literal(each.name)}; val: ${inner(each.type)} }`,
        ),
      );
    case 'enum':
      return union(type.cases.map((each) => literal(each.name)));
    case 'flags':
      return `(${union(type.labels.map((label) => literal(label.name)))})[]`;
    case 'option':
      return type.element.kind === 'option'
        ? `{ some: ${inner(type.element)} } | null`
        : `${inner(type.element)} | null`;
    case 'result':
      return `{ ok: ${arm(type.ok)} } | { err: ${arm(type.err)} }`;
    case 'map':
      return type.key.kind === 'string'
        ? `{ [key: string]: ${inner(type.value)} }`
        : `{ key: ${inner(type.key)}; value: ${inner(type.value)} }[]`;
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
      return 'never';
    default:
      return SCALARS[type.kind];
  }
}

function union(members: readonly string[]): string {
  return members.length === 0 ? 'never' : members.join(' | ');
}

function recordExpression(fields: readonly Field[], names: TypeNames, indent: string): string {
  if (fields.length === 0) return '{ [key: string]: never }';
  const deeper = `${indent}  `;
  const lines = fields.map(({ name, type, docs }) => {
    const optional = type.kind === 'option' ? '?' : '';
    return `${docComment(docs, deeper)}${deeper}${propertyName(name)}${optional}: ${typeExpression(type, names, deeper)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}
