/** The part of JSON Schema 2020-12 that WIT needs, and the schemas of primitive types. */

import { BIG_INTEGERS, F32_OVERFLOW, SMALL_INTEGERS, SPECIAL_FLOATS } from '../codec/numbers.ts';
import type { Primitive } from '../model.ts';

/** A schema as plain data. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object' | 'null';
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly contentEncoding?: 'base64';
  readonly items?: JsonSchema | false;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
}

/** `in` for what clients send, `out` for what they get. */
export type SchemaDirection = 'in' | 'out';

/** Schemas by name, without a prototype: a WIT field may be called `constructor`. */
export function schemaMap(entries: readonly (readonly [string, JsonSchema])[]): Readonly<Record<string, JsonSchema>> {
  const map: Record<string, JsonSchema> = Object.create(null);
  for (const [name, schema] of entries) map[name] = schema;
  return map;
}

/** The schema of what has no JSON form: it accepts nothing. */
export function nothing(kind: string): JsonSchema {
  return { not: {}, description: `A value of type ${kind} cannot be written in JSON.` };
}

/** The schema of a primitive type; the same limits as in the codec. */
export function scalarSchema(kind: Primitive): JsonSchema {
  switch (kind) {
    case 'bool':
      return { type: 'boolean' };
    case 's64':
    case 'u64': {
      const { min, max, pattern } = BIG_INTEGERS[kind];
      return {
        anyOf: [
          { type: 'integer', minimum: min, maximum: max },
          { type: 'string', pattern: pattern.source },
        ],
      };
    }
    case 'f32':
      return orSpecial({ type: 'number', exclusiveMinimum: -F32_OVERFLOW, exclusiveMaximum: F32_OVERFLOW });
    case 'f64':
      return orSpecial({ type: 'number' });
    case 'char':
      return { type: 'string', minLength: 1, maxLength: 1 };
    case 'string':
      return { type: 'string' };
    case 'error-context':
      return nothing(kind);
    default: {
      const [minimum, maximum] = SMALL_INTEGERS[kind];
      return { type: 'integer', minimum, maximum };
    }
  }
}

function orSpecial(number: JsonSchema): JsonSchema {
  return { anyOf: [number, { type: 'string', enum: SPECIAL_FLOATS }] };
}
