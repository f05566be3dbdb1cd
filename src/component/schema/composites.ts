/** The schema of any WIT type. */

import type { Case, Field, Label, ValueType } from '../model.ts';
import { type TypeDocs, typeKey } from '../type-names.ts';
import { type JsonSchema, nothing, type SchemaDirection, scalarSchema, schemaMap } from './json-schema.ts';

/** What is the same all over one schema document. */
export interface SchemaContext {
  /** Names under `$defs` by type key. */
  readonly references: ReadonlyMap<string, string>;
  readonly direction: SchemaDirection;
  readonly docs: TypeDocs | undefined;
}

/** Where a type stands: `docs` of the field that has it; `definition` when it is being written into `$defs` itself. */
interface Place {
  readonly docs?: string | undefined;
  readonly definition?: boolean;
}

const EMPTY: JsonSchema = { type: 'null' };

/** The schema of a type: a `$ref` where the type has a definition, else written out, with descriptions from docs. */
export function schemaOf(type: ValueType, context: SchemaContext, place: Place = {}): JsonSchema {
  const reference = type.name === undefined ? undefined : context.references.get(typeKey(type.name));
  if (reference !== undefined && place.definition !== true) {
    return described({ $ref: `#/$defs/${reference}` }, [place.docs]);
  }
  const ownDocs = type.name === undefined ? undefined : context.docs?.(type.name);
  return described(shapeSchema(type, context), [place.docs, ownDocs]);
}

function described(schema: JsonSchema, docs: readonly (string | undefined)[]): JsonSchema {
  const parts = [...docs, schema.description].filter((each) => each !== undefined && each !== '');
  return parts.length === 0 ? schema : { ...schema, description: parts.join('\n\n') };
}

function shapeSchema(type: ValueType, context: SchemaContext): JsonSchema {
  switch (type.kind) {
    case 'list':
      return type.element.kind === 'u8'
        ? bytesSchema(context.direction)
        : { type: 'array', items: schemaOf(type.element, context) };
    case 'fixed-list':
      return { type: 'array', items: schemaOf(type.element, context), minItems: type.length, maxItems: type.length };
    case 'tuple':
      return tupleSchema(type.elements, context);
    case 'record':
      return recordSchema(type.fields, context);
    case 'variant':
      return { oneOf: type.cases.map((each) => caseSchema(each, context)) };
    case 'enum':
      return described({ type: 'string', enum: type.cases.map((each) => each.name) }, [labelDocs(type.cases)]);
    case 'flags':
      return described(flagsSchema(type.labels, context.direction), [labelDocs(type.labels)]);
    case 'option':
      return { anyOf: [optionElement(type.element, context), EMPTY] };
    case 'result':
      return { oneOf: [armSchema('ok', type.ok, context), armSchema('err', type.err, context)] };
    case 'map':
      return mapSchema(type.key, type.value, context);
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
      return nothing(type.kind);
    default:
      return scalarSchema(type.kind);
  }
}

/** No pattern on the string: it would run over megabytes in every client. The codec decodes strictly. */
function bytesSchema(direction: SchemaDirection): JsonSchema {
  const base64: JsonSchema = { type: 'string', contentEncoding: 'base64' };
  return direction === 'out' ? base64 : { anyOf: [base64, { type: 'array', items: scalarSchema('u8') }] };
}

function tupleSchema(elements: readonly ValueType[], context: SchemaContext): JsonSchema {
  const length: JsonSchema = { type: 'array', items: false, minItems: elements.length, maxItems: elements.length };
  // `prefixItems: []` is not a valid schema.
  return elements.length === 0 ? length : { ...length, prefixItems: elements.map((each) => schemaOf(each, context)) };
}

function objectSchema(fields: readonly (readonly [string, JsonSchema])[], required: readonly string[]): JsonSchema {
  return { type: 'object', properties: schemaMap(fields), required, additionalProperties: false };
}

function recordSchema(fields: readonly Field[], context: SchemaContext): JsonSchema {
  return objectSchema(
    fields.map(({ name, type, docs }) => [name, schemaOf(type, context, { docs })]),
    fields.filter((field) => field.type.kind !== 'option').map((field) => field.name),
  );
}

function caseSchema(each: Case, context: SchemaContext): JsonSchema {
  const tag: readonly [string, JsonSchema] = ['tag', { const: each.name }];
  if (each.type === undefined) return described(objectSchema([tag], ['tag']), [each.docs]);
  const required = each.type.kind === 'option' ? ['tag'] : ['tag', 'val'];
  return described(objectSchema([tag, ['val', schemaOf(each.type, context)]], required), [each.docs]);
}

function labelDocs(labels: readonly Label[]): string | undefined {
  const documented = labels.filter((label) => label.docs !== undefined && label.docs !== '');
  return documented.length === 0
    ? undefined
    : documented.map((label) => `- \`${label.name}\`: ${label.docs?.replaceAll('\n', ' ')}`).join('\n');
}

function flagsSchema(labels: readonly Label[], direction: SchemaDirection): JsonSchema {
  const names = labels.map((label) => label.name);
  const list: JsonSchema = { type: 'array', items: { type: 'string', enum: names }, uniqueItems: true };
  if (direction === 'out') return list;
  const booleans = names.map((name): [string, JsonSchema] => [name, { type: 'boolean' }]);
  return { anyOf: [list, { type: 'object', properties: schemaMap(booleans), additionalProperties: false }] };
}

/** Null is taken by the outer option, so an option inside it is wrapped. */
function optionElement(element: ValueType, context: SchemaContext): JsonSchema {
  const inner = schemaOf(element, context);
  return element.kind === 'option' ? objectSchema([['some', inner]], ['some']) : inner;
}

function armSchema(arm: 'ok' | 'err', type: ValueType | undefined, context: SchemaContext): JsonSchema {
  return objectSchema([[arm, type === undefined ? EMPTY : schemaOf(type, context)]], [arm]);
}

function mapSchema(key: ValueType, value: ValueType, context: SchemaContext): JsonSchema {
  if (key.kind === 'string') return { type: 'object', additionalProperties: schemaOf(value, context) };
  const entry: ValueType = {
    kind: 'record',
    fields: [
      { name: 'key', type: key },
      { name: 'value', type: value },
    ],
  };
  return { type: 'array', items: schemaOf(entry, context) };
}
