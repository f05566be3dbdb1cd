/** JSON Schemas (draft 2020-12) of WIT values, functions' arguments and results; the codec accepts what they say. */

import type { CallableFunction, Field, ValueType } from './model.ts';
import { type SchemaContext, schemaOf } from './schema/composites.ts';
import { type JsonSchema, type SchemaDirection, schemaMap } from './schema/json-schema.ts';
import { claimName, collectNamedTypes, type TypeDocs } from './type-names.ts';

export type { JsonSchema, SchemaDirection } from './schema/json-schema.ts';
export { type TypeDocs, typeDocs } from './type-names.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** What a schema is to say beyond the types. */
export interface SchemaOptions {
  /** `in` (the default) accepts every spelling that a client may send, `out` only what the platform answers. */
  readonly direction?: SchemaDirection;
  /** Doc comments of named types, see {@link typeDocs}. */
  readonly docs?: TypeDocs;
}

/** The schema of one value. */
export function valueSchema(type: ValueType, options: SchemaOptions = {}): JsonSchema {
  return document([type], options, (context) => schemaOf(type, context));
}

/** The schemas of a function: the object of its arguments, and the object `{result}` that a call answers with. */
export function functionSchemas(
  fn: CallableFunction,
  options: Pick<SchemaOptions, 'docs'> = {},
): { readonly input: JsonSchema; readonly output: JsonSchema } {
  const input: ValueType = { kind: 'record', fields: fn.params };
  const result: Field = { name: 'result', type: fn.result ?? { kind: 'result' } };
  return {
    input: document([input], { ...options, direction: 'in' }, (context) =>
      schemaOf(input, context, { docs: fn.description }),
    ),
    output: document([result.type], { ...options, direction: 'out' }, (context) => ({
      type: 'object',
      properties: schemaMap([['result', fn.result === undefined ? { type: 'null' } : schemaOf(result.type, context)]]),
      required: ['result'],
      additionalProperties: false,
    })),
  };
}

/** Builds a root: types that are named and used more than once are written once, under `$defs`. */
function document(
  roots: readonly ValueType[],
  options: SchemaOptions,
  build: (context: SchemaContext) => JsonSchema,
): JsonSchema {
  const shared = [...collectNamedTypes(roots)].filter(([, named]) => named.uses > 1);
  const taken = new Set<string>();
  const references = new Map<string, string>();
  for (const [key, { name }] of shared) {
    const owner = (name.interface ?? 'world').replace(/[^A-Za-z0-9.]+/g, '-');
    references.set(key, claimName(taken, [name.name, `${owner}.${name.name}`]));
  }
  const context: SchemaContext = { references, direction: options.direction ?? 'in', docs: options.docs };
  const body = build(context);
  const definitions = shared.map(([key, { type }]): [string, JsonSchema] => [
    references.get(key) ?? key,
    schemaOf(type, context, { definition: true }),
  ]);
  return { $schema: DIALECT, ...body, ...(definitions.length > 0 ? { $defs: schemaMap(definitions) } : {}) };
}
