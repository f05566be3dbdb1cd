/** JSON Schemas say what the codec does, checked with a real validator. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueFromJson } from '../../../src/component/codec/index.ts';
import type { CallableFunction, ValueType } from '../../../src/component/model.ts';
import { functionSchemas, type JsonSchema, typeDocs, valueSchema } from '../../../src/component/schema.ts';
import { typeAndJson } from '../../support/arbitrary-types.ts';
import { alternateJson, junk, mutate } from '../../support/json-variations.ts';

const RUNS = { numRuns: 200 };
/** What JSON Schema cannot say: canonical base64, 64-bit ranges of strings, uniqueness by value of a key. */
const BEYOND_SCHEMA = /base64|decimal string|listed twice/;

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  ownProperties: true,
});

/** Compiling also checks the schema against the dialect's own schema. */
function accepts(schema: JsonSchema, json: unknown): boolean {
  const accepted = ajv.compile(schema)(json);
  ajv.removeSchema(schema);
  return accepted;
}

const u32: ValueType = { kind: 'u32' };
const named: ValueType = {
  kind: 'record',
  name: { name: 'point', interface: 'demo:geo/types@1.0.0' },
  fields: [{ name: 'x', type: u32 }],
};

describe('properties', { timeout: 60_000 }, () => {
  it('S1: canonical JSON satisfies the schema in both directions', () => {
    fc.assert(
      fc.property(typeAndJson, fc.constantFrom('in' as const, 'out' as const), ([type, json], direction) => {
        expect(accepts(valueSchema(type, { direction }), json)).toBe(true);
      }),
      RUNS,
    );
  });

  it('S2: every other inbound spelling satisfies the inbound schema', () => {
    fc.assert(
      fc.property(typeAndJson, ([type, json]) => {
        expect(accepts(valueSchema(type), alternateJson(type, json))).toBe(true);
      }),
      RUNS,
    );
  });

  it('S3: on damaged JSON, schema and codec agree, as far as a schema can say', () => {
    let refused = 0;
    fc.assert(
      fc.property(typeAndJson, fc.array(fc.nat(50), { maxLength: 4 }), junk, ([type, json], path, part) => {
        const damaged = mutate(json, path, part);
        const decoded = valueFromJson(type, damaged, 'x');
        const accepted = accepts(valueSchema(type), damaged);
        if (decoded.ok) {
          expect(accepted).toBe(true);
          return;
        }
        refused += 1;
        if (!BEYOND_SCHEMA.test(decoded.error.expected))
          expect([accepted, decoded.error.message]).toEqual([false, decoded.error.message]);
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('S4: the schemas of a function survive JSON and name no definition that is missing', () => {
    fc.assert(
      fc.property(typeAndJson, typeAndJson, ([type, json], [other, result]) => {
        const fn: CallableFunction = {
          id: 'f',
          name: 'f',
          callable: true,
          params: [
            { name: 'constructor', type },
            { name: 'b', type: other },
          ],
          result: type,
        };
        const { input, output } = JSON.parse(JSON.stringify(functionSchemas(fn)));
        expect(accepts(input, JSON.parse(JSON.stringify({ constructor: json, b: result })))).toBe(true);
        expect(accepts(output, { result: json })).toBe(true);
        expect(accepts(output, {})).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('schemas', () => {
  it('writes a type that is used twice once, and one that is used once in place', () => {
    const twice = valueSchema({ kind: 'tuple', elements: [named, named] });
    expect(JSON.parse(JSON.stringify(twice))).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'array',
      prefixItems: [{ $ref: '#/$defs/point' }, { $ref: '#/$defs/point' }],
      items: false,
      minItems: 2,
      maxItems: 2,
      $defs: {
        point: {
          type: 'object',
          properties: { x: { type: 'integer', minimum: 0, maximum: 4294967295 } },
          required: ['x'],
          additionalProperties: false,
        },
      },
    });
    expect(valueSchema({ kind: 'tuple', elements: [named] })).not.toHaveProperty('$defs');
  });

  it('stays linear where the written-out tree doubles at every level', () => {
    let type: ValueType = u32;
    for (let level = 0; level < 40; level++)
      type = { kind: 'tuple', elements: [type, type], name: { name: `t${level}` } };
    expect(JSON.stringify(valueSchema(type)).length).toBeLessThan(10_000);
  });

  it('keeps types of the same name from two interfaces apart', () => {
    const other: ValueType = { kind: 'string', name: { name: 'point', interface: 'demo:geo/types@2.0.0' } };
    const schema = valueSchema({ kind: 'tuple', elements: [named, named, other, other] });
    expect(Object.keys(schema.$defs ?? {})).toEqual(['point', 'demo-geo-types-2.0.0.point']);
    expect(accepts(schema, [{ x: 1 }, { x: 2 }, 'a', 'b'])).toBe(true);
  });

  it('takes descriptions from fields, cases, labels, named types and the function', () => {
    const docs = typeDocs({
      imports: [],
      exports: [
        {
          kind: 'interface',
          interface: {
            name: 'demo:geo/types@1.0.0',
            functions: [],
            types: [{ name: 'point', docs: 'A point.', type: named }],
          },
        },
      ],
    });
    const color: ValueType = { kind: 'enum', cases: [{ name: 'red', docs: 'Like\nblood.' }, { name: 'blue' }] };
    const fn: CallableFunction = {
      id: 'f',
      name: 'f',
      callable: true,
      description: 'Draws.',
      params: [
        { name: 'at', type: named, docs: 'Where.' },
        { name: 'in', type: color },
        { name: 'to', type: { kind: 'option', element: u32 } },
      ],
    };
    const { input, output } = functionSchemas(fn, { docs });
    expect(input).toMatchObject({
      description: 'Draws.',
      required: ['at', 'in'],
      additionalProperties: false,
      properties: { at: { description: 'Where.\n\nA point.' }, in: { description: '- `red`: Like blood.' } },
    });
    expect(output).toMatchObject({ type: 'object', required: ['result'], properties: { result: { type: 'null' } } });
  });

  it('accepts base64 and an array of bytes inbound, and says base64 outbound', () => {
    const bytes: ValueType = { kind: 'list', element: { kind: 'u8' } };
    expect(accepts(valueSchema(bytes), [1, 2])).toBe(true);
    expect(accepts(valueSchema(bytes), [256])).toBe(false);
    expect(valueSchema(bytes, { direction: 'out' })).toMatchObject({ type: 'string', contentEncoding: 'base64' });
  });

  it('accepts nothing where JSON cannot hold the value', () => {
    expect(accepts(valueSchema({ kind: 'stream', element: u32 }), [1])).toBe(false);
  });
});
