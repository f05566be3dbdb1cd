/** The codec: JSON to values and back, for random types and for each row of the contract. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentsFromJson, resultToJson, valueFromJson, valueToJson } from '../../../src/component/codec/index.ts';
import type { CallableFunction, Field, ValueType } from '../../../src/component/model.ts';
import { anyType, typeAndJson } from '../../support/arbitrary-types.ts';
import { alternateJson, junk, mutate } from '../../support/json-variations.ts';

const RUNS = { numRuns: 300 };

function decoded(type: ValueType, json: unknown): unknown {
  const result = valueFromJson(type, json, 'x');
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refusal(type: ValueType, json: unknown, path = 'x') {
  const result = valueFromJson(type, json, path);
  if (result.ok) throw new Error('was accepted');
  return result.error;
}

const option = (element: ValueType): ValueType => ({ kind: 'option', element });
const list = (element: ValueType): ValueType => ({ kind: 'list', element });
const record = (...fields: Field[]): ValueType => ({ kind: 'record', fields });
const u32: ValueType = { kind: 'u32' };

describe('properties', { timeout: 60_000 }, () => {
  it('C1: canonical JSON survives decoding and encoding', () => {
    fc.assert(
      fc.property(typeAndJson, ([type, json]) => {
        expect(JSON.stringify(valueToJson(type, decoded(type, json)))).toBe(JSON.stringify(json));
      }),
      RUNS,
    );
  });

  it('C2: every other spelling of a value decodes to the same value', () => {
    fc.assert(
      fc.property(typeAndJson, ([type, json]) => {
        expect(decoded(type, alternateJson(type, json))).toEqual(decoded(type, json));
      }),
      RUNS,
    );
  });

  it('C3: junk is accepted or refused with a path and a sentence, and never throws', () => {
    fc.assert(
      fc.property(anyType, fc.oneof(junk, fc.anything()), (type, json) => {
        const result = valueFromJson(type, json, 'options');
        if (result.ok) return;
        expect(result.error.path).toMatch(/^options/);
        expect(result.error.message).toContain('options');
        expect(result.error.expected).not.toBe('');
        expect(result.error.message.length).toBeLessThan(2_000);
      }),
      RUNS,
    );
  });

  it('C4: what is accepted of damaged JSON can be encoded, and reaches a fixed point at once', () => {
    fc.assert(
      fc.property(typeAndJson, fc.array(fc.nat(50), { maxLength: 4 }), junk, ([type, json], path, part) => {
        const result = valueFromJson(type, mutate(json, path, part), 'x');
        if (!result.ok) return;
        const once = valueToJson(type, result.value);
        expect(JSON.stringify(valueToJson(type, decoded(type, once)))).toBe(JSON.stringify(once));
      }),
      RUNS,
    );
  });
});

describe('integers', () => {
  it.each([
    ['s8', -129],
    ['u8', 256],
    ['u8', -1],
    ['u16', 1.5],
    ['s32', 2 ** 31],
    ['u32', '1'],
    ['u64', -1],
    ['u64', 2 ** 53],
    ['u64', '18446744073709551616'],
    ['u64', '-1'],
    ['s64', '9223372036854775808'],
    ['s64', '01'],
    ['s64', '+1'],
    ['s64', ' 1'],
    ['s64', '9'.repeat(1_000_000)],
  ] as const)('refuses %s out of range or spelled otherwise: case %#', (kind, json) => {
    expect(refusal({ kind }, json).path).toBe('x');
  });

  it('gives 64-bit integers as numbers up to 2^53 - 1 and as strings beyond', () => {
    const u64: ValueType = { kind: 'u64' };
    expect(valueToJson(u64, 2n ** 53n - 1n)).toBe(9007199254740991);
    expect(valueToJson(u64, 2n ** 53n)).toBe('9007199254740992');
    expect(valueToJson({ kind: 's64' }, -(2n ** 63n))).toBe('-9223372036854775808');
    expect(refusal(u64, 2 ** 53).message).toContain('write numbers beyond 2^53 - 1 as a string');
  });

  it('takes minus zero for zero', () => {
    expect(Object.is(decoded({ kind: 's8' }, -0), 0)).toBe(true);
  });
});

describe('floats', () => {
  it('rounds to f32, keeps minus zero, and refuses what overflows', () => {
    expect(decoded({ kind: 'f32' }, 0.1)).toBe(Math.fround(0.1));
    expect(decoded({ kind: 'f32' }, 3.4028235e38)).toBe(3.4028234663852886e38);
    expect(Object.is(valueToJson({ kind: 'f64' }, decoded({ kind: 'f64' }, -0)), -0)).toBe(true);
    expect(refusal({ kind: 'f32' }, 3.4028235677973366e38).path).toBe('x');
    expect(refusal({ kind: 'f64' }, Number.POSITIVE_INFINITY).path).toBe('x');
    expect(refusal({ kind: 'f64' }, 'nan').path).toBe('x');
  });
});

describe('text', () => {
  it('takes one scalar value for a char', () => {
    expect(decoded({ kind: 'char' }, '😀')).toBe('😀');
    for (const json of ['', 'ab', '\ud800', '\udc00', '😀😀', 1])
      expect(refusal({ kind: 'char' }, json).path).toBe('x');
  });

  it('refuses lone surrogates in strings and in keys of maps', () => {
    expect(refusal({ kind: 'string' }, 'a\ud800').message).toContain('lone surrogates');
    expect(refusal({ kind: 'map', key: { kind: 'string' }, value: u32 }, { '\ud800': 1 }).path).toContain('x[');
  });
});

describe('bytes', () => {
  const bytes = list({ kind: 'u8' });

  it.each(['A', 'AQ', 'AQ=', 'AR==', 'AQI', 'AQJ=', 'A===', '====', 'AQ==AQ==', 'A Q=', '-_-_', 'AQ==\n', 'é+++'])(
    'refuses %j, which is not canonical base64',
    (json) => {
      expect(refusal(bytes, json).message).toContain('base64');
    },
  );

  it('names the byte that is out of range', () => {
    expect(refusal(bytes, [1, 256]).path).toBe('x[1]');
  });

  it('encodes megabytes', () => {
    const value = new Uint8Array(3_000_000).map((_, index) => index);
    expect(valueToJson(bytes, value)).toBe(Buffer.from(value).toString('base64'));
    expect(decoded(bytes, Buffer.from(value).toString('base64'))).toEqual(value);
  });
});

describe('options', () => {
  it('keeps none, some(none) and some(some) apart, tagged where the glue tags them', () => {
    const twice = option(option(u32));
    expect(decoded(twice, null)).toEqual({ tag: 'none' });
    expect(decoded(twice, { some: null })).toEqual({ tag: 'some', val: undefined });
    expect(decoded(twice, { some: 3 })).toEqual({ tag: 'some', val: 3 });
    expect(decoded(option(twice), { some: { some: 3 } })).toEqual({ tag: 'some', val: 3 });
    expect(decoded(option(twice), null)).toBeUndefined();
    expect(refusal(twice, 3).message).toBe('`x` must be {"some": …} or null, not the number 3');
  });
});

describe('objects', () => {
  it('names an unknown field and lists the fields there are', () => {
    const type = record({ name: 'uppercase', type: { kind: 'bool' } }, { name: 'trim', type: { kind: 'bool' } });
    expect(refusal(type, { uppercas: true, trim: false }, 'options')).toEqual({
      path: 'options.uppercas',
      expected: 'one of `uppercase`, `trim`',
      got: 'the field `uppercas`',
      message: 'unknown field `uppercas` in `options`: expected one of `uppercase`, `trim`',
    });
    expect(refusal(list(type), [{ trim: true }]).message).toBe(
      '`x[0].uppercase` is missing: expected the field `uppercase`',
    );
  });

  it('never finds a field on the prototype', () => {
    expect(refusal(record({ name: 'constructor', type: option(u32) }), JSON.parse('{"__proto__": {}}')).path).toBe(
      'x["__proto__"]',
    );
    expect(refusal(record({ name: 'constructor', type: u32 }), {}).path).toBe('x.constructor');
    expect(decoded(record({ name: 'constructor', type: option(u32) }), {})).toEqual({ constructor: undefined });
    expect(refusal({ kind: 'enum', cases: [{ name: 'a' }] }, 'constructor').path).toBe('x');
    expect(refusal({ kind: 'flags', labels: [{ name: 'a' }] }, { constructor: true }).path).toBe('x.constructor');
  });

  it('takes `__proto__` for a key of a map like any other', () => {
    const type: ValueType = { kind: 'map', key: { kind: 'string' }, value: u32 };
    const value = decoded(type, JSON.parse('{"__proto__": 1}'));
    expect(value).toEqual(new Map([['__proto__', 1]]));
    expect(JSON.stringify(valueToJson(type, value))).toBe('{"__proto__":1}');
  });

  it('refuses flags and map keys that are listed twice', () => {
    expect(refusal({ kind: 'flags', labels: [{ name: 'a' }] }, ['a', 'a']).path).toBe('x[1]');
    const entry = { key: 1, value: 2 };
    expect(refusal({ kind: 'map', key: { kind: 'u64' }, value: u32 }, [entry, { key: '1', value: 2 }]).path).toBe(
      'x[1].key',
    );
  });

  it('refuses a result with both arms and a payload where there is none', () => {
    expect(refusal({ kind: 'result', ok: u32 }, { ok: 1, err: null }).path).toBe('x');
    expect(refusal({ kind: 'result', ok: u32 }, { err: 1 }).path).toBe('x.err');
    expect(refusal({ kind: 'variant', cases: [{ name: 'a' }] }, { tag: 'a', val: null }).path).toBe('x.val');
  });

  it('refuses what JSON cannot hold', () => {
    expect(refusal({ kind: 'own', resource: { name: 'r' } }, {}).message).toContain('JSON cannot hold');
    expect(() => valueToJson({ kind: 'stream' }, {})).toThrow(TypeError);
  });
});

describe('calls', () => {
  const fn: CallableFunction = {
    id: 'f',
    name: 'f',
    callable: true,
    params: [
      { name: 'then', type: option(u32) },
      { name: 'b-c', type: record({ name: 'foo-BAR', type: u32 }) },
    ],
  };

  it('puts arguments in order and lets options be absent', () => {
    expect(argumentsFromJson(fn, { 'b-c': { 'foo-BAR': 1 } })).toEqual({ ok: true, value: [undefined, { fooBar: 1 }] });
  });

  it.each([
    [{}, 'b-c', '`b-c` is missing: expected the parameter `b-c`'],
    [
      { constructor: 1 },
      'constructor',
      'unknown parameter `constructor` in `arguments`: expected one of `then`, `b-c`',
    ],
    [
      { 'b-c': { 'foo-BAR': 'x' } },
      'b-c.foo-BAR',
      '`b-c.foo-BAR` must be an integer from 0 to 4294967295 (u32), not the string "x"',
    ],
    [[], 'arguments', '`arguments` must be an object of parameters (`then`, `b-c`), not an array of 0'],
    [null, 'arguments', '`arguments` must be an object of parameters (`then`, `b-c`), not null'],
  ])('refuses %j', (json, path, message) => {
    expect(argumentsFromJson(fn, json)).toMatchObject({ ok: false, error: { path, message } });
  });

  it('spells both arms of a top-level result', () => {
    const type: ValueType = { kind: 'result', ok: u32, err: { kind: 'string' } };
    expect(resultToJson(type, { returned: 1 })).toEqual({ json: { result: { ok: 1 } }, isErr: false });
    expect(resultToJson(type, { thrown: 'no' })).toEqual({ json: { result: { err: 'no' } }, isErr: true });
    expect(resultToJson({ kind: 'result' }, { thrown: undefined })).toEqual({
      json: { result: { err: null } },
      isErr: true,
    });
    expect(resultToJson(undefined, { returned: undefined })).toEqual({ json: { result: null }, isErr: false });
    expect(() => resultToJson(u32, { thrown: 'trap' })).toThrow(TypeError);
  });
});
